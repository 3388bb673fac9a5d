import type { Context } from '#platform/context.ts'
import { generalErrors } from '#platform/errors.ts'
import { openRecords, requireWritable } from '#platform/owned.ts'
import { noteChanges } from '../changes.ts'
import { KEPT_DAYS } from '../deleted/deleted-api.ts'
import type { WriteOptions } from '../record-kind.ts'
import { announcePresence } from './deal-news.ts'
import { lockDeal } from './deal-state.ts'
import { recordRevenue } from './revenue.ts'

/** Marks a deal as deleted. Throws `request.not_found` and `request.read_only`. */
export async function deleteDeal(ctx: Context, dealId: string): Promise<void> {
  openRecords(ctx, 'deal', [dealId])
  await requireWritable(ctx, 'deal', dealId)
  await removeDeals(ctx, [dealId])
}

/** Brings a deleted deal back. Throws `request.not_found` for one that is not deleted, or was for too long. */
export async function restoreDeal(ctx: Context, dealId: string): Promise<void> {
  const restored = await restoreDeals(ctx, [dealId])
  if (restored.length === 0) throw generalErrors.not_found()
}

/** Marks deals as deleted; gives those that were there and may be changed. Publishes `deal.deleted` for each. */
export function removeDeals(
  ctx: Context,
  ids: readonly string[],
  options: WriteOptions = {},
): Promise<string[]> {
  return setPresence(ctx, ids, false, options)
}

/** Brings deleted deals back to where they were; gives those that came back. Publishes `deal.restored` for each. */
export function restoreDeals(
  ctx: Context,
  ids: readonly string[],
  options: WriteOptions = {},
): Promise<string[]> {
  return setPresence(ctx, ids, true, options)
}

const CHANGEABLE = (isThere: boolean) => `
  select d.id from crm.deals d
  where d.org_id = $1 and d.id = any($2::uuid[]) and iam.record_access('deal', d.owner_user_id, d.id) = 'write'
    and ${isThere ? `d.deleted_at > now() - interval '${KEPT_DAYS} days' and d.merged_into is null` : 'd.deleted_at is null'}
  order by d.id
  for no key update of d`

async function setPresence(
  ctx: Context,
  ids: readonly string[],
  isThere: boolean,
  options: WriteOptions,
): Promise<string[]> {
  openRecords(ctx, 'deal', ids)
  const found = await ctx.db.query<{ id: string }>(CHANGEABLE(isThere), [ctx.orgId, ids])
  const known = found.rows.map(row => row.id)
  if (known.length === 0) return []
  const deals = await Promise.all(known.map(async id => ({ id, deal: await lockDeal(ctx, id) })))
  const at = isThere ? 'null' : 'now()'
  await ctx.db.query(`update crm.deals set deleted_at = ${at} where org_id = $1 and id = any($2::uuid[])`, [
    ctx.orgId,
    known,
  ])
  const action = isThere ? 'restored' : 'deleted'
  noteChanges(
    ctx,
    'deal',
    known.map(recordId => ({ recordId, action })),
    options,
  )
  await recordRevenue(
    ctx,
    deals.map(({ deal }) => (isThere ? { before: null, after: deal } : { before: deal, after: null })),
  )
  for (const { id, deal } of deals) if (deal) await announcePresence(ctx, id, deal.state, isThere)
  return known
}
