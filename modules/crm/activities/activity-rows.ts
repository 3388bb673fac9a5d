import type { Context } from '#platform/context.ts'
import type { Activity } from './activity-api.ts'
import { activitySeen } from './activity-sight.ts'
import { type NamedRecord, nameRecords, type RecordReference } from './records-named.ts'

/** An activity as it is stored. */
export interface ActivityRow {
  id: string
  kind: Activity['kind']
  title: string
  body: string
  priority: Activity['priority']
  outcome: Activity['outcome']
  due_on: string | null
  starts_at: Date | null
  ends_at: Date | null
  assignee_user_id: string | null
  completed_at: Date | null
  completed_by: string | null
  created_by: string | null
  created_at: Date
  updated_at: Date
}

export const ACTIVITY_COLUMNS = `a.id, a.kind, a.title, a.body, a.priority, a.outcome, a.due_on, a.starts_at, a.ends_at,
  a.assignee_user_id, a.completed_at, a.completed_by, a.created_by, a.created_at, a.updated_at`

const LINKS = `
  select l.activity_id, l.object, l.record_id as id from crm.activity_links l
  where l.org_id = $1 and l.activity_id = any($2) order by l.activity_id, l.created_at, l.record_id`

/** What activities are about, all of it, by activity. Ids are for verbs; people get names of what they see. */
export async function linksOf(
  ctx: Context,
  activityIds: readonly string[],
): Promise<ReadonlyMap<string, readonly RecordReference[]>> {
  const found = await ctx.db.query<RecordReference & { activity_id: string }>(LINKS, [ctx.orgId, activityIds])
  return Map.groupBy(found.rows, row => row.activity_id)
}

/** Rows as the API gives them, with the records they are about. */
export async function shownActivities(ctx: Context, rows: readonly ActivityRow[]): Promise<Activity[]> {
  if (rows.length === 0) return []
  const links = await linksOf(
    ctx,
    rows.map(row => row.id),
  )
  const named = await nameRecords(ctx, [...links.values()].flat())
  return rows.map(row => activityOf(row, links.get(row.id) ?? [], named))
}

/** Those of the activities that are there and seen, by id. */
export async function readActivities(
  ctx: Context,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Activity>> {
  if (ids.length === 0) return new Map()
  const seen = activitySeen(ctx, 'a', 3)
  const found = await ctx.db.query<ActivityRow>(
    `select ${ACTIVITY_COLUMNS} from crm.activities a
     where a.org_id = $1 and a.id = any($2) and a.deleted_at is null${seen.sql}`,
    [ctx.orgId, ids, ...seen.values],
  )
  return new Map((await shownActivities(ctx, found.rows)).map(activity => [activity.id, activity]))
}

function activityOf(
  row: ActivityRow,
  links: readonly RecordReference[],
  named: ReadonlyMap<string, NamedRecord>,
): Activity {
  return {
    id: row.id,
    kind: row.kind,
    title: row.title,
    body: row.body,
    priority: row.priority,
    outcome: row.outcome,
    dueOn: row.due_on,
    startsAt: row.starts_at?.toISOString() ?? null,
    endsAt: row.ends_at?.toISOString() ?? null,
    assigneeUserId: row.assignee_user_id,
    completedAt: row.completed_at?.toISOString() ?? null,
    completedBy: row.completed_by,
    createdBy: row.created_by,
    records: links.flatMap(({ id }) => named.get(id) ?? []),
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  }
}
