import type { z } from 'zod'
import { audit } from '#platform/audit/audit.ts'
import { type Context, inOrganization, type Kit } from '#platform/context.ts'
import type { RouteReply } from '#platform/contract/route.ts'
import { generalErrors } from '#platform/errors.ts'
import { publish } from '#platform/events/publish.ts'
import type { Http } from '#platform/http/handlers.ts'
import { newId } from '#platform/ids.ts'
import { type Credential, readCredential } from './credentials.ts'
import { iamErrors } from './errors.ts'
import type { showInvitation } from './invitation-api.ts'
import type { GrantableRole, Member } from './member-api.ts'
import { memberJoined } from './member-events.ts'
import { getMember } from './members.ts'
import { leadToOrganization } from './membership.ts'
import { checkNewPassword } from './password-rules.ts'
import { hashNewPassword } from './passwords.ts'
import type { PermissionOverrides } from './permissions.ts'
import { beginAttempt } from './sign-in-limits.ts'

interface Row {
  id: string
  email: string
  role: GrantableRole
  permissions: PermissionOverrides
  status: 'open' | 'accepted' | 'revoked'
  is_expired: boolean
  user_id: string | null
  expires_at: Date
  created_at: Date
  organization_name: string
  invited_by: string | null
}

const BY_TOKEN = `
  select i.id, i.email, i.role, i.permissions, i.status, i.expires_at <= now() as is_expired, i.user_id, i.expires_at,
    i.created_at, o.name as organization_name, u.name as invited_by
  from iam.invitations i
  join iam.organizations o on o.org_id = i.org_id
  left join iam.users u on u.id = i.invited_by
  where i.org_id = $1 and i.token_hash = $2`

/** The token of a link. Throws `request.not_found` for what cannot be one. */
export function readInvitationToken(text: string): Credential & { readonly orgId: string } {
  const token = readCredential('invitation', text)
  if (!token?.orgId) throw generalErrors.not_found()
  return { ...token, orgId: token.orgId }
}

async function find(kit: Kit, token: Credential & { readonly orgId: string }): Promise<Row> {
  const found = await kit.db.withOrg(token.orgId, tx => tx.query<Row>(BY_TOKEN, [token.orgId, token.hash]))
  const row = found.rows[0]
  if (!row) throw generalErrors.not_found()
  return row
}

/** What an invitation is for, whatever became of it. Throws `request.not_found` for a link that never was or was replaced. */
export async function describeInvitation(kit: Kit, text: string): Promise<RouteReply<typeof showInvitation>> {
  const row = await find(kit, readInvitationToken(text))
  const states = { accepted: 'used', revoked: 'revoked', open: row.is_expired ? 'expired' : 'open' } as const
  return {
    state: states[row.status],
    organizationName: row.organization_name,
    invitedBy: row.invited_by,
    email: row.email,
    role: row.role,
    expiresAt: row.expires_at.toISOString(),
  }
}

function requireOpen(row: Pick<Row, 'status' | 'is_expired'>): void {
  if (row.status === 'accepted') throw iamErrors.invitation_used()
  if (row.status === 'revoked') throw iamErrors.invitation_revoked()
  if (row.is_expired) throw iamErrors.invitation_expired()
}

/**
 * Makes a new user a member by the link of an invitation, and returns who it is. The link came by letter, so the address
 * is theirs, unless this installation sends none. Throws `iam.invitation_…`, `iam.sign_up_refused`, `request.invalid` for
 * a password that is easy to guess, `iam.too_many_tries`, `iam.busy`.
 */
export async function signUpByInvitation(
  http: Http,
  given: { token: string; name: string; password: string },
): Promise<string> {
  const { kit, requestId, address } = http
  const token = readInvitationToken(given.token)
  // Before the costly part, and once more when the invitation is locked.
  const { email, organization_name: organizationName, ...seen } = await find(kit, token)
  requireOpen(seen)
  await beginAttempt(kit, 'sign_up', { email, address })
  checkNewPassword(given.password, { email, name: given.name, organizationName })
  const passwordHash = await hashNewPassword(given.password)
  const userId = newId()
  const actor = { type: 'user', userId } as const
  const caller = { name: given.name, address, userAgent: http.header('user-agent') ?? '' }
  const { orgId } = token
  await inOrganization(kit, { orgId, actor, caller, requestId }, async ctx => {
    const row = await lock(ctx, token)
    requireOpen(row)
    const created = await ctx.db.query(
      `insert into iam.users (id, email, name, password_hash, password_changed_at, email_verified_at)
       values ($1, $2, $3, $4, now(), case when $5 then now() end) on conflict (email) do nothing`,
      [userId, row.email, given.name, passwordHash, kit.config.smtpUrl !== undefined],
    )
    if (created.rowCount === 0) throw iamErrors.sign_up_refused()
    await join(ctx, row, userId)
  })
  return userId
}

