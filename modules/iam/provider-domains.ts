import type { Context, Kit } from '#platform/context.ts'
import { randomToken } from '#platform/crypto/tokens.ts'
import type { Tx } from '#platform/db/database.ts'
import { generalErrors } from '#platform/errors.ts'
import { iamErrors } from './errors.ts'

/** A domain that a provider speaks for, or will when it is proved. */
export interface ProviderDomain {
  readonly domain: string
  readonly proof: { readonly name: string; readonly value: string }
  readonly provedAt: Date | null
}

interface DomainRow {
  domain: string
  provider_id: string
  proof: string
  proved_at: Date | null
}

/** The name of the TXT record that shows whose a domain is. */
export const proofName = (domain: string) => `_millrace.${domain}`

/** The domains of all providers of the organization, by provider. */
export async function domainsByProvider(ctx: Context): Promise<Map<string, ProviderDomain[]>> {
  const found = await ctx.db.query<DomainRow>(
    `select domain, provider_id, proof, proved_at from iam.identity_provider_domains
     where org_id = $1 order by domain`,
    [ctx.orgId],
  )
  const byProvider = new Map<string, ProviderDomain[]>()
  for (const row of found.rows) {
    const domains = byProvider.get(row.provider_id) ?? []
    const proof = { name: proofName(row.domain), value: row.proof }
    domains.push({ domain: row.domain, proof, provedAt: row.proved_at })
    byProvider.set(row.provider_id, domains)
  }
  return byProvider
}

/** Replaces the domains of a provider. What stays keeps its proof; what is new has to be proved. */
export async function setDomains(ctx: Context, providerId: string, wanted: readonly string[]): Promise<void> {
  const gone = await ctx.db.query<{ domain: string }>(
    `delete from iam.identity_provider_domains
     where org_id = $1 and provider_id = $2 and not (domain = any ($3::text[])) returning domain`,
    [ctx.orgId, providerId, wanted],
  )
  await ctx.db.query(
    'delete from iam.sign_in_domains where org_id = $1 and provider_id = $2 and domain = any ($3::text[])',
    [ctx.orgId, providerId, gone.rows.map(row => row.domain)],
  )
  for (const domain of new Set(wanted)) {
    const added = await ctx.db.query<{ provider_id: string }>(
      `insert into iam.identity_provider_domains (org_id, domain, provider_id, proof) values ($1, $2, $3, $4)
       on conflict (org_id, domain) do update set domain = excluded.domain returning provider_id`,
      [ctx.orgId, domain, providerId, `millrace-domain=${randomToken(24)}`],
    )
    if (added.rows[0]?.provider_id !== providerId)
      throw generalErrors.invalid({ errors: [ofAnother(domain)] })
  }
}

const ofAnother = (domain: string) =>
  ({
    in: 'body',
    pointer: '/domains',
    code: 'taken',
    message: `Another provider of your organization speaks for ${domain}.`,
  }) as const

/**
 * Looks for the TXT records of the domains that are not proved yet and returns those whose record is there. Throws
 * `iam.names_unreachable` when the name servers do not answer.
 */
export async function foundProofs(kit: Kit, domains: readonly ProviderDomain[]): Promise<readonly string[]> {
  const open = domains.filter(each => each.provedAt === null)
  const looked = await Promise.all(
    open.map(async ({ domain, proof }) => {
      try {
        const texts = await kit.egress.textRecords(proof.name)
        return texts.some(text => text.trim() === proof.value) ? domain : null
      } catch (error) {
        throw iamErrors.names_unreachable({ cause: error })
      }
    }),
  )
  return looked.filter(domain => domain !== null)
}

/** Notes that domains are the organization's own. Throws `iam.domain_taken` when another organization has one. */
export async function noteProved(
  ctx: Context,
  providerId: string,
  domains: readonly string[],
): Promise<void> {
  for (const domain of domains) {
    const taken = await ctx.db.query<{ org_id: string; provider_id: string }>(
      `insert into iam.sign_in_domains (domain, org_id, provider_id) values ($1, $2, $3)
       on conflict (domain) do update set domain = excluded.domain returning org_id, provider_id`,
      [domain, ctx.orgId, providerId],
    )
    const { org_id, provider_id } = taken.rows[0] ?? {}
    if (org_id !== ctx.orgId || provider_id !== providerId) {
      throw iamErrors.domain_taken({
        detail: `Nothing was saved. Another organization has proved ${domain}.`,
      })
    }
    await ctx.db.query(
      `update iam.identity_provider_domains set proved_at = now()
       where org_id = $1 and domain = $2 and proved_at is null`,
      [ctx.orgId, domain],
    )
  }
}

/** The part of an address after the @, in small letters. */
export function domainOf(email: string): string {
  return email.slice(email.lastIndexOf('@') + 1).toLowerCase()
}

/** Whether a provider speaks for the domain, in a transaction of its organization. */
export async function speaksFor(tx: Tx, orgId: string, providerId: string, domain: string): Promise<boolean> {
  const found = await tx.query(
    `select 1 from iam.identity_provider_domains
     where org_id = $1 and provider_id = $2 and domain = $3 and proved_at is not null`,
    [orgId, providerId, domain],
  )
  return found.rowCount === 1
}

/** The enabled provider that speaks for a domain, whatever organization it belongs to; null when there is none. */
export async function providerOfDomain(
  kit: Kit,
  domain: string,
): Promise<{ orgId: string; providerId: string; name: string } | null> {
  return kit.db.withGlobal(async tx => {
    const leads = await tx.query<{ org_id: string; provider_id: string }>(
      'select org_id, provider_id from iam.sign_in_domains where domain = $1',
      [domain],
    )
    const lead = leads.rows[0]
    if (!lead) return null
    const { org_id: orgId, provider_id: providerId } = lead
    return tx.inOrg(orgId, async inner => {
      const found = await inner.query<{ name: string }>(
        'select name from iam.identity_providers where org_id = $1 and id = $2 and enabled',
        [orgId, providerId],
      )
      const name = found.rows[0]?.name
      if (name === undefined || !(await speaksFor(inner, orgId, providerId, domain))) return null
      return { orgId, providerId, name }
    })
  })
}
