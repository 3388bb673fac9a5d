import { z } from 'zod'
import { MAIN_ONLY, NO_FIELDS, type NodeType, shortened } from '../node-type.ts'
import { tagFields, tagTemplates } from './person-fields.ts'
import { namedBySetting } from './record-reference.ts'
import { changeWords } from './record-words.ts'

export const changeTagsConfig = z
  .strictObject({
    object: z.enum(['person', 'company', 'deal']).default('person').describe('Whose tags are changed.'),
    record: z
      .string()
      .max(1_000)
      .default('')
      .describe(
        'Which one: a person by e-mail address or id, a company by id, domain or name, a deal by id. Left empty, the one of the event that started the run, or the person behind its lead.',
      )
      .meta(namedBySetting('object')),
    addTags: tagTemplates.describe('Tags that are added.'),
    removeTags: tagTemplates.describe('Tags that are taken away.'),
  })
  .refine(({ addTags, removeTags }) => addTags.length + removeTags.length > 0, {
    message: 'Name a tag to add or to take away.',
    path: ['addTags'],
  })

export type ChangeTagsConfig = z.infer<typeof changeTagsConfig>

export const changeTags: NodeType<ChangeTagsConfig> = {
  type: 'change_tags',
  kind: 'action',
  title: 'Change tags',
  description: 'Adds tags to a person, a company or a deal, or takes them away.',
  icon: 'tags',
  purity: 'local',
  config: changeTagsConfig,
  handles: () => MAIN_ONLY,
  summary: ({ object, addTags, removeTags }) =>
    shortened(`${changeWords({ set: [], addTags, removeTags })} (${object})`),
  templates: config => [
    { path: ['record'], text: config.record },
    ...tagFields('addTags', config.addTags),
    ...tagFields('removeTags', config.removeTags),
  ],
  conditions: () => NO_FIELDS,
}
