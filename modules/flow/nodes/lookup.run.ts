import { type NodeRunner, permanent } from '../node-run.ts'
import type { LookupConfig } from './lookup.ts'
import { loadReference } from './record-reference.run.ts'

export const lookupRunner: NodeRunner<LookupConfig> = {
  type: 'lookup',
  load(config, tools) {
    if (config.what === 'person') {
      const email = tools.text(config.email, { missing: 'error' })
      return {
        run: ({ scope }) => ({
          do: 'call',
          kind: 'lookup',
          request: { what: 'person', email: email(scope).trim() },
        }),
      }
    }
    if (config.what !== 'lead') {
      const { what } = config
      const record = loadReference(config.record, what, tools)
      return {
        run({ scope }) {
          const named = record(scope)
          return named === null
            ? {
                do: 'fail',
                error: permanent('lookup.not_named', `This run is about no ${what}. Say which one.`),
                input: null,
              }
            : { do: 'call', kind: 'lookup', request: { what, record: named } }
        },
      }
    }
    const leadId = tools.value('{{ lead.id }}', { missing: 'empty' })
    return {
      run({ scope }) {
        const id = leadId(scope)
        return typeof id === 'string'
          ? { do: 'call', kind: 'lookup', request: { what: 'lead', id } }
          : { do: 'fail', error: permanent('lookup.no_lead', 'This run has no lead to read.'), input: null }
      },
    }
  },
}
