import type { z } from 'zod'
import { audit } from '#platform/audit/audit.ts'
import type { Context } from '#platform/context.ts'
import { generalErrors } from '#platform/errors.ts'
import { publish } from '#platform/events/publish.ts'
import type { Principal } from '#platform/http/handlers.ts'
import { pageOfRows, readCursor } from '#platform/http/page.ts'
import type { GrantableRole, Member } from './member-api.ts'
import { memberRoleChanged } from './member-events.ts'
import { lockMembers, requireAbove, requireGrantable, requireKnown } from './member-rules.ts'
import { booleansOf } from './organizations.ts'
import type { PermissionOverrides, Role } from './permissions.ts'

type MemberView = z.input<typeof Member>

interface Row {
  id: string
  user_id: string
  name: string
  email: string
  role: Role
  status: MemberView['status']
  permissions: PermissionOverrides
  invited_at: Date | null
  joined_at: Date | null
  last_used_at: Date | null
  removed_at: Date | null
  sort_key: string
}

const SELECT = `
  select m.id, m.user_id, u.name, u.email::text, m.role, m.status, m.permissions, m.invited_at, m.joined_at, m.removed_at,
    o.last_used_at, lower(u.name) as sort_key
  from iam.members m
  join iam.users u on u.id = m.user_id
  left join iam.user_organizations o on o.user_id = m.user_id and o.org_id = $1
  where m.org_id = $1 and m.status <> 'invited'`

// What is searched stands in a table without row-level security, so a pattern may be compared there.
const LIST = `${SELECT}
    and m.status = any($2) and ($3::text is null or m.role = $3)
    and ($4::text is null or u.name ilike $4 or u.email::text ilike $4)
    and ($5::text is null or (lower(u.name), m.id) > ($5, $6::uuid))
  order by lower(u.name), m.id limit $7`

export interface MemberQuery {
  readonly limit: number
  readonly cursor?: string | undefined
  readonly status?: MemberView['status'] | undefined
  readonly role?: Role | undefined
  readonly search?: string | undefined
}

/** A page of members by name. A cursor of another list or filter answers `request.invalid`. */
export async function pageOfMembers(
  ctx: Context,
  query: MemberQuery,
): Promise<{ items: MemberView[]; nextCursor: string | null }> {
  const after = readCursor(query, 2)
  const statuses = query.status === undefined ? ['active', 'suspended'] : [query.status]
  const pattern = query.search ? `%${query.search.replace(/[\\%_]/g, '\\$&')}%` : null
  const values = [
    statuses,
    query.role ?? null,
    pattern,
    after?.[0] ?? null,
    after?.[1] ?? null,
    query.limit + 1,
  ]
  const found = await ctx.db.query<Row>(LIST, [ctx.orgId, ...values])
  return pageOfRows(query, found.rows, viewOf, row => [row.sort_key, row.id])
}

/** One member. Throws `request.not_found`. */
export async function getMember(ctx: Context, memberId: string): Promise<MemberView> {
  const found = await ctx.db.query<Row>(`${SELECT} and m.id = $2`, [ctx.orgId, memberId])
  const row = found.rows[0]
  if (!row) throw generalErrors.not_found()
  return viewOf(row)
}

function viewOf(row: Row): MemberView {
  return {
    id: row.id,
    userId: row.user_id,
    name: row.name,
    email: row.email,
    role: row.role,
    status: row.status,
    permissionOverrides: booleansOf(row.permissions),
    invitedAt: row.invited_at?.toISOString() ?? null,
    joinedAt: row.joined_at?.toISOString() ?? null,
    lastUsedAt: row.last_used_at?.toISOString() ?? null,
    removedAt: row.removed_at?.toISOString() ?? null,
  }
}

/** What users are called who are or were members, by user id; others are left out. */
export async function nameMembers(
  ctx: Context,
  userIds: readonly string[],
): Promise<{ userId: string; name: string; status: MemberView['status'] }[]> {
  const found = await ctx.db.query<{ user_id: string; name: string; status: MemberView['status'] }>(
    `select m.user_id, u.name, m.status from iam.members m join iam.users u on u.id = m.user_id
     where m.org_id = $1 and m.user_id = any($2) and m.status <> 'invited'`,
    [ctx.orgId, userIds],
  )
  return found.rows.map(row => ({ userId: row.user_id, name: row.name, status: row.status }))
}

/**
 * Changes the role or the overrides of a member. Throws `iam.outranked`, `iam.own_membership`, `iam.owner_stays`,
 * `iam.beyond_own_rights`, and `request.invalid` for a permission that does not exist.
 */
export async function changeMember(
  ctx: Context,
  asking: Principal,
  memberId: string,
  change: { role?: GrantableRole | undefined; permissionOverrides?: Record<string, boolean> | undefined },
): Promise<MemberView> {
  const { manager, target } = await lockMembers(ctx, asking, memberId)
  if (target.status === 'removed') throw generalErrors.not_found()
  requireAbove(manager, target)
  const before = { role: target.role, overrides: booleansOf(target.overrides) }
  const after = {
    role: change.role ?? target.role,
    overrides: change.permissionOverrides ?? before.overrides,
  }
  requireKnown(after.overrides, before.overrides)
  requireGrantable(manager, after, before)
  await ctx.db.query('update iam.members set role = $3, permissions = $4 where org_id = $1 and id = $2', [
    ctx.orgId,
    memberId,
    after.role,
    JSON.stringify(after.overrides),
  ])
  const member = await getMember(ctx, memberId)
  await publish(ctx, memberRoleChanged, {
    subjects: [
      { type: 'member', id: memberId },
      { type: 'user', id: target.userId },
    ],
    payload: {
      memberId,
      userId: target.userId,
      before: { role: before.role, permissionOverrides: before.overrides },
      after: { role: after.role, permissionOverrides: after.overrides },
    },
  })
  await audit(ctx, {
    action: 'member.role_changed',
    object: { type: 'member', id: memberId, name: member.name },
    before: { role: before.role, permissionOverrides: before.overrides },
    after: { role: after.role, permissionOverrides: after.overrides },
  })
  return member
}
