import type { Context } from '#platform/context.ts'
import { publish } from '#platform/events/publish.ts'
import { activityCompleted, activityDeleted, activityUpdated } from './activity-api.ts'
import { userOf } from './activity-sight.ts'
import { type LockedActivity, lockActivity, subjectsOf } from './activity-writes.ts'

const about = ({ row, records }: LockedActivity) => ({
  subjects: subjectsOf(row.id, records),
  payload: { activityId: row.id, kind: row.kind, title: row.title },
})

/** Completes an activity, unless it is. Publishes `activity.completed`. Throws `request.not_found` and `request.read_only`. */
export async function completeActivity(ctx: Context, activityId: string): Promise<void> {
  const locked = await lockActivity(ctx, activityId)
  if (locked.row.completed_at !== null) return
  ctx.db.send(
    'update crm.activities set completed_at = now(), completed_by = $3 where org_id = $1 and id = $2',
    [ctx.orgId, activityId, userOf(ctx)],
  )
  await publish(ctx, activityCompleted, about(locked))
}

/** Opens a completed activity again. Publishes `activity.updated`. Throws `request.not_found` and `request.read_only`. */
export async function reopenActivity(ctx: Context, activityId: string): Promise<void> {
  const locked = await lockActivity(ctx, activityId)
  if (locked.row.completed_at === null) return
  ctx.db.send(
    'update crm.activities set completed_at = null, completed_by = null where org_id = $1 and id = $2',
    [ctx.orgId, activityId],
  )
  await tellUpdated(ctx, locked, 'completedAt')
}

/** Marks an activity as deleted. Publishes `activity.deleted`. Throws `request.not_found` and `request.read_only`. */
export async function deleteActivity(ctx: Context, activityId: string): Promise<void> {
  const locked = await lockActivity(ctx, activityId)
  ctx.db.send('update crm.activities set deleted_at = now() where org_id = $1 and id = $2', [
    ctx.orgId,
    activityId,
  ])
  await publish(ctx, activityDeleted, about(locked))
}

/** Brings a deleted activity back. Publishes `activity.updated`. Throws `request.not_found` and `request.read_only`. */
export async function restoreActivity(ctx: Context, activityId: string): Promise<void> {
  const locked = await lockActivity(ctx, activityId, true)
  ctx.db.send('update crm.activities set deleted_at = null where org_id = $1 and id = $2', [
    ctx.orgId,
    activityId,
  ])
  await tellUpdated(ctx, locked, 'deletedAt')
}

async function tellUpdated(ctx: Context, locked: LockedActivity, field: string): Promise<void> {
  const { subjects, payload } = about(locked)
  await publish(ctx, activityUpdated, { subjects, payload: { ...payload, changed: [field] } })
}
