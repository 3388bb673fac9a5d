import type { z } from 'zod'
import { audit } from '#platform/audit/audit.ts'
import type { Context, Kit } from '#platform/context.ts'
import type { RouteInput } from '#platform/contract/route.ts'
import { asSealed, type SealedAt } from '#platform/crypto/vault.ts'
import type { Tx } from '#platform/db/database.ts'
import { generalErrors } from '#platform/errors.ts'
import { newId } from '#platform/ids.ts'
import { endConfinedSessions } from './confined-sessions.ts'
import { iamErrors } from './errors.ts'
import type {
  changeIdentityProvider,
  createIdentityProvider,
  IdentityProvider,
} from './identity-providers-api.ts'
import { OpenIdFault } from './openid-faults.ts'
import { checkIssuer, forgetMetadata, type Party } from './openid-provider.ts'
import { domainsByProvider, foundProofs, noteProved, setDomains } from './provider-domains.ts'

const PROVIDERS_MAX = 20

type NewProvider = RouteInput<typeof createIdentityProvider>['body']
type Change = RouteInput<typeof changeIdentityProvider>['body']

interface ProviderRow {
  id: string
  name: string
  issuer: string
  client_id: string
  client_secret: string
  scopes: string[]
  vouches_for_addresses: boolean
  admits_new_people: boolean
  role_of_new_people: IdentityProvider['roleOfNewPeople']
  enabled: boolean
  required: boolean
  people: number
  created_at: Date
}

const COLUMNS = `p.id, p.name, p.issuer, p.client_id, p.client_secret, p.scopes, p.vouches_for_addresses,
  p.admits_new_people, p.role_of_new_people, p.enabled, p.required, p.created_at,
  (select count(distinct i.user_id)::int from iam.member_identities i
   where i.org_id = p.org_id and i.provider_id = p.id) as people`

/** A provider as a sign-in needs it. */
export interface SignInProvider {
  readonly id: string | null
  readonly name: string
  readonly party: Party
  readonly vouchesForAddresses: boolean
  readonly admitsNewPeople: boolean
  readonly roleOfNewPeople: IdentityProvider['roleOfNewPeople']
}

/** All providers of the organization, the oldest first. */
export async function identityProviders(ctx: Context): Promise<z.input<typeof IdentityProvider>[]> {
  const found = await ctx.db.query<ProviderRow>(
    `select ${COLUMNS} from iam.identity_providers p where p.org_id = $1 order by p.created_at, p.id`,
    [ctx.orgId],
  )
  const domains = await domainsByProvider(ctx)
  return found.rows.map(row => ({
    id: row.id,
    name: row.name,
    issuer: row.issuer,
    clientId: row.client_id,
    scopes: row.scopes,
    vouchesForAddresses: row.vouches_for_addresses,
    admitsNewPeople: row.admits_new_people,
    roleOfNewPeople: row.role_of_new_people,
    enabled: row.enabled,
    required: row.required,
    redirectUrl: redirectUrlOf(ctx.kit, ctx.orgId, row.id),
    domains: (domains.get(row.id) ?? []).map(({ domain, proof, provedAt }) => ({
      domain,
      proof,
      provedAt: provedAt?.toISOString() ?? null,
    })),
    people: row.people,
    createdAt: row.created_at.toISOString(),
  }))
}

/** One provider of the organization. Throws `request.not_found`. */
export async function identityProvider(ctx: Context, id: string): Promise<z.input<typeof IdentityProvider>> {
  const found = (await identityProviders(ctx)).find(each => each.id === id)
  if (!found) throw generalErrors.not_found()
  return found
}

