import { z } from 'zod'
import { defineEvent } from '#platform/contract/event.ts'
import { Id, pageOf, Timestamp } from '#platform/contract/fields.ts'
import { type FilterFields, listQuery } from '#platform/contract/filter.ts'
import { defineRoute } from '#platform/contract/route.ts'
import { RecordObject } from '../record-api.ts'

export const ActivityKind = z.enum(['call', 'email', 'meeting', 'task', 'note'])
export type ActivityKind = z.output<typeof ActivityKind>

export const ActivityPriority = z.enum(['low', 'normal', 'high'])
export type ActivityPriority = z.output<typeof ActivityPriority>

export const CallOutcome = z.enum(['connected', 'left_message', 'no_answer', 'busy', 'wrong_number'])
export type CallOutcome = z.output<typeof CallOutcome>

/** How many records an activity can be about. */
const RECORDS_MAX = 20
const TITLE_MAX = 300
const BODY_MAX = 20_000

const RecordReference = z.strictObject({ object: RecordObject, id: Id })

export const Activity = z
  .object({
    id: Id,
    kind: ActivityKind,
    title: z.string().describe('May be empty for what says everything in its body.'),
    body: z.string().describe('Markdown. It is text: HTML in it is shown as it was typed.'),
    priority: ActivityPriority,
    outcome: CallOutcome.nullable().describe('How a call ended.'),
    dueOn: z.string().nullable().describe('YYYY-MM-DD'),
    startsAt: Timestamp.nullable(),
    endsAt: Timestamp.nullable(),
    assigneeUserId: Id.nullable(),
    completedAt: Timestamp.nullable().describe('Null while it has still to be done.'),
    completedBy: Id.nullable(),
    createdBy: Id.nullable(),
    records: z
      .array(z.object({ object: RecordObject, id: Id, name: z.string() }))
      .describe('What it is about, as far as you see it.'),
    createdAt: Timestamp,
    updatedAt: Timestamp,
  })
  .meta({ id: 'Activity' })
export type Activity = z.output<typeof Activity>

/** What lies before is a slip of the keyboard, and the database knows no year 0. */
const FIRST_YEAR = '1900'
const isOfNow = (text: string) => text >= FIRST_YEAR
const Day = z.iso
  .date()
  .refine(isOfNow, { message: `Use a day from the year ${FIRST_YEAR} on.` })
  .meta({ example: '2026-12-01' })
const Instant = z.iso
  .datetime({ offset: true })
  .refine(isOfNow, { message: `Use a time from the year ${FIRST_YEAR} on.` })
  .meta({ example: '2026-12-01T09:30:00Z' })

const written = {
  title: z.string().trim().max(TITLE_MAX),
  body: z.string().trim().max(BODY_MAX),
  priority: ActivityPriority,
  outcome: CallOutcome.nullable().describe('For calls only.'),
  dueOn: Day.nullable(),
  startsAt: Instant.nullable().describe('When a meeting or a call begins or began.'),
  endsAt: Instant.nullable(),
  assigneeUserId: Id.nullable(),
  records: z.array(RecordReference).max(RECORDS_MAX),
}

export const NewActivity = z
  .strictObject({
    kind: ActivityKind,
    title: written.title.default(''),
    body: written.body.default(''),
    priority: written.priority.default('normal'),
    outcome: written.outcome.optional(),
    dueOn: written.dueOn.optional(),
    startsAt: written.startsAt.optional(),
    endsAt: written.endsAt.optional(),
    assigneeUserId: written.assigneeUserId.optional().describe('Yourself when left out; null for nobody.'),
    isDone: z
      .boolean()
      .optional()
      .describe(
        'Left out: notes and e-mails are done, a task is not, a call or meeting is unless it lies ahead.',
      ),
    records: written.records.default([]).describe('The people, companies and deals it is about.'),
  })
  .meta({ id: 'NewActivity' })
export type NewActivity = z.output<typeof NewActivity>

export const ActivityPatch = z
  .strictObject({
    title: written.title.optional(),
    body: written.body.optional(),
    priority: written.priority.optional(),
    outcome: written.outcome.optional(),
    dueOn: written.dueOn.optional(),
    startsAt: written.startsAt.optional(),
    endsAt: written.endsAt.optional(),
    assigneeUserId: written.assigneeUserId.optional(),
    records: written.records
      .optional()
      .describe('All that it is about from now on; records that you do not see stay.'),
  })
  .meta({ id: 'ActivityPatch' })
export type ActivityPatch = z.output<typeof ActivityPatch>

