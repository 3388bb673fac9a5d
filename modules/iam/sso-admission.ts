import { audit } from '#platform/audit/audit.ts'
import { type Caller, type Context, contextOn } from '#platform/context.ts'
import { EmailAddress } from '#platform/contract/fields.ts'
import { randomToken, sha256 } from '#platform/crypto/tokens.ts'
import type { GlobalTx, Tx } from '#platform/db/database.ts'
import { publish } from '#platform/events/publish.ts'
import type { Http } from '#platform/http/handlers.ts'
import { newId } from '#platform/ids.ts'
import { memberJoined } from './contract.ts'
import type { SignInProvider } from './identity-providers.ts'
import type { Claims } from './openid.ts'
import { domainOf, speaksFor } from './provider-domains.ts'
import { userAgentOf } from './sessions.ts'
import type { SsoOutcome } from './sso-api.ts'

/** Whom a provider meant: somebody who may enter, somebody who has to confirm it first, or nobody. */
export type Admission =
  | { readonly kind: 'enter'; readonly userId: string }
  | { readonly kind: 'confirm'; readonly token: string }
  | { readonly kind: 'refuse'; readonly outcome: SsoOutcome }

interface UserRow {
  id: string
  status: string
}

const PENDING = '15 minutes'

/**
 * Decides what an organization's provider may open with what it says. Somebody it was connected with enters. An unknown
 * address at a proved domain makes a new person, where the organization admits them. An address that somebody has
 * already never opens anything by itself, whatever the provider says: it is connected when that person, signed in with
 * what they have, confirms it. So a provider in the wrong hands opens its own organization and no account.
 */
export async function admitToOrganization(
  http: Http,
  tx: GlobalTx,
  orgId: string,
  provider: SignInProvider & { readonly id: string },
  claims: Claims,
): Promise<Admission> {
  return tx.inOrg(orgId, async inner => {
    const known = await inner.query<{ id: string; user_id: string }>(
      `select id, user_id from iam.member_identities
       where org_id = $1 and provider_id = $2 and issuer = $3 and subject = $4`,
      [orgId, provider.id, claims.issuer, claims.subject],
    )
    const identity = known.rows[0]
    if (identity) {
      const status = await standing(inner, orgId, identity.user_id)
      if (status !== 'active') return refuse(status === 'suspended' ? 'suspended' : 'not_admitted')
      await inner.query(
        'update iam.member_identities set last_used_at = now() where org_id = $1 and id = $2',
        [orgId, identity.id],
      )
      return { kind: 'enter', userId: identity.user_id }
    }
    const contextFor = (userId: string | null, name: string) => contextOf(http, inner, orgId, userId, name)
    const admission = await admitStranger(contextFor, inner, orgId, provider, claims)
    if (admission.kind === 'refuse') {
      await audit(contextFor(null, provider.name), {
        action: 'identity_provider.refused_person',
        object: { type: 'identity_provider', id: provider.id, name: provider.name },
        after: { reason: admission.outcome, email: claims.email, subject: claims.subject },
      })
    }
    return admission
  })
}

async function admitStranger(
  contextFor: (userId: string | null, name: string) => Context,
  tx: Tx,
  orgId: string,
  provider: SignInProvider & { readonly id: string },
  claims: Claims,
): Promise<Admission> {
  const email = addressOf(claims)
  if (email === null) return refuse('no_email')
  const isVerified = claims.emailVerified ?? provider.vouchesForAddresses
  if (!isVerified) return refuse('email_not_verified')
  if (!(await speaksFor(tx, orgId, provider.id, domainOf(email)))) return refuse('other_domain')
  const user = await userOf(tx, email)
  if (!user) {
    if (!provider.admitsNewPeople) return refuse('not_admitted')
    return admitNewPerson(contextFor, tx, orgId, provider, { ...claims, email })
  }
  const status = await standing(tx, orgId, user.id)
  if (status === 'suspended') return refuse('suspended')
  if (status === 'removed' || (status === null && !provider.admitsNewPeople)) return refuse('not_admitted')
  return holdForConfirmation(tx, user.id, { orgId, providerId: provider.id }, { ...claims, email })
}

async function admitNewPerson(
  contextFor: (userId: string | null, name: string) => Context,
  tx: Tx,
  orgId: string,
  provider: SignInProvider & { readonly id: string },
  claims: Claims & { readonly email: string },
): Promise<Admission> {
  const userId = await insertUser(tx, claims)
  if (userId === null) return refuse('busy')
  await tx.query('insert into iam.user_organizations (user_id, org_id) values ($1, $2)', [userId, orgId])
  const ctx = contextFor(userId, claims.name ?? claims.email)
  await joinByProvider(ctx, userId, provider)
  await connectMember(ctx, { userId, providerId: provider.id }, claims)
  return { kind: 'enter', userId }
}

/** Makes a user a member by the rule of a provider. The caller has seen that they are none. */
export async function joinByProvider(
  ctx: Context,
  userId: string,
  provider: Pick<SignInProvider, 'name' | 'roleOfNewPeople'>,
): Promise<void> {
  const role = provider.roleOfNewPeople
  const joined = await ctx.db.query<{ id: string }>(
    `insert into iam.members (org_id, id, user_id, role, status, joined_at)
     values ($1, $2, $3, $4, 'active', now())
     on conflict (org_id, user_id) do update set role = excluded.role, status = 'active', joined_at = now()
     where iam.members.status = 'invited' returning id`,
    [ctx.orgId, newId(), userId, role],
  )
  const memberId = joined.rows[0]?.id
  if (memberId === undefined) return
  await publish(ctx, memberJoined, {
    subjects: [
      { type: 'member', id: memberId },
      { type: 'user', id: userId },
    ],
    payload: { memberId, userId, role },
  })
  await audit(ctx, {
    action: 'member.joined',
    object: { type: 'member', id: memberId },
    after: { role, by: `identity provider ${provider.name}` },
  })
}

