import { audit } from '#platform/audit/audit.ts'
import type { Context } from '#platform/context.ts'
import type { RouteInput } from '#platform/contract/route.ts'
import { asSealed, type SealedAt } from '#platform/crypto/vault.ts'
import { generalErrors } from '#platform/errors.ts'
import { crmErrors } from '../errors.ts'
import type { EnrichmentProvider, setEnrichmentProvider } from './enrichment-api.ts'
import { hunter } from './hunter.ts'
import type { Provider } from './provider.ts'
import { sirene } from './sirene.ts'

/** Every service that can be asked. */
export const providers: readonly Provider[] = [sirene, hunter]

interface Row {
  provider: string
  position: number
  is_enabled: boolean
  credential: string | null
  cost: string
  currency: string
  monthly_limit: string | null
  last_error: string | null
  spent: string
  asked: number
  found: number
}

const MONTH = `date_trunc('month', now() at time zone 'UTC') at time zone 'UTC'`

/** What a provider has cost in this month, `p` being its row: what is under way and what was interrupted counts. */
export const SPENT = `(select coalesce(sum(t.cost), 0) from crm.enrichment_tries t
  where t.org_id = $1 and t.provider = p.provider and t.created_at >= ${MONTH})`

const READ = `
  select p.provider, p.position, p.is_enabled, p.credential, p.cost, p.currency, p.monthly_limit, p.last_error,
    m.spent, m.asked, m.found
  from crm.enrichment_providers p
  cross join lateral (
    select coalesce(sum(t.cost), 0) as spent, count(*)::int as asked,
      (count(*) filter (where t.outcome = 'found'))::int as found
    from crm.enrichment_tries t
    where t.org_id = $1 and t.provider = p.provider and t.created_at >= ${MONTH}
  ) m
  where p.org_id = $1`

/** All services with what the organization has set up, in the order they are asked; those that are off come last. */
export async function listProviders(ctx: Context): Promise<EnrichmentProvider[]> {
  const rows = new Map((await ctx.db.query<Row>(READ, [ctx.orgId])).rows.map(row => [row.provider, row]))
  return providers
    .map((provider, place) => ({ provider, place, row: rows.get(provider.id) }))
    .sort(
      (a, b) =>
        Number(b.row?.is_enabled ?? false) - Number(a.row?.is_enabled ?? false) ||
        (a.row?.position ?? a.place) - (b.row?.position ?? b.place) ||
        a.place - b.place,
    )
    .map(({ provider, place, row }) => shownOf(provider, row, place))
}

function shownOf(provider: Provider, row: Row | undefined, place: number): EnrichmentProvider {
  const { id, name, about, finds, needsCredential } = provider
  return {
    provider: id,
    name,
    about,
    finds: [...finds],
    needsCredential,
    hasCredential: row?.credential != null,
    isEnabled: row?.is_enabled ?? false,
    position: row?.position ?? place,
    cost: Number(row?.cost ?? 0),
    currency: row?.currency ?? 'EUR',
    monthlyLimit: row?.monthly_limit == null ? null : Number(row.monthly_limit),
    spent: Number(row?.spent ?? 0),
    asked: row?.asked ?? 0,
    found: row?.found ?? 0,
    lastError: row?.last_error ?? null,
  }
}

type Change = RouteInput<typeof setEnrichmentProvider>['body']

/**
 * Sets a service up; what is left out stays. Throws `request.not_found`, and `crm.credential_needed` for one that is turned on
 * without the key it asks for.
 */
export async function setProvider(ctx: Context, id: string, change: Change): Promise<EnrichmentProvider> {
  const provider = providers.find(each => each.id === id)
  if (!provider) throw generalErrors.not_found()
  await ctx.db.query(
    'insert into crm.enrichment_providers (org_id, provider, position) values ($1, $2, $3) on conflict do nothing',
    [ctx.orgId, id, providers.indexOf(provider)],
  )
  const before = (
    await ctx.db.query<{ credential: string | null; is_enabled: boolean }>(
      'select credential, is_enabled from crm.enrichment_providers where org_id = $1 and provider = $2 for update',
      [ctx.orgId, id],
    )
  ).rows[0]
  const { credential, isEnabled, position, cost, currency, monthlyLimit } = change
  const sealed =
    credential == null
      ? credential === null
        ? null
        : (before?.credential ?? null)
      : await ctx.kit.vault.seal(credential, credentialAt(ctx.orgId, id))
  const isMissing = provider.needsCredential && sealed === null
  if (isMissing && isEnabled === true) throw crmErrors.credential_needed()
  await ctx.db.query(
    `update crm.enrichment_providers set credential = $3, is_enabled = $4, position = coalesce($5, position),
       cost = coalesce($6, cost), currency = coalesce($7, currency),
       monthly_limit = case when $8 then $9 else monthly_limit end,
       last_error = case when $10 then null else last_error end
     where org_id = $1 and provider = $2`,
    [
      ctx.orgId,
      id,
      sealed,
      (isEnabled ?? before?.is_enabled ?? false) && !isMissing,
      position ?? null,
      cost ?? null,
      currency ?? null,
      monthlyLimit !== undefined,
      monthlyLimit ?? null,
      credential !== undefined || isEnabled === true,
    ],
  )
  const { credential: _, ...told } = change
  await audit(ctx, {
    action: 'enrichment_provider.set',
    object: { type: 'enrichment_provider', id: ctx.orgId, name: provider.name },
    after: { ...told, ...(credential === undefined ? {} : { hasNewCredential: credential !== null }) },
  })
  const shown = (await listProviders(ctx)).find(each => each.provider === id)
  if (!shown) throw generalErrors.not_found()
  return shown
}

function credentialAt(orgId: string, provider: string): SealedAt {
  return { orgId, table: 'crm.enrichment_providers', column: 'credential', id: provider }
}

/** The key of a service in plain text; empty for one that has none. */
export async function openCredential(ctx: Context, provider: string, sealed: string | null): Promise<string> {
  return sealed === null ? '' : ctx.kit.vault.openText(asSealed(sealed), credentialAt(ctx.orgId, provider))
}
