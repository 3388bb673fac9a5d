import type { Context } from '#platform/context.ts'
import type { Subject } from '#platform/contract/event.ts'
import { generalErrors } from '#platform/errors.ts'
import { publish } from '#platform/events/publish.ts'
import { changedMeanwhile, isExpected, rowVersion } from '#platform/http/etags.ts'
import { newId } from '#platform/ids.ts'
import { type ActivityPatch, activityCreated, activityUpdated, type NewActivity } from './activity-api.ts'
import { requireActivityWritable, requireAssignee, requireRecords, requireSense } from './activity-rights.ts'
import { ACTIVITY_COLUMNS, type ActivityRow, linksOf } from './activity-rows.ts'
import { activitySeen, userOf } from './activity-sight.ts'
import { nameRecords, type RecordReference } from './records-named.ts'

const INSERT = `
  insert into crm.activities (org_id, id, kind, title, body, priority, outcome, due_on, starts_at, ends_at,
    assignee_user_id, completed_at, completed_by, created_by)
  values ($1, $2, $3, $4, $5, $6, $7, $8::date, $9::timestamptz, $10::timestamptz, $11,
    case when $12 then least(now(), coalesce($10::timestamptz, $9::timestamptz, now())) end, $13, $14)`

const LINK = `
  insert into crm.activity_links (org_id, activity_id, object, record_id)
  select $1, $2, l.object, l.id from unnest($3::text[], $4::uuid[]) as l (object, id)
  on conflict do nothing`

const UNLINK = 'delete from crm.activity_links where org_id = $1 and activity_id = $2 and record_id = any($3)'

const CHANGE = `
  update crm.activities set title = $3, body = $4, priority = $5, outcome = $6, due_on = $7::date,
    starts_at = $8::timestamptz, ends_at = $9::timestamptz, assignee_user_id = $10
  where org_id = $1 and id = $2`

/** What can be changed in an activity, beside the records it is about. */
type Patch = Omit<ActivityPatch, 'records'>
type State = { [Field in keyof Patch]-?: Exclude<Patch[Field], undefined> }

/** What an event about an activity is about. */
export function subjectsOf(activityId: string, records: readonly RecordReference[]): Subject[] {
  return [{ type: 'activity', id: activityId }, ...records.map(({ object, id }) => ({ type: object, id }))]
}

/**
 * Writes an activity down and gives its id, which may be known before. Whoever does it is its assignee unless the input says
 * otherwise. Publishes `activity.created`. Throws `request.invalid`, and `request.read_only` for a record that may only be looked at.
 */
export async function createActivity(ctx: Context, input: NewActivity, id = newId()): Promise<string> {
  const me = userOf(ctx)
  const { outcome = null, dueOn = null, startsAt = null, endsAt = null, assigneeUserId = me } = input
  requireSense({ ...input, outcome, startsAt, endsAt })
  const records = distinct(input.records)
  await requireRecords(ctx, records)
  if (assigneeUserId !== null) await requireAssignee(ctx, assigneeUserId)
  const isDone = input.isDone ?? isDoneByItself(input, ctx.clock.now())
  ctx.db.send(INSERT, [
    ctx.orgId,
    id,
    input.kind,
    input.title,
    input.body,
    input.priority,
    outcome,
    dueOn,
    startsAt,
    endsAt,
    assigneeUserId,
    isDone,
    isDone ? me : null,
    me,
  ])
  link(ctx, id, records)
  await publish(ctx, activityCreated, {
    subjects: subjectsOf(id, records),
    payload: { activityId: id, kind: input.kind, title: input.title, isDone },
  })
  return id
}

/** What was written is done; a task has to be done; a call or a meeting is done unless it lies ahead. */
function isDoneByItself({ kind, startsAt, endsAt, dueOn }: NewActivity, now: Date): boolean {
  if (kind === 'note' || kind === 'email') return true
  if (kind === 'task') return false
  const at = endsAt ?? startsAt
  return at ? Date.parse(at) <= now.getTime() : !dueOn
}

function distinct(records: readonly RecordReference[]): RecordReference[] {
  return [...new Map(records.map(record => [record.id, record])).values()]
}

function link(ctx: Context, id: string, records: readonly RecordReference[]): void {
  if (records.length === 0) return
  ctx.db.send(LINK, [ctx.orgId, id, records.map(({ object }) => object), records.map(each => each.id)])
}