/**
 * Makes an existing user a member by the link of an invitation to their address; for one who has become a member by this
 * link before, nothing changes. Throws `iam.invitation_…`, `iam.membership_suspended`, `request.not_found`.
 */
export async function acceptInvitation(
  ctx: Context,
  token: Credential,
  userId: string,
): Promise<z.input<typeof Member>> {
  const row = await lock(ctx, token)
  const own = await ctx.db.query<{
    is_right: boolean
    member_id: string | null
    member_status: string | null
  }>(
    `select u.email = $3::citext as is_right, m.id as member_id, m.status as member_status
     from iam.users u left join iam.members m on m.org_id = $1 and m.user_id = u.id where u.id = $2`,
    [ctx.orgId, userId, row.email],
  )
  const user = own.rows[0]
  const isMember = user?.member_status === 'active' && user.member_id !== null
  if (row.status === 'accepted' && row.user_id === userId && isMember)
    return getMember(ctx, user.member_id ?? '')
  requireOpen(row)
  if (!user?.is_right) throw iamErrors.invitation_for_another()
  // The link came by letter to the address, which proves it like any other.
  if (ctx.kit.config.smtpUrl !== undefined) {
    await ctx.db.query(
      'update iam.users set email_verified_at = coalesce(email_verified_at, now()) where id = $1',
      [userId],
    )
  }
  return getMember(ctx, await join(ctx, row, userId))
}

async function lock(ctx: Context, token: Credential): Promise<Row> {
  const found = await ctx.db.query<Row>(`${BY_TOKEN} for update of i`, [ctx.orgId, token.hash])
  const row = found.rows[0]
  if (!row) throw generalErrors.not_found()
  return row
}

// Who was removed comes back as who they were before, so that their records are theirs again. Who is a member already
// stays what they are: an invitation takes nothing away and adds nothing.
const JOIN = `
  insert into iam.members (org_id, id, user_id, role, permissions, status, invited_at, joined_at)
  values ($1, $2, $3, $4, $5, 'active', $6, now())
  on conflict (org_id, user_id) do update
  set role = excluded.role, permissions = excluded.permissions, status = 'active', invited_at = excluded.invited_at,
    joined_at = now(), removed_at = null, removed_by = null
  where members.status in ('removed', 'invited')
  returning id`

/** Uses the invitation up. Returns the id of the member. */
async function join(ctx: Context, row: Row, userId: string): Promise<string> {
  const overrides = JSON.stringify(row.permissions)
  const joined = await ctx.db.query<{ id: string }>(JOIN, [
    ctx.orgId,
    newId(),
    userId,
    row.role,
    overrides,
    row.created_at,
  ])
  await ctx.db.query(
    `update iam.invitations set status = 'accepted', closed_at = now(), user_id = $3 where org_id = $1 and id = $2`,
    [ctx.orgId, row.id, userId],
  )
  const memberId = joined.rows[0]?.id
  if (memberId === undefined) return alreadyMember(ctx, userId)
  await leadToOrganization(ctx, userId)
  await publish(ctx, memberJoined, {
    subjects: [
      { type: 'member', id: memberId },
      { type: 'user', id: userId },
    ],
    payload: { memberId, userId, role: row.role },
  })
  await audit(ctx, {
    action: 'member.joined',
    object: { type: 'member', id: memberId, name: row.email },
    after: { role: row.role, invitation: row.id },
  })
  return memberId
}

async function alreadyMember(ctx: Context, userId: string): Promise<string> {
  const found = await ctx.db.query<{ id: string; status: string }>(
    'select id, status from iam.members where org_id = $1 and user_id = $2',
    [ctx.orgId, userId],
  )
  const member = found.rows[0]
  if (member?.status !== 'active') throw iamErrors.membership_suspended()
  return member.id
}
