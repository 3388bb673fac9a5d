/** The routes of schedules, and what they answer. Browser-safe. */

import { z } from 'zod'
import { Id, Timestamp } from '#platform/contract/fields.ts'
import { defineRoute } from '#platform/contract/route.ts'
import { CronField, TimeZoneField } from './time-fields.ts'

export const Schedule = z
  .object({
    cron: z.string(),
    timeZone: z.string(),
    words: z.string().describe('When it happens, in plain English.'),
    missed: z.enum(['skip', 'one', 'all']),
    isActive: z.boolean(),
    nextSlot: Timestamp.nullable().describe('When it starts the next run; null while it is paused.'),
    lastSlot: Timestamp.nullable().describe('The last time for which it started a run.'),
  })
  .meta({ id: 'Schedule' })

export const previewSchedule = defineRoute({
  id: 'flow.schedule.preview',
  method: 'POST',
  path: '/v1/workflows/schedule-preview',
  summary: 'Say when a schedule would happen',
  description:
    'A time that a change of the clock skips happens as much later as the clock jumps; one that it repeats happens once. Schedules that start with a star follow the clock instead.',
  access: 'workflows:read',
  idempotent: false,
  body: z.strictObject({
    cron: CronField,
    timeZone: TimeZoneField,
    count: z.int().min(1).max(20).default(5),
  }),
  response: z.object({ words: z.string(), next: z.array(Timestamp) }),
})

export const getSchedule = defineRoute({
  id: 'flow.schedule.get',
  method: 'GET',
  path: '/v1/workflows/:workflowId/schedule',
  summary: 'Read the published schedule of a workflow',
  access: 'workflows:read',
  params: z.object({ workflowId: Id }),
  response: z.object({
    schedule: Schedule.nullable().describe('Null for a workflow that does not start by the clock.'),
  }),
})
