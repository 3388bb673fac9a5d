import { z } from 'zod'
import { MAIN_ONLY, NO_FIELDS, type NodeType, shortened } from '../node-type.ts'
import { namedTemplates, namedValues } from './named-values.ts'
import { tagFields, tagTemplates } from './person-fields.ts'
import { namingByField, SettableCompanyField } from './record-fields.ts'
import { referenceField } from './record-reference.ts'
import { changeWords, somethingToChange } from './record-words.ts'

export const updateCompanyConfig = z
  .strictObject({
    company: referenceField('company'),
    set: namedValues(SettableCompanyField)
      .default([])
      .describe('What is written. A missing value clears the field; owner is an e-mail address or id.')
      .meta(namingByField),
    addTags: tagTemplates.describe('Tags the company gets.'),
    removeTags: tagTemplates.describe('Tags that are taken away.'),
  })
  .refine(...somethingToChange)

export type UpdateCompanyConfig = z.infer<typeof updateCompanyConfig>

export const updateCompany: NodeType<UpdateCompanyConfig> = {
  type: 'update_company',
  kind: 'action',
  title: 'Change company',
  description: 'Writes to the record of a company: names, address, numbers, owner, tags.',
  icon: 'building',
  purity: 'local',
  config: updateCompanyConfig,
  handles: () => MAIN_ONLY,
  summary: config => shortened(changeWords(config)),
  templates: config => [
    { path: ['company'], text: config.company },
    ...namedTemplates('set', config.set),
    ...tagFields('addTags', config.addTags),
    ...tagFields('removeTags', config.removeTags),
  ],
  conditions: () => NO_FIELDS,
}
