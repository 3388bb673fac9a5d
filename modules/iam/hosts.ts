import { isIP } from 'node:net'
import { domainToASCII } from 'node:url'
import { audit } from '#platform/audit/audit.ts'
import type { Context, Kit } from '#platform/context.ts'
import { hmacSign } from '#platform/crypto/tokens.ts'
import { generalErrors } from '#platform/errors.ts'
import { newId } from '#platform/ids.ts'
import type { OrganizationHost } from './branding-api.ts'
import { iamErrors } from './errors.ts'

const HOSTS_MAX = 10
const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/
/** Names that no name server of the public internet answers for. */
const NOT_PUBLIC = /(^|\.)(localhost|local|internal|intranet|home|lan|arpa|invalid|test|example|onion)$/

/** A host name as it is compared: small letters, ASCII, without a port or a dot at the end; null for what is none. */
function plainHost(text: string): string | null {
  const name = text
    .trim()
    .replace(/:\d{1,5}$/, '')
    .replace(/\.$/, '')
  // What stands for other parts of an address would be cut off unseen.
  if (/[\s/\\?#@:%[\]]/.test(name)) return null
  const host = domainToASCII(name).toLowerCase()
  const labels = host.split('.')
  if (host.length > 253 || isIP(host) !== 0 || !labels.every(label => LABEL.test(label))) return null
  return host
}

/**
 * The organization that a host name or an address leads to, or null. A name below the one of the installation is an
 * address; any other has been proved, and the installation's own leads to none without being looked up. It decides what a page looks
 * like and never what anybody may do.
 */
export async function organizationAt(
  { db, config: { publicUrl } }: Pick<Kit, 'db' | 'config'>,
  place: { host?: string | undefined; slug?: string | undefined },
): Promise<string | null> {
  const host = place.host === undefined ? null : plainHost(place.host)
  const own = new URL(publicUrl).hostname
  const slug = place.slug ?? (host?.endsWith(`.${own}`) ? host.slice(0, -own.length - 1) : undefined)
  if (slug === undefined && (host === null || host === own)) return null
  const [text, value] = slug === undefined ? [BY_HOST, host] : [BY_SLUG, slug]
  const found = await db.withGlobal(tx => tx.query<{ org_id: string }>(text, [value]))
  return found.rows[0]?.org_id ?? null
}

const BY_HOST = 'select org_id from iam.hosts where host = $1'
const BY_SLUG = `
  select org_id from iam.organization_slugs where slug = $1 and (reserved_until is null or reserved_until > now())`

interface ClaimRow {
  id: string
  host: string
  verified_at: Date | null
  checked_at: Date | null
}

/** What a name server has to say so that a host name counts as the organization's. It is no secret: it is published. */
function proofOf(ctx: Context, host: string, orgId = ctx.orgId): string {
  const mark = hmacSign(ctx.kit.keyFor('iam.host-proof'), `${orgId} ${host}`)
  return `millrace-verification=${mark.slice(0, 32)}`
}

function shown(ctx: Context, row: ClaimRow): OrganizationHost {
  return {
    id: row.id,
    host: row.host,
    verifiedAt: row.verified_at?.toISOString() ?? null,
    checkedAt: row.checked_at?.toISOString() ?? null,
    record: { name: `_millrace.${row.host}`, value: proofOf(ctx, row.host) },
  }
}

/** The host names of the organization, proved or not, in the order in which they were claimed. */
export async function listHosts(ctx: Context): Promise<OrganizationHost[]> {
  const found = await ctx.db.query<ClaimRow>(
    'select id, host, verified_at, checked_at from iam.host_claims where org_id = $1 order by id',
    [ctx.orgId],
  )
  return found.rows.map(row => shown(ctx, row))
}

/**
 * Claims a host name, which leads nowhere until `verifyHost` finds its record. Throws `request.invalid` for a name that
 * is none, is not public or is the installation's own, `iam.host_claimed`, `iam.too_many_hosts`.
 */
export async function addHost(ctx: Context, text: string): Promise<OrganizationHost> {
  const host = plainHost(text)
  const own = new URL(ctx.kit.config.publicUrl).hostname
  if (
    host === null ||
    !host.includes('.') ||
    NOT_PUBLIC.test(host) ||
    host === own ||
    host.endsWith(`.${own}`)
  ) {
    const message = 'Enter a public host name such as forms.example.com, without https or a path.'
    throw generalErrors.invalid({ errors: [{ in: 'body', pointer: '/host', code: 'invalid', message }] })
  }
  await ctx.db.query('select 1 from iam.organizations where org_id = $1 for update', [ctx.orgId])
  if ((await listHosts(ctx)).length >= HOSTS_MAX) throw iamErrors.too_many_hosts()
  const id = newId()
  const stored = await ctx.db.query(
    'insert into iam.host_claims (org_id, id, host) values ($1, $2, $3) on conflict (org_id, host) do nothing',
    [ctx.orgId, id, host],
  )
  if (stored.rowCount === 0) throw iamErrors.host_claimed()
  await audit(ctx, { action: 'host.claimed', object: { type: 'host', id, name: host }, after: { host } })
  return shown(ctx, { id, host, verified_at: null, checked_at: null })
}

/**
 * Asks the name server for the record of a claimed host name, and from then on the name leads to the organization. Throws
 * `iam.host_not_proved`, `iam.host_taken` while the record of the organization that has it is still there,
 * `request.not_found`.
 */
export async function verifyHost(ctx: Context, hostId: string): Promise<OrganizationHost> {
  // Name servers may take seconds, so nothing is locked yet.
  const { host } = await findClaim(ctx, hostId)
  const records: readonly string[] = await ctx.kit.egress.textRecords(`_millrace.${host}`).catch(() => [])
  const claim = await findClaim(ctx, hostId, 'for update')
  if (!records.includes(proofOf(ctx, claim.host))) throw iamErrors.host_not_proved()
  const holder = await ctx.db.query<{ org_id: string }>(
    'select org_id from iam.hosts where host = $1 for update',
    [claim.host],
  )
  const held = holder.rows[0]?.org_id
  if (held !== undefined && held !== ctx.orgId && records.includes(proofOf(ctx, claim.host, held))) {
    throw iamErrors.host_taken()
  }
  await ctx.db.query(
    `insert into iam.hosts (host, org_id) values ($1, $2)
     on conflict (host) do update set org_id = excluded.org_id, created_at = now()`,
    [claim.host, ctx.orgId],
  )
  const stored = await ctx.db.query<ClaimRow>(
    `update iam.host_claims set verified_at = now(), checked_at = now() where org_id = $1 and id = $2
     returning id, host, verified_at, checked_at`,
    [ctx.orgId, hostId],
  )
  await audit(ctx, {
    action: 'host.verified',
    object: { type: 'host', id: hostId, name: claim.host },
    after: { host: claim.host },
  })
  return shown(ctx, stored.rows[0] ?? claim)
}

/** Gives a host name up; it leads nowhere at once. Throws `request.not_found`. */
export async function deleteHost(ctx: Context, hostId: string): Promise<void> {
  const claim = await findClaim(ctx, hostId, 'for update')
  await ctx.db.query('delete from iam.hosts where host = $1 and org_id = $2', [claim.host, ctx.orgId])
  await ctx.db.query('delete from iam.host_claims where org_id = $1 and id = $2', [ctx.orgId, hostId])
  await audit(ctx, {
    action: 'host.removed',
    object: { type: 'host', id: hostId, name: claim.host },
    before: { host: claim.host },
  })
}

async function findClaim(ctx: Context, hostId: string, lock: '' | 'for update' = ''): Promise<ClaimRow> {
  const found = await ctx.db.query<ClaimRow>(
    `select id, host, verified_at, checked_at from iam.host_claims where org_id = $1 and id = $2 ${lock}`,
    [ctx.orgId, hostId],
  )
  const row = found.rows[0]
  if (!row) throw generalErrors.not_found()
  return row
}
