import { z } from 'zod'
import { MAIN_ONLY, NO_FIELDS, type NodeType, shortened } from '../node-type.ts'
import { namedTemplates, namedValues } from './named-values.ts'
import { SettableField, tagFields, tagTemplates } from './person-fields.ts'
import { namingByField } from './record-fields.ts'
import { naming } from './record-reference.ts'
import { changeWords, somethingToChange } from './record-words.ts'

export const updatePersonConfig = z
  .strictObject({
    email: z
      .string()
      .max(1_000)
      .default('')
      .describe(
        'Whose record it is, by e-mail address or id. Left empty, the person of the event that started the run, or else the one behind its lead.',
      )
      .meta(naming('person')),
    set: namedValues(SettableField)
      .default([])
      .describe(
        'What is written. A missing value clears the field; owner is an e-mail address or id, company an id, domain or name.',
      )
      .meta(namingByField),
    addTags: tagTemplates.describe('Tags the person gets.'),
    removeTags: tagTemplates.describe('Tags that are taken away.'),
  })
  .refine(...somethingToChange)

export type UpdatePersonConfig = z.infer<typeof updatePersonConfig>

export const updatePerson: NodeType<UpdatePersonConfig> = {
  type: 'update_person',
  kind: 'action',
  title: 'Change person',
  description: 'Writes to the record of a person: names, phone, company, owner, stage, score, tags.',
  icon: 'user-pen',
  purity: 'local',
  config: updatePersonConfig,
  handles: () => MAIN_ONLY,
  summary: config => shortened(changeWords(config)),
  templates: config => [
    { path: ['email'], text: config.email },
    ...namedTemplates('set', config.set),
    ...tagFields('addTags', config.addTags),
    ...tagFields('removeTags', config.removeTags),
  ],
  conditions: () => NO_FIELDS,
}
