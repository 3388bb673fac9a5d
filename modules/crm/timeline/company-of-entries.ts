import type { Context } from '#platform/context.ts'
import type { PublishedEvent } from '#platform/contract/event.ts'

const FOLLOW = `
  update crm.timeline_entries t set company_id = o.company_id
  from crm.positions o
  where o.org_id = $1 and o.person_id = $2 and o.is_primary and o.deleted_at is null and o.company_id is not null
    and t.org_id = $1 and t.record_id = $2 and t.company_id is null`

const FOLLOW_DEAL = `
  update crm.timeline_entries t set company_id = d.company_id
  from crm.deals d
  where d.org_id = $1 and d.id = $2 and d.company_id is not null
    and t.org_id = $1 and t.record_id = $2 and t.company_id is null`

const ABOUT_COMPANY = /company|position/i

/**
 * What happened to somebody before they had a company goes onto the timeline of the first one they get. What happened while they
 * were at another stays with that one. A reaction to `person.updated` and `deal.updated`.
 */
export async function followCompany(
  ctx: Context,
  event: PublishedEvent<{ changed: string[] } & ({ personId: string } | { dealId: string })>,
): Promise<void> {
  if (!event.payload.changed.some(field => ABOUT_COMPANY.test(field))) return
  if ('personId' in event.payload) ctx.db.send(FOLLOW, [ctx.orgId, event.payload.personId])
  else ctx.db.send(FOLLOW_DEAL, [ctx.orgId, event.payload.dealId])
}
