import type { Context } from '#platform/context.ts'
import { seenCondition, sightOf } from '#platform/owned.ts'

/** A lead that answers a search. */
export interface FoundLead {
  readonly id: string
  readonly name: string
  readonly personId: string
  readonly workflowId: string
  readonly statusName: string
  readonly updatedAt: Date
}

/** Whoever sees a part of the leads has few of their own, so those are looked through by name. */
const OWN_MAX = 1_000

/**
 * The leads of people who answer a search, in the order of the people and the newest first, and for those who see a part of the leads
 * their own that `matches` by name or e-mail address, whether or not they see the person. At most `limit`.
 */
export async function findLeads(
  ctx: Context,
  question: { matches(text: string): boolean; personIds: readonly string[]; limit: number },
): Promise<FoundLead[]> {
  const { matches, personIds, limit } = question
  const ofPeople = await readLeads(
    ctx,
    {
      condition: 'l.person_id = any($2::uuid[])',
      order: 'array_position($2::uuid[], l.person_id), l.id desc',
      limit,
    },
    [personIds],
  )
  if (!sightOf(ctx, 'lead')) return ofPeople
  const own = await readLeads(ctx, { condition: 'true', order: 'l.id desc', limit: OWN_MAX }, [])
  const named = own.filter(({ name, email }) => matches(`${name} ${email}`))
  return [...new Map([...ofPeople, ...named].map(lead => [lead.id, lead])).values()].slice(0, limit)
}

async function readLeads(
  ctx: Context,
  { condition, order, limit }: { condition: string; order: string; limit: number },
  given: readonly unknown[],
): Promise<(FoundLead & { email: string })[]> {
  const seen = seenCondition(ctx, 'lead', 'l', given.length + 2)
  const { rows } = await ctx.db.query<FoundLead & { email: string }>(
    `select l.id, l.name, l.email_key as email, l.person_id as "personId", l.workflow_id as "workflowId",
       s.name as "statusName", l.updated_at as "updatedAt"
     from intake.leads l
     join intake.lead_statuses s on s.org_id = $1 and s.workflow_id = l.workflow_id and s.status = l.status
     where l.org_id = $1 and l.deleted_at is null and ${condition}${seen.sql}
     order by ${order} limit ${limit}`,
    [ctx.orgId, ...given, ...seen.values],
  )
  return rows
}