/** Adds a provider. Throws `request.invalid` for an issuer that may not be reached, `iam.too_many_providers`. */
export async function addIdentityProvider(
  ctx: Context,
  input: NewProvider,
): Promise<z.input<typeof IdentityProvider>> {
  checkIssuerField(ctx.kit, input.issuer)
  const id = input.proposedId ?? newId()
  const secret = await ctx.kit.vault.seal(input.clientSecret, secretAt(ctx.orgId, id))
  // The lock of the organization's row puts two additions in order, so that the limit holds.
  await ctx.db.query('select 1 from iam.organizations where org_id = $1 for no key update', [ctx.orgId])
  const added = await ctx.db.query(
    `insert into iam.identity_providers (org_id, id, name, issuer, client_id, client_secret, scopes,
       vouches_for_addresses, admits_new_people, role_of_new_people)
     select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10
     where (select count(*) from iam.identity_providers where org_id = $1) < ${PROVIDERS_MAX}`,
    [
      ctx.orgId,
      id,
      input.name,
      input.issuer,
      input.clientId,
      secret,
      input.scopes,
      input.vouchesForAddresses,
      input.admitsNewPeople,
      input.roleOfNewPeople,
    ],
  )
  if (added.rowCount === 0) throw iamErrors.too_many_providers()
  await setDomains(ctx, id, input.domains)
  const after = await identityProvider(ctx, id)
  await audit(ctx, { action: 'identity_provider.created', object: objectOf(after), after: auditedOf(after) })
  return after
}

/**
 * Changes a provider; what is not named stays. `by` says whether whoever asks could still enter if it were required:
 * otherwise a mistake would lock them and everybody else out. Throws `iam.provider_unproved`, `request.not_found`.
 */
export async function changeProvider(
  ctx: Context,
  id: string,
  change: Change,
  by: { canStillEnter: boolean },
): Promise<z.input<typeof IdentityProvider>> {
  if (change.issuer !== undefined) checkIssuerField(ctx.kit, change.issuer)
  await ctx.db.query('select 1 from iam.identity_providers where org_id = $1 and id = $2 for update', [
    ctx.orgId,
    id,
  ])
  const before = await identityProvider(ctx, id)
  const enabled = change.enabled ?? before.enabled
  const required = enabled && (change.required ?? before.required)
  await storeChange(ctx, id, { ...change, enabled, required })
  if (change.domains) await setDomains(ctx, id, change.domains)
  const after = await identityProvider(ctx, id)
  const isProved = after.domains.some(each => each.provedAt !== null)
  if (required && !(isProved && (before.required || by.canStillEnter))) throw iamErrors.provider_unproved()
  const isAnother = after.issuer !== before.issuer
  if (isAnother) {
    await ctx.db.query('delete from iam.member_identities where org_id = $1 and provider_id = $2', [
      ctx.orgId,
      id,
    ])
  }
  if (isAnother || after.clientId !== before.clientId || (before.enabled && !after.enabled)) {
    await endConfinedSessions(ctx.db, ctx.orgId)
  }
  await audit(ctx, {
    action: 'identity_provider.changed',
    object: objectOf(after),
    before: auditedOf(before),
    after: {
      ...auditedOf(after),
      ...(change.clientSecret === undefined ? {} : { renewed: 'the secret of the client' }),
    },
  })
  return after
}

async function storeChange(ctx: Context, id: string, change: Change): Promise<void> {
  const secret =
    change.clientSecret === undefined
      ? null
      : await ctx.kit.vault.seal(change.clientSecret, secretAt(ctx.orgId, id))
  await ctx.db.query(
    `update iam.identity_providers set
       name = coalesce($3, name), issuer = coalesce($4, issuer), client_id = coalesce($5, client_id),
       client_secret = coalesce($6, client_secret), scopes = coalesce($7, scopes),
       vouches_for_addresses = coalesce($8, vouches_for_addresses),
       admits_new_people = coalesce($9, admits_new_people),
       role_of_new_people = coalesce($10, role_of_new_people), enabled = $11, required = $12
     where org_id = $1 and id = $2`,
    [
      ctx.orgId,
      id,
      change.name ?? null,
      change.issuer ?? null,
      change.clientId ?? null,
      secret,
      change.scopes ?? null,
      change.vouchesForAddresses ?? null,
      change.admitsNewPeople ?? null,
      change.roleOfNewPeople ?? null,
      change.enabled,
      change.required,
    ],
  )
}

/** Removes a provider with everything it meant. Throws `request.not_found`. */
export async function removeIdentityProvider(ctx: Context, id: string): Promise<void> {
  const before = await identityProvider(ctx, id)
  await ctx.db.query('delete from iam.identity_providers where org_id = $1 and id = $2', [ctx.orgId, id])
  for (const table of ['sign_in_domains', 'authorization_requests', 'pending_identities'] as const) {
    await ctx.db.query(`delete from iam.${table} where org_id = $1 and provider_id = $2`, [ctx.orgId, id])
  }
  await endConfinedSessions(ctx.db, ctx.orgId)
  await audit(ctx, {
    action: 'identity_provider.deleted',
    object: objectOf(before),
    before: auditedOf(before),
  })
}

