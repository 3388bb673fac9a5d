import { z } from 'zod'
import { MAIN_ONLY, NO_FIELDS, type NodeType, shortened } from '../node-type.ts'
import { namedBySetting, naming } from './record-reference.ts'

export const lookupConfig = z
  .strictObject({
    what: z
      .enum(['lead', 'person', 'company', 'deal', 'activity'])
      .default('lead')
      .describe('The lead of the run, or one record.'),
    email: z
      .string()
      .max(1_000)
      .default('')
      .describe('The e-mail address or the id of the person. A template.')
      .meta(naming('person')),
    record: z
      .string()
      .max(1_000)
      .default('')
      .describe(
        'Which company, by id, domain or name; which deal or activity, by id. Left empty, the one of the event that started the run.',
      )
      .meta(namedBySetting('what')),
  })
  .refine(config => config.what !== 'person' || config.email.trim() !== '', {
    message: 'Say whose address to look for.',
    path: ['email'],
  })

const NAMES = { person: 'Person', company: 'Company', deal: 'Deal', activity: 'Activity' } as const

export type LookupConfig = z.infer<typeof lookupConfig>

export const lookup: NodeType<LookupConfig> = {
  type: 'lookup',
  kind: 'utility',
  title: 'Look up',
  description:
    'Reads the lead, a person, a company, a deal or an activity, as it is now. The output says whether there is one.',
  icon: 'search',
  purity: 'remote',
  config: lookupConfig,
  retry: { attempts: 3, backoffMs: 500, growth: 'exponential' },
  timeoutMs: 30_000,
  handles: () => MAIN_ONLY,
  summary: ({ what, email, record }) =>
    shortened(
      what === 'lead' ? 'The lead as it is now' : `${NAMES[what]} ${what === 'person' ? email : record}`,
    ),
  templates: ({ what, email, record }) =>
    what === 'lead'
      ? NO_FIELDS
      : what === 'person'
        ? [{ path: ['email'], text: email }]
        : [{ path: ['record'], text: record }],
  conditions: () => NO_FIELDS,
}