/** Notes that a provider means this member from now on. False when it means somebody else already. */
export async function connectMember(
  ctx: Context,
  whom: { userId: string; providerId: string },
  claims: Pick<Claims, 'issuer' | 'subject'> & { readonly email: string },
): Promise<boolean> {
  const { userId, providerId } = whom
  const added = await ctx.db.query(
    `insert into iam.member_identities (org_id, id, provider_id, user_id, issuer, subject, email)
     values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing`,
    [ctx.orgId, newId(), providerId, userId, claims.issuer, claims.subject, claims.email],
  )
  if (added.rowCount === 0) return false
  await audit(ctx, {
    action: 'identity.connected',
    object: { type: 'user', id: userId, name: claims.email },
    after: { provider: providerId, issuer: claims.issuer, subject: claims.subject },
  })
  return true
}

/**
 * Decides what the installation's own provider may open. It speaks for every domain, because the operator chose it; an
 * address that somebody has is confirmed by that person all the same.
 */
export async function admitToInstallation(tx: Tx, claims: Claims): Promise<Admission> {
  const known = await tx.query<{ id: string; user_id: string; status: string }>(
    `update iam.user_identities i set last_used_at = now() from iam.users u
     where i.issuer = $1 and i.subject = $2 and u.id = i.user_id returning i.id, i.user_id, u.status`,
    [claims.issuer, claims.subject],
  )
  const identity = known.rows[0]
  if (identity) {
    return identity.status === 'active' ? { kind: 'enter', userId: identity.user_id } : refuse('suspended')
  }
  const email = addressOf(claims)
  if (email === null) return refuse('no_email')
  if (claims.emailVerified !== true) return refuse('email_not_verified')
  const user = await userOf(tx, email)
  if (user) {
    if (user.status !== 'active') return refuse('suspended')
    return holdForConfirmation(tx, user.id, { orgId: null, providerId: null }, { ...claims, email })
  }
  const userId = await insertUser(tx, { ...claims, email })
  if (userId === null) return refuse('busy')
  await connectUser(tx, userId, { ...claims, email })
  return { kind: 'enter', userId }
}

/** Notes that the installation's provider means this person from now on. False when it means somebody else already. */
export async function connectUser(
  tx: Tx,
  userId: string,
  claims: Pick<Claims, 'issuer' | 'subject'> & { readonly email: string },
): Promise<boolean> {
  const added = await tx.query(
    `insert into iam.user_identities (id, user_id, issuer, subject, email) values ($1, $2, $3, $4, $5)
     on conflict do nothing`,
    [newId(), userId, claims.issuer, claims.subject, claims.email],
  )
  return added.rowCount === 1
}

async function holdForConfirmation(
  tx: Tx,
  userId: string,
  provider: { orgId: string | null; providerId: string | null },
  claims: Claims & { readonly email: string },
): Promise<Admission> {
  const token = randomToken()
  await tx.query(
    `insert into iam.pending_identities
       (token_hash, user_id, org_id, provider_id, issuer, subject, email, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, now() + interval '${PENDING}')`,
    [sha256(token), userId, provider.orgId, provider.providerId, claims.issuer, claims.subject, claims.email],
  )
  return { kind: 'confirm', token }
}

/** Makes a person without a password. The domain was proved or the operator trusts the provider: the address is theirs. */
async function insertUser(tx: Tx, claims: Claims & { readonly email: string }): Promise<string | null> {
  const userId = newId()
  const added = await tx.query(
    `insert into iam.users (id, email, name, email_verified_at) values ($1, $2, $3, now())
     on conflict (email) do nothing`,
    [userId, claims.email, claims.name ?? claims.email.slice(0, claims.email.indexOf('@'))],
  )
  return added.rowCount === 1 ? userId : null
}

/** What keeps a person out of an organization or lets them in; null when they never were a member. */
async function standing(tx: Tx, orgId: string, userId: string): Promise<string | null> {
  const found = await tx.query<{ status: string; user_status: string }>(
    `select m.status, u.status as user_status from iam.users u
     left join iam.members m on m.org_id = $1 and m.user_id = u.id and m.status <> 'invited' where u.id = $2`,
    [orgId, userId],
  )
  const row = found.rows[0]
  if (!row) return null
  return row.user_status === 'active' ? row.status : 'suspended'
}

async function userOf(tx: Tx, email: string): Promise<UserRow | undefined> {
  const found = await tx.query<UserRow>('select id, status from iam.users where email = $1', [email])
  return found.rows[0]
}

function addressOf(claims: Claims): string | null {
  const parsed = EmailAddress.safeParse(claims.email)
  return parsed.success ? parsed.data : null
}

const refuse = (outcome: SsoOutcome): Admission => ({ kind: 'refuse', outcome })

function contextOf(http: Http, tx: Tx, orgId: string, userId: string | null, name: string): Context {
  const caller: Caller = { name, address: http.address, userAgent: userAgentOf(http) }
  const actor =
    userId === null
      ? ({ type: 'visitor', address: http.address } as const)
      : ({ type: 'user', userId } as const)
  return contextOn(http.kit, tx, { orgId, actor, caller, requestId: http.requestId })
}
