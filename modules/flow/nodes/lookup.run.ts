import { type NodeRunner, permanent } from '../node-run.ts'
import type { LookupConfig } from './lookup.ts'

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
