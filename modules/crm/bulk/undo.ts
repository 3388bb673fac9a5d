import type { Context } from '#platform/context.ts'
import { generalErrors } from '#platform/errors.ts'
import { enqueue } from '#platform/jobs/kinds.ts'
import { beginChangeSet, endChangeSet, getChangeSet, lockChangeSet, tellMoved } from '../change-sets.ts'
import type { ChangeSet } from '../change-sets-api.ts'
import { crmErrors } from '../errors.ts'
import { WRITE_PERMISSION } from '../record-permissions.ts'
import { PART, runChangeSet } from './job.ts'
import { isUndoneByJob, ownUndo } from './own-undo.ts'
import { undoPart } from './undo-part.ts'

/**
 * Begins to take an act back, and ends with it where it was small. Answers the act of taking back. Throws
 * `request.not_found`, `request.forbidden` for whoever may not write its records, `crm.not_undoable`.
 */
export async function undoChangeSet(
  ctx: Context,
  changeSetId: string,
  can: (permission: (typeof WRITE_PERMISSION)[keyof typeof WRITE_PERMISSION]) => boolean,
): Promise<ChangeSet> {
  await lockChangeSet(ctx, changeSetId)
  const act = await getChangeSet(ctx, changeSetId)
  if (!can(WRITE_PERMISSION[act.object])) throw generalErrors.forbidden()
  if (!act.mayUndo) throw crmErrors.not_undoable()
  const total = await countChanges(ctx, changeSetId)
  const undoId = await beginChangeSet(ctx, {
    kind: 'undo',
    object: act.object,
    title: `Took back: ${act.title}`,
    total,
  })
  await ctx.db.query(
    `update crm.change_sets set status = 'undoing', undone_by = $3, detail = detail || jsonb_build_object('was', status)
     where org_id = $1 and id = $2`,
    [ctx.orgId, changeSetId, undoId],
  )
  await tellMoved(ctx, { id: changeSetId, kind: act.kind, status: 'undoing' })
  const own = ownUndo(act.kind)
  if (own) {
    await own(ctx, act, undoId)
    if (!isUndoneByJob(act.kind)) await endChangeSet(ctx, undoId, 'done')
  } else if (total <= PART) {
    await undoPart(ctx, { changeSetId: undoId, undoes: changeSetId, after: null, limit: PART })
    await endChangeSet(ctx, undoId, 'done')
  } else {
    await ctx.db.query(
      `insert into crm.bulk_edits (org_id, change_set_id, object, act, undoes) values ($1, $2, $3, '{}', $4)`,
      [ctx.orgId, undoId, act.object, changeSetId],
    )
    await enqueue(ctx, runChangeSet, { key: undoId, payload: { changeSetId: undoId } })
  }
  return getChangeSet(ctx, undoId)
}

async function countChanges(ctx: Context, changeSetId: string): Promise<number> {
  const found = await ctx.db.unnarrowed(() =>
    ctx.db.query<{ count: number }>(
      'select count(*)::int as count from crm.changes where org_id = $1 and change_set_id = $2',
      [ctx.orgId, changeSetId],
    ),
  )
  return found.rows[0]?.count ?? 0
}
