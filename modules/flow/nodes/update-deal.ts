import { z } from 'zod'
import { MAIN_ONLY, NO_FIELDS, type NodeType, shortened } from '../node-type.ts'
import { namedTemplates, namedValues } from './named-values.ts'
import { tagFields, tagTemplates } from './person-fields.ts'
import { namingByField, SettableDealField } from './record-fields.ts'
import { referenceField } from './record-reference.ts'
import { changeWords, somethingToChange } from './record-words.ts'

export const updateDealConfig = z
  .strictObject({
    deal: referenceField('deal'),
    set: namedValues(SettableDealField)
      .default([])
      .describe(
        'What is written. A missing value clears the field. A stage, by its name or id, moves the deal; owner is an e-mail address or id.',
      )
      .meta(namingByField),
    addTags: tagTemplates.describe('Tags the deal gets.'),
    removeTags: tagTemplates.describe('Tags that are taken away.'),
  })
  .refine(...somethingToChange)

export type UpdateDealConfig = z.infer<typeof updateDealConfig>

export const updateDeal: NodeType<UpdateDealConfig> = {
  type: 'update_deal',
  kind: 'action',
  title: 'Change deal',
  description: 'Writes to a deal: stage, value, closing day, owner, tags. Asks for what the stage asks for.',
  icon: 'square-pen',
  purity: 'local',
  config: updateDealConfig,
  handles: () => MAIN_ONLY,
  summary: config => shortened(changeWords(config)),
  templates: config => [
    { path: ['deal'], text: config.deal },
    ...namedTemplates('set', config.set),
    ...tagFields('addTags', config.addTags),
    ...tagFields('removeTags', config.removeTags),
  ],
  conditions: () => NO_FIELDS,
}
