import type { z } from 'zod'
import { audit } from '#platform/audit/audit.ts'
import type { Context } from '#platform/context.ts'
import { EmailAddress } from '#platform/contract/fields.ts'
import { generalErrors } from '#platform/errors.ts'
import { publish } from '#platform/events/publish.ts'
import type { Principal } from '#platform/http/handlers.ts'
import { type ListRequest, pageOfRows, readIdCursor } from '#platform/http/page.ts'
import { newId } from '#platform/ids.ts'
import { mintCredential } from './credentials.ts'
import { iamErrors } from './errors.ts'
import type { Invitation } from './invitation-api.ts'
import { sendInvitation } from './invitation-letter.ts'
import type { GrantableRole } from './member-api.ts'
import { memberInvited } from './member-events.ts'
import { lockManager, type Manager, requireGrantable, requireKnown } from './member-rules.ts'
import { booleansOf } from './organizations.ts'
import { outranks, type PermissionOverrides } from './permissions.ts'

/** How long an invitation is good for. */
const GOOD_FOR = '7 days'
/** Invitations and repeats of one organization in one day. */
const DAILY_MAX = 300

type InvitationView = z.input<typeof Invitation>

interface Row {
  id: string
  email: string
  role: GrantableRole
  permissions: PermissionOverrides
  invited_by: string | null
  is_expired: boolean
  is_fresh: boolean
  sent_at: Date
  expires_at: Date
  created_at: Date
}

const SELECT = `
  select i.id, i.email, i.role, i.permissions, u.name as invited_by, i.expires_at <= now() as is_expired,
    i.sent_at > now() - interval '1 minute' as is_fresh, i.sent_at, i.expires_at, i.created_at
  from iam.invitations i left join iam.users u on u.id = i.invited_by
  where i.org_id = $1 and i.status = 'open'`

function viewOf(row: Row): InvitationView {
  return {
    id: row.id,
    email: row.email,
    role: row.role,
    permissionOverrides: booleansOf(row.permissions),
    state: row.is_expired ? 'expired' : 'open',
    invitedBy: row.invited_by,
    invitedAt: row.created_at.toISOString(),
    sentAt: row.sent_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
  }
}

/** A page of invitations that nobody has accepted yet, newest first. */
export async function pageOfInvitations(
  ctx: Context,
  query: ListRequest,
): Promise<{ items: InvitationView[]; nextCursor: string | null }> {
  const found = await ctx.db.query<Row>(
    `${SELECT} and ($2::uuid is null or i.id < $2) order by i.id desc limit $3`,
    [ctx.orgId, readIdCursor(query), query.limit + 1],
  )
  return pageOfRows(query, found.rows, viewOf)
}

/** What somebody is invited to. */
export interface Offer {
  readonly role: GrantableRole
  readonly permissionOverrides: Readonly<Record<string, boolean>>
}

/** What became of one address. The link only where no e-mail is sent. */
export interface Invited {
  readonly email: string
  readonly result: 'invited' | 'already_invited' | 'already_member' | 'not_an_address'
  readonly invitation: InvitationView | null
  readonly link: string | null
}

/**
 * Invites addresses, each with a result of its own. Whether somebody has an account is not looked at, so it shows
 * neither in the result nor in its time. Throws `iam.outranked`, `iam.beyond_own_rights`, `iam.too_many_invitations`,
 * and `request.invalid` for a permission that does not exist.
 */
export async function invite(
  ctx: Context,
  asking: Principal,
  emails: readonly string[],
  offer: Offer,
): Promise<Invited[]> {
  const manager = await lockManager(ctx, asking)
  requireKnown(offer.permissionOverrides, {})
  requireGrantable(manager, { role: offer.role, overrides: offer.permissionOverrides }, null)
  await requireRoom(ctx, emails.length)
  const results = new Map<string, Invited>()
  // In one order, so that two who invite the same people do not wait for each other.
  for (const email of [...new Set(emails.map(asStored))].sort()) {
    results.set(email, await inviteOne(ctx, manager, email, offer))
  }
  return emails.map(asStored).flatMap(email => results.get(email) ?? [])
}

function asStored(email: string): string {
  return email.trim().toLowerCase()
}

async function requireRoom(ctx: Context, wanted: number): Promise<void> {
  const sent = await ctx.db.query<{ n: number }>(
    `select count(*)::int as n from iam.invitations where org_id = $1 and sent_at > now() - interval '1 day'`,
    [ctx.orgId],
  )
  if ((sent.rows[0]?.n ?? 0) + wanted > DAILY_MAX) throw iamErrors.too_many_invitations()
}

const IS_MEMBER = `
  select 1 from iam.members m join iam.users u on u.id = m.user_id
  where m.org_id = $1 and m.status in ('active', 'suspended') and u.email = $2::citext`

