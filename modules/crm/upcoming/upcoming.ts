import type { Context } from '#platform/context.ts'
import type { Permission } from '#platform/contract/route.ts'
import { generalErrors } from '#platform/errors.ts'
import { openRecords, recordAccess } from '#platform/owned.ts'
import { activitySeen } from '../activities/activity-sight.ts'
import { nameRecords, type RecordReference } from '../activities/records-named.ts'
import type { RecordObject } from '../record-api.ts'
import { relatedRecords } from './people-of-record.ts'
import type { UpcomingItem } from './upcoming-api.ts'

/** Something about to happen, as its source knows it. */
export type UpcomingDraft = Omit<UpcomingItem, 'record'> & { readonly about: RecordReference }

/**
 * What other modules bring to what is about to happen to records: workflow runs, and what else acts by itself. The programs join
 * them. What a source gives has been asked for as the one who looks, so it shows no more than they may see.
 */
export interface UpcomingSource {
  /** What one must be allowed to see its items, and to pause them. */
  readonly read: Permission
  readonly write: Permission
  /** What is about to happen to these people, at most 100. */
  items(ctx: Context, personIds: readonly string[]): Promise<readonly UpcomingDraft[]>
  /** Pauses or resumes items by their ids; those that are over are passed over. Returns how many were asked. */
  set(ctx: Context, ids: readonly string[], isPaused: boolean): Promise<number>
}

const ITEMS_MAX = 200

/** Who asks: what they may do beyond the permission of the route. */
type May = (permission: Permission) => boolean

interface OpenRow {
  id: string
  kind: string
  title: string
  due_on: string | null
  starts_at: Date | null
  assignee_user_id: string | null
  object: RecordObject
  record_id: string
}

/** What is about to happen to a record and the people of it, in order of time. Throws `request.not_found`. */
export async function readUpcoming(
  ctx: Context,
  sources: readonly UpcomingSource[],
  may: May,
  { object, id }: RecordReference,
): Promise<UpcomingItem[]> {
  const records = await recordsAround(ctx, { object, id })
  const people = records.filter(record => record.object === 'person').map(record => record.id)
  const given = await Promise.all([
    openActivities(ctx, id, records),
    ...sources.filter(source => may(source.read)).map(source => source.items(ctx, people)),
  ])
  const drafts = given.flat().toSorted((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1))
  const shown = drafts.slice(0, ITEMS_MAX)
  const named = await nameRecords(
    ctx,
    shown.map(({ about }) => about).filter(about => about.id !== id),
  )
  return shown.map(({ about, ...item }) => ({
    ...item,
    record: about.id === id ? null : (named.get(about.id) ?? null),
  }))
}

/** Pauses, or lets go on, all that acts by itself upon a record. Returns how many were asked. Throws `request.not_found`. */
export async function setUpcoming(
  ctx: Context,
  sources: readonly UpcomingSource[],
  may: May,
  record: RecordReference,
  isPaused: boolean,
): Promise<number> {
  const records = await recordsAround(ctx, record)
  const people = records.filter(({ object }) => object === 'person').map(({ id }) => id)
  let asked = 0
  for (const source of sources) {
    if (!may(source.write)) continue
    const items = await source.items(ctx, people)
    const wanted = items.filter(item => item.canPause && item.isPaused !== isPaused)
    if (wanted.length === 0) continue
    asked += await source.set(
      ctx,
      wanted.map(item => item.id),
      isPaused,
    )
  }
  return asked
}

async function recordsAround(ctx: Context, record: RecordReference): Promise<RecordReference[]> {
  openRecords(ctx, record.object, [record.id])
  if ((await recordAccess(ctx, record.object, record.id)) === null) throw generalErrors.not_found()
  return [record, ...(await relatedRecords(ctx, record.object, record.id))]
}

/** What people have still to do about these records, the record that was asked for before those around it. */
async function openActivities(
  ctx: Context,
  recordId: string,
  records: readonly RecordReference[],
): Promise<UpcomingDraft[]> {
  const seen = activitySeen(ctx, 'a', 4)
  const found = await ctx.db.query<OpenRow>(
    `select distinct on (a.id) a.id, a.kind, a.title, a.due_on, a.starts_at, a.assignee_user_id, l.object, l.record_id
     from crm.activity_links l join crm.activities a on a.org_id = $1 and a.id = l.activity_id
     where l.org_id = $1 and l.record_id = any($2) and a.completed_at is null and a.deleted_at is null${seen.sql}
     order by a.id, l.record_id <> $3
     limit ${ITEMS_MAX}`,
    [ctx.orgId, records.map(({ id }) => id), recordId, ...seen.values],
  )
  return found.rows.map(row => ({
    id: row.id,
    source: row.kind,
    title: row.title,
    dueOn: row.due_on,
    at: row.starts_at?.toISOString() ?? null,
    assigneeUserId: row.assignee_user_id,
    about: { object: row.object, id: row.record_id },
    canPause: false,
    isPaused: false,
  }))
}

/** What has no time comes last; a day comes before the times of it. */
function orderOf({ at, dueOn, id }: UpcomingDraft): string {
  return `${at ?? dueOn ?? '9999'} ${id}`
}