export const ACTIVITY_FIELDS = {
  kind: { type: 'enum', values: ActivityKind.options },
  title: { type: 'text' },
  priority: { type: 'enum', values: ActivityPriority.options },
  outcome: { type: 'enum', values: CallOutcome.options },
  dueOn: { type: 'date', sort: true },
  startsAt: { type: 'time', sort: true },
  assigneeUserId: { type: 'id' },
  completedAt: { type: 'time', sort: true },
  createdBy: { type: 'id' },
  createdAt: { type: 'time', sort: true },
  updatedAt: { type: 'time', sort: true },
} as const satisfies FilterFields

const ActivityPath = z.strictObject({ activityId: Id })

export const listActivities = defineRoute({
  id: 'crm.activity.list',
  method: 'GET',
  path: '/v1/activities',
  summary: 'List activities, the newest first',
  description:
    'With `mine` those assigned to you. What is due: `due=today`, `overdue` or `later`, counted from `today`, the day where you are. With `personId`, `companyId` or `dealId` those about one record; one of the three at a time.',
  access: 'activities:read',
  query: listQuery(ACTIVITY_FIELDS).extend({
    mine: z.stringbool().optional(),
    state: z.enum(['open', 'done']).optional(),
    due: z.enum(['overdue', 'today', 'later', 'none']).optional(),
    today: Day.optional().describe('The day of the reader; that of UTC when left out.'),
    personId: Id.optional().describe('Those about this person.'),
    companyId: Id.optional().describe('Those about this company.'),
    dealId: Id.optional().describe('Those about this deal.'),
  }),
  response: pageOf(Activity),
})

export const getActivity = defineRoute({
  id: 'crm.activity.get',
  method: 'GET',
  path: '/v1/activities/:activityId',
  summary: 'Read an activity',
  access: 'activities:read',
  params: ActivityPath,
  response: Activity,
  versioned: true,
})

export const createActivity = defineRoute({
  id: 'crm.activity.create',
  method: 'POST',
  path: '/v1/activities',
  summary: 'Write down an activity',
  access: 'activities:write',
  body: NewActivity,
  response: Activity,
  status: 201,
})

export const changeActivity = defineRoute({
  id: 'crm.activity.update',
  method: 'PATCH',
  path: '/v1/activities/:activityId',
  summary: 'Change an activity',
  description: 'What is left out stays, null clears.',
  access: 'activities:write',
  params: ActivityPath,
  body: ActivityPatch,
  response: Activity,
  versioned: true,
})

export const completeActivity = defineRoute({
  id: 'crm.activity.complete',
  method: 'POST',
  path: '/v1/activities/:activityId/complete',
  summary: 'Complete an activity',
  description: 'One that is done already stays as it is.',
  access: 'activities:write',
  params: ActivityPath,
  response: Activity,
})

export const reopenActivity = defineRoute({
  id: 'crm.activity.reopen',
  method: 'POST',
  path: '/v1/activities/:activityId/reopen',
  summary: 'Open an activity again',
  access: 'activities:write',
  params: ActivityPath,
  response: Activity,
})

export const deleteActivity = defineRoute({
  id: 'crm.activity.delete',
  method: 'DELETE',
  path: '/v1/activities/:activityId',
  summary: 'Delete an activity',
  description: 'It can be restored for 90 days.',
  access: 'activities:write',
  params: ActivityPath,
})

export const restoreActivity = defineRoute({
  id: 'crm.activity.restore',
  method: 'POST',
  path: '/v1/activities/:activityId/restore',
  summary: 'Bring a deleted activity back',
  access: 'activities:write',
  params: ActivityPath,
  response: Activity,
})

const told = { activityId: Id, kind: ActivityKind, title: z.string() }

export const activityCreated = defineEvent({
  type: 'activity.created',
  version: 1,
  payload: z.strictObject({ ...told, isDone: z.boolean() }),
  summary: 'A call, e-mail, meeting, task or note was written down',
})

export const activityUpdated = defineEvent({
  type: 'activity.updated',
  version: 1,
  payload: z.strictObject({ ...told, changed: z.array(z.string()) }),
  summary: 'An activity was changed, opened again or restored',
})

export const activityCompleted = defineEvent({
  type: 'activity.completed',
  version: 1,
  payload: z.strictObject(told),
  summary: 'An activity was completed',
})

export const activityDeleted = defineEvent({
  type: 'activity.deleted',
  version: 1,
  payload: z.strictObject(told),
  summary: 'An activity was deleted',
})
