import type { JsonObject } from '#platform/contract/plain-data.ts'
import { type NodeRunner, permanent } from '../node-run.ts'
import type { CreateDealConfig } from './create-deal.ts'
import { dealValues } from './record-fields.ts'
import { loadNamed } from './record-reference.run.ts'
import { effectUnlessMisfit, loadWriting } from './record-writing.run.ts'

export const createDealRunner: NodeRunner<CreateDealConfig> = {
  type: 'create_deal',
  load(config, tools) {
    const name = tools.text(config.name, { missing: 'empty' })
    const value = tools.value(config.value, { missing: 'empty' })
    const writing = loadWriting({ set: config.set, addTags: config.tags }, tools)
    const named = (['pipeline', 'stage', 'currency', 'person', 'company', 'owner'] as const).map(
      key => [key, loadNamed(config[key], tools)] as const,
    )
    return {
      run(context) {
        const { scope } = context
        const { set, addTags } = writing(scope)
        const { pipeline, person, ...texts } = Object.fromEntries(
          named.map(([key, read]) => [key, read(scope)]),
        )
        // A person who was meant and came out empty is not the one behind the lead.
        if (config.person.trim() !== '' && person === null) {
          const error = permanent('record.not_named', 'The person of the deal came out empty.')
          return { do: 'fail', error, input: null }
        }
        const given: JsonObject = {
          name: name(scope),
          ...set,
          ...withoutEmpty({ ...texts, value: value(scope) }),
        }
        const payload = { pipeline: pipeline ?? null, person: person ?? null, set: given, addTags }
        const output = { dealId: context.effectId(), name: given.name ?? null }
        return effectUnlessMisfit(dealValues, given, { kind: 'create_deal', payload, output })
      },
    }
  },
}

function withoutEmpty(values: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null && value !== ''))
}