// One that has expired is taken up again, with what is offered now.
const STORE = `
  insert into iam.invitations (org_id, id, email, role, permissions, token_hash, invited_by, expires_at)
  values ($1, $2, $3, $4, $5, $6, $7, now() + interval '${GOOD_FOR}')
  on conflict (org_id, email) where status = 'open' do update
  set role = excluded.role, permissions = excluded.permissions, token_hash = excluded.token_hash,
    invited_by = excluded.invited_by, expires_at = excluded.expires_at, sent_at = now()
  where invitations.expires_at <= now()
  returning id`

async function inviteOne(ctx: Context, manager: Manager, email: string, offer: Offer): Promise<Invited> {
  const nothing = { email, invitation: null, link: null }
  if (!EmailAddress.safeParse(email).success) return { ...nothing, result: 'not_an_address' }
  const member = await ctx.db.query(IS_MEMBER, [ctx.orgId, email])
  if (member.rowCount !== 0) return { ...nothing, result: 'already_member' }
  const token = mintCredential('invitation', ctx.orgId)
  const overrides = JSON.stringify(offer.permissionOverrides)
  const stored = await ctx.db.query<{ id: string }>(STORE, [
    ctx.orgId,
    newId(),
    email,
    offer.role,
    overrides,
    token.hash,
    manager.userId,
  ])
  const id = stored.rows[0]?.id
  if (id === undefined) return { ...nothing, result: 'already_invited' }
  const invitation = await findInvitation(ctx, id)
  const link = await sendInvitation(ctx, invitation, token)
  await publish(ctx, memberInvited, {
    subjects: [{ type: 'invitation', id }],
    payload: { invitationId: id, role: offer.role },
  })
  await audit(ctx, {
    action: 'member.invited',
    object: { type: 'invitation', id, name: email },
    after: { email, ...offer },
  })
  return { email, result: 'invited', invitation, link }
}

async function findInvitation(ctx: Context, id: string): Promise<InvitationView> {
  const found = await ctx.db.query<Row>(`${SELECT} and i.id = $2`, [ctx.orgId, id])
  const row = found.rows[0]
  if (!row) throw generalErrors.not_found()
  return viewOf(row)
}

/** An open invitation that is locked, and who asks, who stands above what it offers. */
async function lockInvitation(
  ctx: Context,
  asking: Principal,
  id: string,
): Promise<{ manager: Manager; row: Row }> {
  const manager = await lockManager(ctx, asking)
  const found = await ctx.db.query<Row>(`${SELECT} and i.id = $2 for update of i`, [ctx.orgId, id])
  const row = found.rows[0]
  if (!row) throw generalErrors.not_found()
  if (!outranks(manager.role, row.role)) throw iamErrors.outranked()
  return { manager, row }
}

/**
 * Sends an invitation once more, in the name of who asks, for another 7 days; earlier links end. Throws
 * `iam.invitation_sent_just_now` within a minute of the last letter, and as `invite` does.
 */
export async function resendInvitation(
  ctx: Context,
  asking: Principal,
  id: string,
): Promise<{ invitation: InvitationView; link: string | null }> {
  const { manager, row } = await lockInvitation(ctx, asking, id)
  requireGrantable(manager, { role: row.role, overrides: row.permissions }, null)
  if (row.is_fresh) throw iamErrors.invitation_sent_just_now({ retryAfterS: 60 })
  await requireRoom(ctx, 1)
  const token = mintCredential('invitation', ctx.orgId)
  await ctx.db.query(
    `update iam.invitations
     set token_hash = $3, invited_by = $4, sent_at = now(), expires_at = now() + interval '${GOOD_FOR}'
     where org_id = $1 and id = $2`,
    [ctx.orgId, id, token.hash, manager.userId],
  )
  const invitation = await findInvitation(ctx, id)
  const link = await sendInvitation(ctx, invitation, token)
  await publish(ctx, memberInvited, {
    subjects: [{ type: 'invitation', id }],
    payload: { invitationId: id, role: row.role },
  })
  await audit(ctx, {
    action: 'member.invitation_resent',
    object: { type: 'invitation', id, name: row.email },
    before: { expiresAt: row.expires_at.toISOString() },
    after: { expiresAt: invitation.expiresAt },
  })
  return { invitation, link }
}

/** Takes an invitation back: its link says so from now on. Throws `iam.outranked`, `request.not_found`. */
export async function revokeInvitation(ctx: Context, asking: Principal, id: string): Promise<void> {
  const { row } = await lockInvitation(ctx, asking, id)
  await ctx.db.query(
    `update iam.invitations set status = 'revoked', closed_at = now() where org_id = $1 and id = $2`,
    [ctx.orgId, id],
  )
  await audit(ctx, {
    action: 'member.invitation_revoked',
    object: { type: 'invitation', id, name: row.email },
    before: { status: 'open' },
    after: { status: 'revoked' },
  })
}
