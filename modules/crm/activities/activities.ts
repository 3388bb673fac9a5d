import type { Context } from '#platform/context.ts'
import { generalErrors } from '#platform/errors.ts'
import { type FilteredRequest, type ListShape, readList, readPage } from '#platform/filter/list.ts'
import { rowVersion } from '#platform/http/etags.ts'
import { fault } from '#platform/http/fault.ts'
import { Versioned } from '#platform/http/handlers.ts'
import { openRecords, recordAccess } from '#platform/owned.ts'
import { ACTIVITY_FIELDS, type Activity } from './activity-api.ts'
import { ACTIVITY_COLUMNS, type ActivityRow, shownActivities } from './activity-rows.ts'
import { activitySeen, userOf } from './activity-sight.ts'

const ACTIVITY_LIST: ListShape = {
  fields: ACTIVITY_FIELDS,
  id: 'a.id',
  sql: {
    kind: { sql: 'a.kind', isNeverNull: true },
    title: { sql: 'a.title', isNeverNull: true },
    priority: { sql: 'a.priority', isNeverNull: true },
    outcome: { sql: 'a.outcome' },
    dueOn: { sql: 'a.due_on' },
    startsAt: { sql: 'a.starts_at' },
    assigneeUserId: { sql: 'a.assignee_user_id' },
    completedAt: { sql: 'a.completed_at' },
    createdBy: { sql: 'a.created_by' },
    // Ids are made in order of time, and they are what the index is in order of.
    createdAt: { sql: 'a.created_at', isNeverNull: true, order: { sql: 'a.id', cast: 'uuid' } },
    updatedAt: { sql: 'a.updated_at', isNeverNull: true },
  },
}

export interface ActivityRequest extends FilteredRequest {
  readonly mine?: boolean | undefined
  readonly state?: 'open' | 'done' | undefined
  readonly due?: 'overdue' | 'today' | 'later' | 'none' | undefined
  /** YYYY-MM-DD where the reader is. */
  readonly today?: string | undefined
  /** The record they are about: one of the three. */
  readonly personId?: string | undefined
  readonly companyId?: string | undefined
  readonly dealId?: string | undefined
}

const DUE = {
  overdue: 'a.due_on < $today',
  today: 'a.due_on = $today',
  later: 'a.due_on > $today',
  none: 'a.due_on is null',
} as const

const STATES = { open: ' and a.completed_at is null', done: ' and a.completed_at is not null' } as const

/**
 * A page of the activities that are seen and that the request asks for, the newest first when no order is asked for. Throws
 * `request.invalid`, and `request.not_found` for a record that is not there or not in sight.
 */
export async function listActivities(
  ctx: Context,
  request: ActivityRequest,
): Promise<{ items: Activity[]; nextCursor: string | null }> {
  const values: unknown[] = [ctx.orgId]
  const parameter = (value: unknown) => `$${values.push(value)}`
  const from = await recordOf(ctx, request)
  let where = ''
  if (from) where += ` and l.org_id = $1 and l.record_id = ${parameter(from)}`
  if (request.mine) where += ` and a.assignee_user_id = ${parameter(userOf(ctx))}::uuid`
  if (request.state) where += STATES[request.state]
  if (request.due) {
    const today = request.due === 'none' ? '' : `${parameter(request.today ?? dayOf(ctx))}::date`
    where += ` and ${DUE[request.due].replace('$today', today)}`
  }
  const seen = activitySeen(ctx, 'a', values.length + 1)
  values.push(...seen.values)
  const list = readList(ACTIVITY_LIST, request, values)
  const tables = from
    ? 'crm.activity_links l join crm.activities a on a.org_id = $1 and a.id = l.activity_id'
    : 'crm.activities a'
  const page = await readPage(
    ctx.db,
    list,
    `select ${ACTIVITY_COLUMNS}${list.columns} from ${tables}
     where a.org_id = $1 and a.deleted_at is null${where}${seen.sql}${list.where} ${list.order}`,
    (row: ActivityRow) => row,
  )
  return { items: await shownActivities(ctx, page.items), nextCursor: page.nextCursor }
}

async function recordOf(
  ctx: Context,
  { personId, companyId, dealId }: ActivityRequest,
): Promise<string | null> {
  const asked = [
    { object: 'person', id: personId },
    { object: 'company', id: companyId },
    { object: 'deal', id: dealId },
  ].flatMap(({ object, id }) => (id === undefined ? [] : [{ object, id }]))
  if (asked.length > 1) throw fault('/personId', 'too_many', 'Ask for one person, company or deal at a time.')
  const [record] = asked
  if (!record) return null
  openRecords(ctx, record.object, [record.id])
  if ((await recordAccess(ctx, record.object, record.id)) === null) throw generalErrors.not_found()
  return record.id
}

/** The day it is, in UTC. */
function dayOf(ctx: Context): string {
  return ctx.clock.now().toISOString().slice(0, 10)
}

/** An activity with its version. Throws `request.not_found`. */
export async function getActivity(ctx: Context, activityId: string): Promise<Versioned<Activity>> {
  const seen = activitySeen(ctx, 'a', 3)
  const found = await ctx.db.query<ActivityRow & { version: string }>(
    `select ${ACTIVITY_COLUMNS}, ${rowVersion('a.updated_at')} as version from crm.activities a
     where a.org_id = $1 and a.id = $2 and a.deleted_at is null${seen.sql}`,
    [ctx.orgId, activityId, ...seen.values],
  )
  const row = found.rows[0]
  if (!row) throw generalErrors.not_found()
  const [activity] = await shownActivities(ctx, [row])
  if (!activity) throw generalErrors.not_found()
  return new Versioned(activity, row.version)
}