/** An activity that is about to be changed, and what it is about. */
export interface LockedActivity {
  readonly row: ActivityRow & { version: string; deleted_at: Date | null }
  readonly records: readonly RecordReference[]
}

/**
 * Takes an activity that is seen and may be changed. Throws `request.not_found` and `request.read_only`. A deleted one is
 * there for `isDeleted` only.
 */
export async function lockActivity(
  ctx: Context,
  activityId: string,
  isDeleted = false,
): Promise<LockedActivity> {
  const seen = activitySeen(ctx, 'a', 3)
  const found = await ctx.db.query<LockedActivity['row']>(
    `select ${ACTIVITY_COLUMNS}, a.deleted_at, ${rowVersion('a.updated_at')} as version from crm.activities a
     where a.org_id = $1 and a.id = $2${seen.sql} for update`,
    [ctx.orgId, activityId, ...seen.values],
  )
  const row = found.rows[0]
  if (!row || (row.deleted_at !== null) !== isDeleted) throw generalErrors.not_found()
  const records = (await linksOf(ctx, [activityId])).get(activityId) ?? []
  await requireActivityWritable(ctx, row, records)
  return { row, records }
}

/**
 * Changes an activity. Publishes `activity.updated` when anything changed. Throws `request.not_found`, `request.invalid`,
 * `request.read_only`, and `request.changed_meanwhile` when it is at none of the expected versions.
 */
export async function changeActivity(
  ctx: Context,
  activityId: string,
  { records, ...patch }: ActivityPatch,
  expected: readonly string[] | null = null,
): Promise<void> {
  const { row, records: linked } = await lockActivity(ctx, activityId)
  const before = stateOf(row)
  if (!isExpected(expected, row.version))
    throw changedMeanwhile(patch, { version: row.version, value: before })
  const after: State = { ...before, ...given(patch) }
  requireSense({ ...after, kind: row.kind })
  if (after.assigneeUserId !== null && after.assigneeUserId !== before.assigneeUserId)
    await requireAssignee(ctx, after.assigneeUserId)
  const changed: string[] = (Object.keys(after) as (keyof State)[]).filter(
    field => !isSame(before[field], after[field]),
  )
  const links = records === undefined ? linked : await relink(ctx, activityId, linked, records)
  if (links !== linked) changed.push('records')
  if (changed.length === 0) return
  ctx.db.send(CHANGE, [
    ctx.orgId,
    activityId,
    after.title,
    after.body,
    after.priority,
    after.outcome,
    after.dueOn,
    after.startsAt,
    after.endsAt,
    after.assigneeUserId,
  ])
  await publish(ctx, activityUpdated, {
    subjects: subjectsOf(activityId, distinct([...links, ...linked])),
    payload: { activityId, kind: row.kind, title: after.title, changed },
  })
}

/** Gives it the records that were asked for. Those that the caller does not see stay; the same list comes back when nothing changed. */
async function relink(
  ctx: Context,
  activityId: string,
  before: readonly RecordReference[],
  wanted: readonly RecordReference[],
): Promise<readonly RecordReference[]> {
  const known = new Set(before.map(({ id }) => id))
  const added = distinct(wanted).filter(({ id }) => !known.has(id))
  const named = await nameRecords(ctx, before)
  const kept = new Set(wanted.map(({ id }) => id))
  const cut = before.filter(({ id }) => named.has(id) && !kept.has(id))
  if (added.length === 0 && cut.length === 0) return before
  await requireRecords(ctx, added)
  const gone = cut.map(({ id }) => id)
  if (gone.length > 0) ctx.db.send(UNLINK, [ctx.orgId, activityId, gone])
  link(ctx, activityId, added)
  return [...before.filter(({ id }) => !gone.includes(id)), ...added]
}

function stateOf(row: ActivityRow): State {
  return {
    title: row.title,
    body: row.body,
    priority: row.priority,
    outcome: row.outcome,
    dueOn: row.due_on,
    startsAt: row.starts_at?.toISOString() ?? null,
    endsAt: row.ends_at?.toISOString() ?? null,
    assigneeUserId: row.assignee_user_id,
  }
}

/** Instants are the same in whatever spelling. */
function isSame(before: string | null, after: string | null): boolean {
  if (before === after) return true
  const isTime = before !== null && after !== null && before.includes('T') && after.includes('T')
  return isTime && Date.parse(before) === Date.parse(after)
}

function given(patch: Patch): Partial<State> {
  return Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined))
}
