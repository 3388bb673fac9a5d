import { z } from 'zod'
import { MAIN_ONLY, NO_FIELDS, type NodeType, shortened, type TemplateField } from '../node-type.ts'
import { tagFields, tagTemplates } from './person-fields.ts'

const name = z.string().max(1_000).default('')

export const createPersonConfig = z.strictObject({
  email: z.string().min(1).max(1_000).describe('One e-mail address. It decides who the person is.'),
  firstName: name.describe('May be left empty.'),
  lastName: name.describe('May be left empty.'),
  phone: name.describe('May be left empty.'),
  tags: tagTemplates.describe('Added to the person, also to one who is known already.'),
})

export type CreatePersonConfig = z.infer<typeof createPersonConfig>

export const createPerson: NodeType<CreatePersonConfig> = {
  type: 'create_person',
  kind: 'action',
  title: 'Add person',
  description: 'Makes a person known by e-mail address. Somebody who is known already keeps name and phone.',
  icon: 'user-plus',
  purity: 'local',
  config: createPersonConfig,
  handles: () => MAIN_ONLY,
  summary: config => shortened(`Add ${config.email}`),
  templates: ({ email, firstName, lastName, phone, tags }) => [
    ...Object.entries({ email, firstName, lastName, phone }).map(
      ([key, text]): TemplateField => ({ path: [key], text }),
    ),
    ...tagFields('tags', tags),
  ],
  conditions: () => NO_FIELDS,
}
