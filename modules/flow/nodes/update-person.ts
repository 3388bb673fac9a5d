import { z } from 'zod'
import { MAIN_ONLY, NO_FIELDS, type NodeType, shortened } from '../node-type.ts'
import { namedTemplates, namedValues } from './named-values.ts'
import { SettableField, tagFields, tagTemplates } from './person-fields.ts'

export const updatePersonConfig = z
  .strictObject({
    email: z
      .string()
      .max(1_000)
      .default('')
      .describe('Whose record it is, by e-mail address. Left empty, the person behind the lead of the run.'),
    set: namedValues(SettableField)
      .default([])
      .describe('What is written. A missing value clears the field.'),
    addTags: tagTemplates.describe('Tags the person gets.'),
    removeTags: tagTemplates.describe('Tags that are taken away.'),
  })
  .refine(config => config.set.length + config.addTags.length + config.removeTags.length > 0, {
    message: 'There is nothing to change yet.',
    path: ['set'],
  })

export type UpdatePersonConfig = z.infer<typeof updatePersonConfig>

export const updatePerson: NodeType<UpdatePersonConfig> = {
  type: 'update_person',
  kind: 'action',
  title: 'Change person',
  description: 'Writes to the record of a person: names, phone, stage, score, tags.',
  icon: 'user-pen',
  purity: 'local',
  config: updatePersonConfig,
  handles: () => MAIN_ONLY,
  summary: ({ set, addTags, removeTags }) =>
    shortened(
      [
        ...(set.length > 0 ? [`set ${set.map(value => value.name).join(', ')}`] : []),
        ...(addTags.length > 0 ? [`add ${addTags.join(', ')}`] : []),
        ...(removeTags.length > 0 ? [`remove ${removeTags.join(', ')}`] : []),
      ]
        .join('; ')
        .replace(/^./, first => first.toUpperCase()),
    ),
  templates: config => [
    { path: ['email'], text: config.email },
    ...namedTemplates('set', config.set),
    ...tagFields('addTags', config.addTags),
    ...tagFields('removeTags', config.removeTags),
  ],
  conditions: () => NO_FIELDS,
}
