import type { Context } from '#platform/context.ts'
import { KEPT_DAYS } from '../deleted/deleted-api.ts'

/** Takes away for good what was deleted 90 days ago, a batch at a time. Returns how many. Works as the system. */
export async function forgetActivities(ctx: Context, batch = 500): Promise<number> {
  const gone = await ctx.db.query(
    `delete from crm.activities where org_id = $1 and id in (
       select id from crm.activities where org_id = $1 and deleted_at < now() - interval '${KEPT_DAYS} days' limit $2)`,
    [ctx.orgId, batch],
  )
  return gone.rowCount ?? 0
}
