import { z } from 'zod'
import { Id, Timestamp } from '#platform/contract/fields.ts'
import { defineRoute } from '#platform/contract/route.ts'
import { RecordObject } from '../record-api.ts'

export const UpcomingItem = z
  .object({
    id: Id,
    source: z.string().describe('What it is: `task`, `meeting`, `call`, `run`.'),
    title: z.string(),
    dueOn: z.string().nullable().describe('The day, for what has no time: YYYY-MM-DD.'),
    at: Timestamp.nullable().describe('When it happens or goes on; null when that is not known.'),
    assigneeUserId: Id.nullable(),
    record: z
      .object({ object: RecordObject, id: Id, name: z.string() })
      .nullable()
      .describe('The person or deal it is about, when that is not the record that was asked for.'),
    canPause: z.boolean(),
    isPaused: z.boolean(),
  })
  .meta({ id: 'UpcomingItem' })
export type UpcomingItem = z.output<typeof UpcomingItem>

const Upcoming = z
  .object({ items: z.array(UpcomingItem).describe('What comes first is first; at most 200.') })
  .meta({ id: 'Upcoming' })

const described = 'Open tasks, meetings and calls, and the workflow runs under way.'

export const getPersonUpcoming = defineRoute({
  id: 'crm.person.upcoming',
  method: 'GET',
  path: '/v1/people/:personId/upcoming',
  summary: 'Read what is about to happen to a person',
  description: described,
  access: 'people:read',
  params: z.strictObject({ personId: Id }),
  response: Upcoming,
})

export const getCompanyUpcoming = defineRoute({
  id: 'crm.company.upcoming',
  method: 'GET',
  path: '/v1/companies/:companyId/upcoming',
  summary: 'Read what is about to happen to a company and its people',
  description: described,
  access: 'companies:read',
  params: z.strictObject({ companyId: Id }),
  response: Upcoming,
})

export const getDealUpcoming = defineRoute({
  id: 'crm.deal.upcoming',
  method: 'GET',
  path: '/v1/deals/:dealId/upcoming',
  summary: 'Read what is about to happen to a deal and its people',
  description: described,
  access: 'deals:read',
  params: z.strictObject({ dealId: Id }),
  response: Upcoming,
})

const about = z.strictObject({ object: RecordObject, recordId: Id })
const outcome = z.object({ items: z.int().describe('How many were asked.') })

export const pauseUpcoming = defineRoute({
  id: 'crm.upcoming.pause',
  method: 'POST',
  path: '/v1/upcoming/pause',
  summary: 'Pause all that would happen to a record by itself',
  description: 'Each run stops before its next step. Tasks and meetings are people’s own and stay.',
  access: 'activities:write',
  body: about,
  response: outcome,
})

export const resumeUpcoming = defineRoute({
  id: 'crm.upcoming.resume',
  method: 'POST',
  path: '/v1/upcoming/resume',
  summary: 'Let all that was paused for a record go on',
  access: 'activities:write',
  body: about,
  response: outcome,
})