/** Looks for the proofs of a provider's domains. Throws `request.not_found`, `iam.domain_taken`, `iam.names_unreachable`. */
export async function proveProviderDomains(
  ctx: Context,
  id: string,
): Promise<z.input<typeof IdentityProvider>> {
  const before = await identityProvider(ctx, id)
  const domains = (await domainsByProvider(ctx)).get(id) ?? []
  const proved = await foundProofs(ctx.kit, domains)
  await noteProved(ctx, id, proved)
  for (const domain of proved) {
    await audit(ctx, {
      action: 'identity_provider.domain_proved',
      object: objectOf(before),
      after: { domain },
    })
  }
  return identityProvider(ctx, id)
}

/** An enabled provider with its secret, in a transaction of its organization; null when there is none any more. */
export async function signInProvider(
  kit: Kit,
  tx: Tx,
  orgId: string,
  id: string,
): Promise<SignInProvider | null> {
  const found = await tx.query<ProviderRow>(
    `select ${COLUMNS} from iam.identity_providers p where p.org_id = $1 and p.id = $2 and p.enabled`,
    [orgId, id],
  )
  const row = found.rows[0]
  return row ? asSignInProvider(kit, orgId, row) : null
}

/** A provider of the organization for a test, enabled or not, reading anew what it publishes. Throws `request.not_found`. */
export async function partyToTest(ctx: Context, id: string): Promise<Party> {
  const found = await ctx.db.query<ProviderRow>(
    `select ${COLUMNS} from iam.identity_providers p where p.org_id = $1 and p.id = $2`,
    [ctx.orgId, id],
  )
  const row = found.rows[0]
  if (!row) throw generalErrors.not_found()
  const { party } = await asSignInProvider(ctx.kit, ctx.orgId, row)
  forgetMetadata(ctx.kit, party)
  return party
}

async function asSignInProvider(kit: Kit, orgId: string, row: ProviderRow): Promise<SignInProvider> {
  return {
    id: row.id,
    name: row.name,
    party: {
      orgId,
      issuer: row.issuer,
      clientId: row.client_id,
      clientSecret: await kit.vault.openSecret(asSealed(row.client_secret), secretAt(orgId, row.id)),
      scopes: row.scopes,
      redirectUrl: redirectUrlOf(kit, orgId, row.id),
    },
    vouchesForAddresses: row.vouches_for_addresses,
    admitsNewPeople: row.admits_new_people,
    roleOfNewPeople: row.role_of_new_people,
  }
}

/** An id for a provider to come and the redirect URL it will have, which has to be registered before there is a client. */
export function nextProvider(ctx: Context): { id: string; redirectUrl: string } {
  const id = newId()
  return { id, redirectUrl: redirectUrlOf(ctx.kit, ctx.orgId, id) }
}

/** Names the organization too, so that nobody elsewhere can have a provider with the same one. */
function redirectUrlOf(kit: Kit, orgId: string, id: string): string {
  return `${kit.config.publicUrl}/auth/sso/callback/${orgId}/${id}`
}

function secretAt(orgId: string, id: string): SealedAt {
  return { orgId, table: 'iam.identity_providers', column: 'client_secret', id }
}

function checkIssuerField(kit: Kit, issuer: string): void {
  try {
    checkIssuer(kit, issuer)
  } catch (error) {
    if (!(error instanceof OpenIdFault)) throw error
    const message = 'The issuer must begin with https://.'
    throw generalErrors.invalid({ errors: [{ in: 'body', pointer: '/issuer', code: 'invalid', message }] })
  }
}

function objectOf(provider: { id: string; name: string }) {
  return { type: 'identity_provider', id: provider.id, name: provider.name }
}

function auditedOf(provider: z.input<typeof IdentityProvider>) {
  const { id, people, createdAt, redirectUrl, domains, ...fields } = provider
  return { ...fields, domains: domains.map(each => each.domain) }
}
