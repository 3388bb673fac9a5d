import { z } from 'zod'
import { MAIN_ONLY, NO_FIELDS, type NodeType, shortened } from '../node-type.ts'
import { namedTemplates, namedValues } from './named-values.ts'
import { tagFields, tagTemplates } from './person-fields.ts'
import { namingByField, SettableCompanyField } from './record-fields.ts'

export const createCompanyConfig = z.strictObject({
  name: z.string().min(1).max(1_000).describe('What the company is called. May hold placeholders.'),
  website: z
    .string()
    .max(1_000)
    .default('')
    .describe('A web address or domain. It decides which company it is; left empty, the name does.'),
  set: namedValues(SettableCompanyField).default([]).describe('More that is written.').meta(namingByField),
  whenKnown: z
    .enum(['keep', 'change'])
    .default('keep')
    .describe('Whether a company that is there already keeps its values or gets these.'),
  tags: tagTemplates.describe('Added to the company, also to one that is known already.'),
})

export type CreateCompanyConfig = z.infer<typeof createCompanyConfig>

export const createCompany: NodeType<CreateCompanyConfig> = {
  type: 'create_company',
  kind: 'action',
  title: 'Add company',
  description:
    'Makes a company, or finds the one with this domain or name. Later steps name it by what the output calls "company".',
  icon: 'building-2',
  purity: 'local',
  config: createCompanyConfig,
  handles: () => MAIN_ONLY,
  summary: ({ name }) => shortened(`Add company ${name}`),
  templates: config => [
    { path: ['name'], text: config.name },
    { path: ['website'], text: config.website },
    ...namedTemplates('set', config.set),
    ...tagFields('tags', config.tags),
  ],
  conditions: () => NO_FIELDS,
}
