import type { z } from 'zod'
import { audit } from '#platform/audit/audit.ts'
import { type Context, contextOn, type OutsideContext } from '#platform/context.ts'
import { sha256 } from '#platform/crypto/tokens.ts'
import type { Tx } from '#platform/db/database.ts'
import { generalErrors } from '#platform/errors.ts'
import type { Http } from '#platform/http/handlers.ts'
import { endConfinedSessions } from './confined-sessions.ts'
import { iamErrors } from './errors.ts'
import { signInProvider } from './identity-providers.ts'
import { organizationIdsOf } from './organizations.ts'
import { domainOf, speaksFor } from './provider-domains.ts'
import { connectMember, connectUser, joinByProvider } from './sso-admission.ts'
import type { LinkedIdentity } from './sso-api.ts'
import { installationProvider, PENDING_COOKIE } from './sso-sign-in.ts'

type IdentityView = z.input<typeof LinkedIdentity>

interface IdentityRow {
  id: string
  provider_name: string
  organization_name: string
  issuer: string
  email: string
  last_used_at: Date
  created_at: Date
}

/** The providers by which a person can sign in; only those of one organization when `confinedTo` names it. */
export async function identitiesOf(
  ctx: OutsideContext,
  userId: string,
  confinedTo: string | null,
): Promise<IdentityView[]> {
  const found = confinedTo === null ? await ofInstallation(ctx, userId) : []
  const orgIds = confinedTo === null ? await organizationIdsOf(ctx.db, userId) : [confinedTo]
  for (const orgId of orgIds) {
    const rows = await ctx.db.inOrg(orgId, tx =>
      tx.query<IdentityRow>(
        `select i.id, p.name as provider_name, o.name as organization_name, i.issuer, i.email, i.last_used_at,
           i.created_at
         from iam.member_identities i
         join iam.identity_providers p on p.org_id = i.org_id and p.id = i.provider_id
         join iam.organizations o on o.org_id = i.org_id
         join iam.members m on m.org_id = i.org_id and m.user_id = i.user_id and m.status = 'active'
         where i.org_id = $1 and i.user_id = $2 order by i.id`,
        [orgId, userId],
      ),
    )
    found.push(...rows.rows.map(row => viewOf(row, row.organization_name)))
  }
  return found
}

async function ofInstallation(ctx: OutsideContext, userId: string): Promise<IdentityView[]> {
  const own = installationProvider(ctx.kit)
  const rows = await ctx.db.query<Omit<IdentityRow, 'provider_name' | 'organization_name'>>(
    'select id, issuer, email, last_used_at, created_at from iam.user_identities where user_id = $1 order by id',
    [userId],
  )
  return rows.rows.map(row => {
    const isCurrent = own?.party.issuer.replace(/\/$/, '') === row.issuer.replace(/\/$/, '')
    return viewOf({ ...row, provider_name: isCurrent && own ? own.name : row.issuer }, null)
  })
}

function viewOf(row: Omit<IdentityRow, 'organization_name'>, organizationName: string | null): IdentityView {
  return {
    id: row.id,
    providerName: row.provider_name,
    issuer: row.issuer,
    email: row.email,
    organizationName,
    lastUsedAt: row.last_used_at.toISOString(),
    createdAt: row.created_at.toISOString(),
  }
}

/** Disconnects a provider from a person and ends what it began. Throws `request.not_found`. */
export async function disconnectIdentity(
  ctx: OutsideContext,
  userId: string,
  identityId: string,
): Promise<void> {
  const own = await ctx.db.query('delete from iam.user_identities where id = $1 and user_id = $2', [
    identityId,
    userId,
  ])
  if (own.rowCount === 1) return
  for (const orgId of await organizationIdsOf(ctx.db, userId)) {
    const isGone = await ctx.db.inOrg(orgId, async tx => {
      const gone = await tx.query<{ issuer: string; subject: string; email: string }>(
        `delete from iam.member_identities where org_id = $1 and id = $2 and user_id = $3
         returning issuer, subject, email`,
        [orgId, identityId, userId],
      )
      const identity = gone.rows[0]
      if (!identity) return false
      await endConfinedSessions(tx, orgId, userId)
      const { email, ...before } = identity
      await audit(within(ctx, tx, orgId), {
        action: 'identity.disconnected',
        object: { type: 'user', id: userId, name: email },
        before,
      })
      return true
    })
    if (isGone) return
  }
  throw generalErrors.not_found()
}

