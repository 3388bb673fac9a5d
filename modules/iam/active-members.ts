import type { Context } from '#platform/context.ts'

/** A member who can be given something, as files and people name them. */
export interface ActiveMember {
  readonly userId: string
  readonly name: string
  readonly email: string
}

/** Every active member of the organization, by their user ids. */
export async function activeMembers(ctx: Context): Promise<ActiveMember[]> {
  const found = await ctx.db.query<{ user_id: string; name: string; email: string }>(
    `select m.user_id, u.name, u.email::text as email from iam.members m join iam.users u on u.id = m.user_id
     where m.org_id = $1 and m.status = 'active' order by m.user_id`,
    [ctx.orgId],
  )
  return found.rows.map(row => ({ userId: row.user_id, name: row.name, email: row.email }))
}
