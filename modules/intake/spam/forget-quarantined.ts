import { inOrganization, type Kit } from '#platform/context.ts'
import { messageOf } from '#platform/log.ts'

export const KEPT_DAYS = 30
/** What an organization has in quarantine at most; the oldest goes first. */
export const KEPT_MAX = 10_000
const TIDY_EVERY = 500

/** Deletes what was held back 30 days ago, and the oldest of what is more than an organization keeps. */
export async function forgetQuarantined(kit: Kit, orgId: string): Promise<void> {
  await inOrganization(kit, { orgId, actor: { type: 'system', name: 'schedule' } }, async ctx => {
    await ctx.db.query(
      `delete from intake.quarantined_submissions where org_id = $1 and created_at < now() - make_interval(days => $2)`,
      [orgId, KEPT_DAYS],
    )
    await ctx.db.query(
      `delete from intake.quarantined_submissions where org_id = $1 and status = 'held' and id <= (
         select q.id from intake.quarantined_submissions q
         where q.org_id = $1 and q.status = 'held' order by q.id desc offset $2 limit 1)`,
      [orgId, KEPT_MAX],
    )
  })
}

const counts = new WeakMap<Kit, Map<string, number>>()

/** Counts what is held back, so that a flood of it does not wait for the schedule to be cut short. */
export function noteStored(kit: Kit, orgId: string): void {
  const count = (counts.get(kit)?.get(orgId) ?? 0) + 1
  counts.set(kit, (counts.get(kit) ?? new Map()).set(orgId, count % TIDY_EVERY))
  if (count < TIDY_EVERY) return
  forgetQuarantined(kit, orgId).catch(error => {
    kit.log.warn({ orgId, error: messageOf(error) }, 'intake.quarantine_not_tidied')
  })
}
