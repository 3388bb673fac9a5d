import type { z } from 'zod'
import { audit } from '#platform/audit/audit.ts'
import type { Context } from '#platform/context.ts'
import { generalErrors } from '#platform/errors.ts'
import { publish } from '#platform/events/publish.ts'
import type { Principal } from '#platform/http/handlers.ts'
import { iamErrors } from './errors.ts'
import type { Member } from './member-api.ts'
import { memberReactivated, memberRemoved, memberSuspended } from './member-events.ts'
import { type LockedMember, lockMembers, requireAbove, requireGrantable } from './member-rules.ts'
import { getMember } from './members.ts'

const subjectsOf = (target: Pick<LockedMember, 'id' | 'userId'>) => [
  { type: 'member', id: target.id },
  { type: 'user', id: target.userId },
]

/** Suspends a member; their next request is refused. Doing it again changes nothing. Throws as `removeMember` does. */
export async function suspendMember(
  ctx: Context,
  asking: Principal,
  memberId: string,
): Promise<z.input<typeof Member>> {
  const { manager, target } = await lockMembers(ctx, asking, memberId)
  if (target.status === 'removed') throw generalErrors.not_found()
  requireAbove(manager, target)
  if (target.status === 'suspended') return getMember(ctx, memberId)
  await ctx.db.query(`update iam.members set status = 'suspended' where org_id = $1 and id = $2`, [
    ctx.orgId,
    memberId,
  ])
  await endAccess(ctx, target.userId)
  const member = await getMember(ctx, memberId)
  await publish(ctx, memberSuspended, {
    subjects: subjectsOf(target),
    payload: { memberId, userId: target.userId },
  })
  await audit(ctx, {
    action: 'member.suspended',
    object: { type: 'member', id: memberId, name: member.name },
    before: { status: 'active' },
    after: { status: 'suspended' },
  })
  return member
}

/**
 * Lets a suspended member in again, or one whose removal is less than 10 minutes old and was not their own wish. They
 * sign in anew. Throws as `changeMember` does, because it gives rights; `request.not_found` for one who is gone.
 */
export async function reactivateMember(
  ctx: Context,
  asking: Principal,
  memberId: string,
): Promise<z.input<typeof Member>> {
  const { manager, target } = await lockMembers(ctx, asking, memberId)
  if (target.status === 'removed' && !target.isRestorable) throw generalErrors.not_found()
  requireAbove(manager, target)
  if (target.status === 'active') return getMember(ctx, memberId)
  requireGrantable(manager, target, null)
  await ctx.db.query(
    `update iam.members set status = 'active', removed_at = null, removed_by = null where org_id = $1 and id = $2`,
    [ctx.orgId, memberId],
  )
  await leadToOrganization(ctx, target.userId)
  const member = await getMember(ctx, memberId)
  await publish(ctx, memberReactivated, {
    subjects: subjectsOf(target),
    payload: { memberId, userId: target.userId },
  })
  await audit(ctx, {
    action: 'member.reactivated',
    object: { type: 'member', id: memberId, name: member.name },
    before: { status: target.status },
    after: { status: 'active' },
  })
  return member
}

/** Notes that a person belongs to the organization of the context, where signing in looks for it. */
export async function leadToOrganization(ctx: Context, userId: string): Promise<void> {
  await ctx.db.query(
    `insert into iam.user_organizations (user_id, org_id) values ($1, $2)
     on conflict (user_id, org_id) do update set last_used_at = now()`,
    [userId, ctx.orgId],
  )
}

/**
 * Removes a member; their next request is refused, and what they own stays. Throws `iam.outranked`, `iam.own_membership`,
 * `iam.owner_stays`, `request.not_found`.
 */
export async function removeMember(ctx: Context, asking: Principal, memberId: string): Promise<void> {
  const { manager, target } = await lockMembers(ctx, asking, memberId)
  if (target.status === 'removed') throw generalErrors.not_found()
  requireAbove(manager, target)
  await end(ctx, target, manager.userId)
}

/** A person leaves the organization of the context. Throws `iam.owner_stays`, `request.not_found` for one who is gone. */
export async function leaveOrganization(ctx: Context, userId: string): Promise<void> {
  const found = await ctx.db.query<LockedMember>(
    `select id, user_id as "userId", role, status from iam.members
     where org_id = $1 and user_id = $2 and status in ('active', 'suspended') for update`,
    [ctx.orgId, userId],
  )
  const own = found.rows[0]
  if (!own) throw generalErrors.not_found()
  if (own.role === 'owner') throw iamErrors.owner_stays()
  await end(ctx, own, userId)
}

async function end(ctx: Context, target: LockedMember, by: string | null): Promise<void> {
  const { name } = await getMember(ctx, target.id)
  await ctx.db.query(
    `update iam.members set status = 'removed', removed_at = now(), removed_by = $3 where org_id = $1 and id = $2`,
    [ctx.orgId, target.id, by],
  )
  await endAccess(ctx, target.userId)
  await ctx.db.query('delete from iam.user_organizations where user_id = $1 and org_id = $2', [
    target.userId,
    ctx.orgId,
  ])
  const left = by === target.userId
  await publish(ctx, memberRemoved, {
    subjects: subjectsOf(target),
    payload: { memberId: target.id, userId: target.userId, left },
  })
  await audit(ctx, {
    action: left ? 'member.left' : 'member.removed',
    object: { type: 'member', id: target.id, name },
    before: { status: target.status, role: target.role },
    after: { status: 'removed', role: target.role },
  })
}

/**
 * Ends what a person holds in the organization: sessions and tokens, which must not come back to life with the
 * membership, and the invitations they have sent, which lead to people of their choice.
 */
async function endAccess(ctx: Context, userId: string): Promise<void> {
  await ctx.db.query('delete from iam.sessions where user_id = $1 and org_id = $2', [userId, ctx.orgId])
  await ctx.db.query(
    `update iam.token_families set revoked_at = now(), revoked_because = 'revoked'
     where user_id = $1 and org_id = $2 and revoked_at is null`,
    [userId, ctx.orgId],
  )
  await ctx.db.query(
    `update iam.invitations set status = 'revoked', closed_at = now()
     where org_id = $1 and invited_by = $2 and status = 'open'`,
    [ctx.orgId, userId],
  )
}
