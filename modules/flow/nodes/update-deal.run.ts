import type { NodeRunner } from '../node-run.ts'
import { dealValues } from './record-fields.ts'
import { loadReference } from './record-reference.run.ts'
import { effectUnlessMisfit, loadWriting } from './record-writing.run.ts'
import type { UpdateDealConfig } from './update-deal.ts'

export const updateDealRunner: NodeRunner<UpdateDealConfig> = {
  type: 'update_deal',
  load(config, tools) {
    const deal = loadReference(config.deal, 'deal', tools)
    const writing = loadWriting(config, tools)
    return {
      run({ scope }) {
        const written = writing(scope)
        const payload = { deal: deal(scope), ...written }
        const output = { set: written.set, addedTags: written.addTags, removedTags: written.removeTags }
        return effectUnlessMisfit(dealValues, written.set, { kind: 'update_deal', payload, output })
      },
    }
  },
}
