import type { z } from 'zod'
import { audit } from '#platform/audit/audit.ts'
import type { Context } from '#platform/context.ts'
import { generalErrors } from '#platform/errors.ts'
import { publish } from '#platform/events/publish.ts'
import type { Principal } from '#platform/http/handlers.ts'
import { iamErrors } from './errors.ts'
import { queueLetter } from './letters.ts'
import type { Member } from './member-api.ts'
import { ownershipTransferred } from './member-events.ts'
import { getMember } from './members.ts'
import { organizationName } from './organizations.ts'
import type { Role } from './permissions.ts'

interface Party {
  id: string
  user_id: string
  role: Role
  status: string
}

/**
 * Makes another active member the owner; who owned it before is an administrator afterwards. Both are told by letter.
 * Throws `iam.owner_only`, `iam.member_not_active`, `request.not_found` for a member that is not there.
 */
export async function transferOwnership(
  ctx: Context,
  asking: Principal,
  memberId: string,
): Promise<z.input<typeof Member>> {
  // Of two transfers at once, the second looks at the members only when the first is done, and finds another owner.
  await ctx.db.query('select 1 from iam.organizations where org_id = $1 for update', [ctx.orgId])
  const found = await ctx.db.query<Party>(
    `select id, user_id, role, status from iam.members
     where org_id = $1 and (id = $2 or role = 'owner') order by id for update`,
    [ctx.orgId, memberId],
  )
  const owner = found.rows.find(row => row.role === 'owner')
  const heir = found.rows.find(row => row.id === memberId)
  if (!owner || asking.userId === null || owner.user_id !== asking.userId) throw iamErrors.owner_only()
  if (!heir || heir.status === 'invited' || heir.status === 'removed') throw generalErrors.not_found()
  if (heir === owner || heir.status !== 'active') throw iamErrors.member_not_active()
  await ctx.db.query(`update iam.members set role = 'admin' where org_id = $1 and id = $2`, [
    ctx.orgId,
    owner.id,
  ])
  await ctx.db.query(
    `update iam.members set role = 'owner', permissions = '{}' where org_id = $1 and id = $2`,
    [ctx.orgId, heir.id],
  )
  await ctx.db.query('update iam.organizations set owner_member_id = $2 where org_id = $1', [
    ctx.orgId,
    heir.id,
  ])
  await tell(ctx, owner, heir)
  return getMember(ctx, heir.id)
}

async function tell(ctx: Context, owner: Party, heir: Party): Promise<void> {
  const [before, after] = [await getMember(ctx, owner.id), await getMember(ctx, heir.id)]
  await publish(ctx, ownershipTransferred, {
    subjects: [
      { type: 'organization', id: ctx.orgId },
      { type: 'member', id: owner.id },
      { type: 'member', id: heir.id },
    ],
    payload: {
      from: { memberId: owner.id, userId: owner.user_id },
      to: { memberId: heir.id, userId: heir.user_id },
    },
  })
  await audit(ctx, {
    action: 'organization.ownership_transferred',
    object: { type: 'organization', id: ctx.orgId },
    before: { owner: before.name, ownerMemberId: owner.id },
    after: { owner: after.name, ownerMemberId: heir.id },
  })
  const name = (await organizationName(ctx)) ?? ''
  const text = `${before.name} has made ${after.name} the owner of ${name}.\n\nIf this should not have happened, talk to each other at once.`
  // In one order, because each address is locked until the commit.
  for (const to of [before.email, after.email].sort()) {
    const letter = { to, subject: `${name} has a new owner`, text, expiresAt: null, organizationName: name }
    await queueLetter(ctx.db, ctx.kit, letter)
  }
}
