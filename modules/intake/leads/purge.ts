import { forEachOrganization, forgetShares } from '#modules/iam/index.ts'
import { inOrganization, type Kit } from '#platform/context.ts'
import { dropFilesOfMail } from '../mail-in/mail-log.ts'
import { LEAD_KEPT_DAYS } from './removal-api.ts'

const AT_ONCE = 200

/** Takes leads away for good that were deleted long enough ago, with their answers and history, and gives how many. */
export async function purgeDeletedLeads(kit: Kit): Promise<number> {
  let purged = 0
  await forEachOrganization(kit, async orgId => {
    for (;;) {
      const gone = await inOrganization(
        kit,
        { orgId, actor: { type: 'system', name: 'intake' } },
        async ctx => {
          const due = await ctx.db.query<{ id: string }>(
            `select id from intake.leads where org_id = $1 and deleted_at < now() - interval '${LEAD_KEPT_DAYS} days'
             order by deleted_at, id limit ${AT_ONCE} for update skip locked`,
            [orgId],
          )
          const ids = due.rows.map(({ id }) => id)
          await dropFilesOfMail(ctx, ids)
          const found = await ctx.db.query<{ id: string }>(
            'delete from intake.leads where org_id = $1 and id = any($2) returning id',
            [orgId, ids],
          )
          forgetShares(
            ctx,
            'lead',
            found.rows.map(({ id }) => id),
          )
          return found.rows.length
        },
      )
      purged += gone
      if (gone < AT_ONCE) return
    }
  })
  return purged
}
