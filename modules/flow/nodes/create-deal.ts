import { z } from 'zod'
import { MAIN_ONLY, NO_FIELDS, type NodeType, shortened, type TemplateField } from '../node-type.ts'
import { namedTemplates, namedValues } from './named-values.ts'
import { tagFields, tagTemplates } from './person-fields.ts'
import { namingByField, SettableDealField } from './record-fields.ts'
import { namedRecord } from './record-reference.ts'

export const createDealConfig = z.strictObject({
  name: z.string().min(1).max(1_000).describe('What the deal is called. May hold placeholders.'),
  pipeline: namedRecord('Its name or id. Left empty, the first pipeline.', 'pipeline'),
  stage: namedRecord('Its name or id. Left empty, the first open stage.', 'stage'),
  value: z
    .string()
    .max(1_000)
    .default('')
    .describe('What it is worth, such as 1250 or {{ budget }}. May be left empty.'),
  currency: z
    .string()
    .max(100)
    .default('')
    .describe('Three letters such as EUR. Left empty, the currency of the pipeline.'),
  person: namedRecord(
    'Whom it is with, by e-mail address or id. Left empty, the person behind the lead of the run, if there is one.',
    'person',
  ),
  company: namedRecord(
    'Its id, domain or name. Left empty, the company of the person, if there is one.',
    'company',
  ),
  owner: namedRecord('Whose it is, by e-mail address or id. Left empty, nobody’s.', 'member'),
  set: namedValues(SettableDealField)
    .default([])
    .describe('More that is written, such as the closing day.')
    .meta(namingByField),
  tags: tagTemplates.describe('Tags the deal gets.'),
})

export type CreateDealConfig = z.infer<typeof createDealConfig>

export const createDeal: NodeType<CreateDealConfig> = {
  type: 'create_deal',
  kind: 'action',
  title: 'Add deal',
  description: 'Makes a deal. The output has its id, so that later steps can change it.',
  icon: 'handshake',
  purity: 'local',
  config: createDealConfig,
  handles: () => MAIN_ONLY,
  summary: ({ name, value, currency }) =>
    shortened(`Add deal ${name}${value === '' ? '' : `, ${value} ${currency}`}`),
  templates: ({ set, tags, ...texts }) => [
    ...Object.entries(texts).map(([key, text]): TemplateField => ({ path: [key], text })),
    ...namedTemplates('set', set),
    ...tagFields('tags', tags),
  ],
  conditions: () => NO_FIELDS,
}
