import type { Context } from '#platform/context.ts'
import { generalErrors } from '#platform/errors.ts'
import { newId } from '#platform/ids.ts'
import { crmErrors } from '../errors.ts'
import { ensurePipeline } from './default-pipeline.ts'
import { putAt } from './ordering.ts'
import type { LostReason } from './pipeline-api.ts'

const REASONS_MAX = 50

/** The reasons that are offered, in their order. */
export async function listLostReasons(ctx: Context): Promise<LostReason[]> {
  await ensurePipeline(ctx)
  const found = await ctx.db.query<{ id: string; name: string }>(
    `select id, name from crm.lost_reasons where org_id = $1 and archived_at is null order by position, id`,
    [ctx.orgId],
  )
  return found.rows
}

/** Adds a reason behind the others. Throws `request.conflict` for a name that is there, and `crm.too_many_lost_reasons`. */
export async function createLostReason(ctx: Context, name: string): Promise<LostReason> {
  const known = await listLostReasons(ctx)
  if (known.length >= REASONS_MAX) throw crmErrors.too_many_lost_reasons()
  const id = newId()
  await ctx.db.query('insert into crm.lost_reasons (org_id, id, name, position) values ($1, $2, $3, $4)', [
    ctx.orgId,
    id,
    name,
    known.length,
  ])
  return { id, name }
}

const CHANGE = `
  update crm.lost_reasons set name = coalesce($3, name), archived_at = case when $4 then null else archived_at end
  where org_id = $1 and id = $2
  returning id, name`

/** Renames, moves or brings back a reason. Throws `request.not_found`, and `request.conflict` for a name that is there. */
export async function changeLostReason(
  ctx: Context,
  reasonId: string,
  change: { name?: string | undefined; position?: number | undefined; archived?: false | undefined },
): Promise<LostReason> {
  // All of them in one order, because a move numbers the others too: of two at once one waits instead of both.
  await ctx.db.query('select id from crm.lost_reasons where org_id = $1 order by id for update', [ctx.orgId])
  const changed = await ctx.db.query<{ id: string; name: string }>(CHANGE, [
    ctx.orgId,
    reasonId,
    change.name ?? null,
    change.archived === false,
  ])
  const [reason] = changed.rows
  if (!reason) throw generalErrors.not_found()
  if (change.position !== undefined) {
    const known = await listLostReasons(ctx)
    const ids = known.map(({ id }) => id)
    await putAt(ctx, 'crm.lost_reasons', ids, reasonId, change.position)
  }
  return reason
}

/** Offers a reason no more. Throws `request.not_found`. */
export async function archiveLostReason(ctx: Context, reasonId: string): Promise<void> {
  const archived = await ctx.db.query(
    `update crm.lost_reasons set archived_at = now() where org_id = $1 and id = $2 and archived_at is null`,
    [ctx.orgId, reasonId],
  )
  if (archived.rowCount === 0) throw generalErrors.not_found()
}
