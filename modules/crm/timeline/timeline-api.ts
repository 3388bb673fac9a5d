import { z } from 'zod'
import { Id, PageQuery, pageOf, Timestamp } from '#platform/contract/fields.ts'
import { defineRoute } from '#platform/contract/route.ts'
import { Activity } from '../activities/activity-api.ts'
import { RecordObject } from '../record-api.ts'

/** What an entry is about, to choose from. */
export const TimelineTopic = z.enum(['activity', 'email', 'form', 'lead', 'run', 'deal', 'change'])
export type TimelineTopic = z.output<typeof TimelineTopic>

export const TimelineEntry = z
  .object({
    id: Id.describe('That of the event it tells of.'),
    kind: z.string().describe('The type of the event, for example `email.sent`.'),
    topic: TimelineTopic,
    at: Timestamp,
    until: Timestamp.describe(
      'When the last of the events happened that it tells of together; as `at` for one.',
    ),
    count: z.number().int().describe('How many events it tells of.'),
    actor: z
      .object({
        type: z.enum(['user', 'apiKey', 'plugin', 'run', 'system', 'visitor']),
        userId: Id.optional(),
        runId: Id.optional(),
        workflowId: Id.optional(),
      })
      .describe('Whose doing it was.'),
    record: z
      .object({ object: RecordObject, id: Id, name: z.string() })
      .nullable()
      .describe('The person or deal it happened to, on the timeline of their company; null for its own.'),
    activity: Activity.nullable().describe('As it is now.'),
    data: z
      .record(z.string(), z.unknown())
      .describe(
        'Names and ids, by kind: `subject` and `messageId` of an e-mail, `changed` fields of a record.',
      ),
  })
  .meta({ id: 'TimelineEntry' })
export type TimelineEntry = z.output<typeof TimelineEntry>

const TimelineQuery = PageQuery.extend({
  topics: z
    .string()
    .max(200)
    .transform(text => text.split(',').filter(Boolean))
    .pipe(z.array(TimelineTopic))
    .optional()
    .meta({ example: 'activity,email' })
    .describe('Only these, with commas between; everything when left out.'),
})

const said = {
  method: 'GET',
  query: TimelineQuery,
  response: pageOf(TimelineEntry),
  cost: 2,
} as const

export const getPersonTimeline = defineRoute({
  ...said,
  id: 'crm.person.timeline',
  path: '/v1/people/:personId/timeline',
  summary: 'Read what happened to a person, the newest first',
  access: 'people:read',
  params: z.strictObject({ personId: Id }),
})

export const getCompanyTimeline = defineRoute({
  ...said,
  id: 'crm.company.timeline',
  path: '/v1/companies/:companyId/timeline',
  summary: 'Read what happened to a company, the newest first',
  description: 'With what happened to its people and deals while they belonged to it.',
  access: 'companies:read',
  params: z.strictObject({ companyId: Id }),
})

export const getDealTimeline = defineRoute({
  ...said,
  id: 'crm.deal.timeline',
  path: '/v1/deals/:dealId/timeline',
  summary: 'Read what happened to a deal, the newest first',
  access: 'deals:read',
  params: z.strictObject({ dealId: Id }),
})
