import { contextOn, type OutsideContext } from '#platform/context.ts'
import { iamErrors } from './errors.ts'
import { leaveOrganization } from './membership.ts'

interface Place {
  orgId: string
  role: string
  organization: string
}

/**
 * Erases a person's account after leaving every organization. What they did stays, without their name. Throws
 * `iam.owns_organizations`, with their names, as long as the person owns any; the database would refuse it as well.
 */
export async function deleteAccount(ctx: OutsideContext, userId: string): Promise<void> {
  const places = await placesOf(ctx, userId)
  const owned = places.filter(({ role }) => role === 'owner').map(({ organization }) => organization)
  if (owned.length > 0) {
    throw iamErrors.owns_organizations({
      detail: `Nothing was deleted. Transfer or delete ${owned.join(', ')} first.`,
    })
  }
  const { kit, actor, caller, requestId } = ctx
  for (const { orgId } of places) {
    await ctx.db.inOrg(orgId, tx =>
      leaveOrganization(contextOn(kit, tx, { orgId, actor, caller, requestId }), userId),
    )
  }
  await ctx.db.query('delete from iam.users where id = $1', [userId])
}

async function placesOf(ctx: OutsideContext, userId: string): Promise<Place[]> {
  const known = await ctx.db.query<{ org_id: string }>(
    'select org_id from iam.user_organizations where user_id = $1 order by org_id',
    [userId],
  )
  const places: Place[] = []
  for (const { org_id: orgId } of known.rows) {
    const found = await ctx.db.inOrg(orgId, tx =>
      tx.query<{ role: string; organization: string }>(
        `select m.role, o.name as organization from iam.members m join iam.organizations o on o.org_id = m.org_id
         where m.org_id = $1 and m.user_id = $2 and m.status in ('active', 'suspended')`,
        [orgId, userId],
      ),
    )
    places.push(...found.rows.map(row => ({ orgId, ...row })))
  }
  return places
}