interface PendingRow {
  user_id: string
  org_id: string | null
  provider_id: string | null
  issuer: string
  subject: string
  email: string
}

const PENDING = `
  select user_id, org_id, provider_id, issuer, subject, email from iam.pending_identities
  where token_hash = $1 and user_id = $2 and expires_at > now()`

/** What a provider said in this browser about the person who is signed in now. Throws `request.not_found`. */
export async function pendingIdentity(ctx: OutsideContext, http: Http, userId: string) {
  const pending = await findPending(ctx, http, userId)
  const { providerName, organizationName } = await namesOf(ctx, pending)
  return { providerName, organizationName, issuer: pending.issuer, email: pending.email }
}

/**
 * Connects the provider with the person, who thereby says that it is them. Returns where to go on. Throws
 * `request.not_found` when there is nothing to confirm any more, `iam.not_admitted`.
 */
export async function confirmPending(ctx: OutsideContext, http: Http, userId: string): Promise<string> {
  const pending = await findPending(ctx, http, userId)
  await ctx.db.query('delete from iam.pending_identities where token_hash = $1', [tokenHash(http)])
  ctx.db.afterCommit(() => http.setCookie(PENDING_COOKIE, '', { maxAgeS: 0 }))
  const { org_id: orgId, provider_id: providerId } = pending
  if (orgId === null || providerId === null) {
    if (!(await connectUser(ctx.db, userId, pending))) throw iamErrors.not_admitted()
    return '/'
  }
  const domain = domainOf(pending.email)
  const isNew = await ctx.db.inOrg(orgId, async tx => {
    const provider = await signInProvider(ctx.kit, tx, orgId, providerId)
    if (!provider || !(await speaksFor(tx, orgId, providerId, domain))) throw iamErrors.not_admitted()
    const members = await tx.query<{ status: string }>(
      'select status from iam.members where org_id = $1 and user_id = $2 for update',
      [orgId, userId],
    )
    const status = members.rows[0]?.status ?? 'invited'
    const mayJoin = status === 'invited' && provider.admitsNewPeople
    if (status !== 'active' && !mayJoin) throw iamErrors.not_admitted()
    const inner = within(ctx, tx, orgId)
    if (mayJoin) await joinByProvider(inner, userId, provider)
    if (!(await connectMember(inner, { userId, providerId }, pending))) throw iamErrors.not_admitted()
    return mayJoin
  })
  if (isNew) {
    await ctx.db.query(
      'insert into iam.user_organizations (user_id, org_id) values ($1, $2) on conflict do nothing',
      [userId, orgId],
    )
  }
  return `/auth/sso/start?domain=${encodeURIComponent(domain)}`
}

async function findPending(ctx: OutsideContext, http: Http, userId: string): Promise<PendingRow> {
  const found = await ctx.db.query<PendingRow>(PENDING, [tokenHash(http), userId])
  const pending = found.rows[0]
  if (!pending) throw generalErrors.not_found()
  return pending
}

const tokenHash = (http: Http) => sha256(http.cookie(PENDING_COOKIE) ?? '')

async function namesOf(ctx: OutsideContext, pending: PendingRow) {
  const { org_id: orgId, provider_id: providerId } = pending
  if (orgId === null || providerId === null) {
    return { providerName: installationProvider(ctx.kit)?.name ?? pending.issuer, organizationName: null }
  }
  const found = await ctx.db.inOrg(orgId, tx =>
    tx.query<{ provider_name: string; organization_name: string }>(
      `select p.name as provider_name, o.name as organization_name
       from iam.identity_providers p join iam.organizations o on o.org_id = p.org_id
       where p.org_id = $1 and p.id = $2`,
      [orgId, providerId],
    ),
  )
  const row = found.rows[0]
  if (!row) throw generalErrors.not_found()
  return { providerName: row.provider_name, organizationName: row.organization_name }
}

function within(ctx: OutsideContext, tx: Tx, orgId: string): Context {
  const { kit, actor, caller, requestId } = ctx
  return contextOn(kit, tx, { orgId, actor, caller, requestId })
}
