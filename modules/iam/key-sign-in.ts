import { auditRefusal } from '#platform/audit/requests.ts'
import type { Kit } from '#platform/context.ts'
import type { Tx } from '#platform/db/database.ts'
import { EVERYTHING } from '#platform/db/visibility.ts'
import type { AppError } from '#platform/errors.ts'
import { generalErrors } from '#platform/errors.ts'
import type { Principal } from '#platform/http/handlers.ts'
import { isWithin } from '#platform/http/networks.ts'
import type { Organization } from './contract.ts'
import { readCredential } from './credentials.ts'
import { iamErrors } from './errors.ts'
import { frozenBy } from './frozen.ts'
import { can, type PermissionOverrides, type Role } from './permissions.ts'
import { STORED_LEVELS, type StoredLevels, visibilityOf } from './record-access.ts'
import { isScope } from './scopes.ts'

/** Where a request comes from. */
export interface From {
  readonly address: string
  readonly userAgent: string
  readonly requestId: string
}

interface Found {
  id: string
  name: string
  scopes: string[]
  networks: string[]
  user_id: string
  role: Role | null
  permissions: PermissionOverrides
  levels: StoredLevels
  standing: Organization['status']
  reason: 'revoked' | 'expired' | 'replaced' | 'owner_gone' | null
  stale: boolean
}

// The secret, the key and the membership behind it must all be in force, on each request anew. Parameters: the hash
// and the organization of the text.
const BY_KEY = `
  select k.id, k.name, k.scopes, k.networks, k.user_id, m.role, m.permissions, ${STORED_LEVELS}, o.status as standing,
         case when k.revoked_at is not null then 'revoked' when k.expires_at <= now() then 'expired'
              when s.expires_at <= now() then 'replaced'
              when m.id is null or u.id is null then 'owner_gone' end as reason,
         s.last_used_at is null or s.last_used_at < now() - interval '1 minute' as stale
  from iam.api_key_secrets s
  join iam.api_keys k on k.org_id = s.org_id and k.id = s.key_id
  join iam.organizations o on o.org_id = k.org_id
  left join iam.users u on u.id = k.user_id and u.status = 'active'
  left join iam.members m on m.org_id = k.org_id and m.user_id = k.user_id and m.status = 'active'
  where s.org_id = $2 and s.token_hash = $1`

const TOUCH = `
  update iam.api_key_secrets set last_used_at = now(), last_used_address = $3
  where org_id = $2 and token_hash = $1
    and (last_used_at is null or last_used_at < now() - interval '1 minute')`

const DETAILS = {
  revoked: 'The key was revoked. Create another one.',
  expired: 'The key has expired. Create another one, or give it more time.',
  replaced: 'The key has a new secret and the time of the old one is over.',
  owner_gone: 'The member this key belongs to has left or is suspended. Another member can take it over.',
  address: 'The key cannot be used from this address.',
} as const

/**
 * Who speaks with an API key: the key, with the rights that its scopes and its member's role both give, and the member's
 * view of the records. Throws `request.not_signed_in` for text that is no key of ours, and `iam.key_refused` with
 * the reason for one that is not in force or comes from elsewhere; that is entered into the audit log.
 */
export async function signInByKey(
  kit: Kit,
  text: string,
  { from, viewAs }: { readonly from?: From | undefined; readonly viewAs: string | undefined },
): Promise<Principal> {
  // Looking as somebody else is for people.
  if (viewAs !== undefined) throw generalErrors.forbidden()
  const credential = readCredential('key', text)
  const orgId = credential?.orgId
  if (!credential || !orgId) throw generalErrors.not_signed_in()
  const found = await kit.db.withOrg(orgId, async tx => {
    const result = await tx.query<Found>(BY_KEY, [credential.hash, orgId])
    const row = result.rows[0]
    if (!row) return null
    const refused = row.reason ?? (isFromAllowed(row, from) ? null : ('address' as const))
    if (!refused && row.stale) await tx.query(TOUCH, [credential.hash, orgId, from?.address ?? null])
    return { row, refused, visibility: refused ? EVERYTHING : await sightOf(kit, tx, orgId, row) }
  })
  if (!found) throw generalErrors.not_signed_in()
  const { row, refused, visibility } = found
  if (refused) throw await refusal(kit, { orgId, row, from, refused })
  const scopes = new Set(row.scopes)
  return {
    actor: { type: 'apiKey', keyId: row.id },
    name: row.name,
    userId: null,
    sessionId: null,
    orgId,
    role: row.role,
    visibility,
    can: permission =>
      scopes.has(permission) &&
      isScope(permission) &&
      row.role !== null &&
      can(row.role, row.permissions, permission),
    ...frozenBy(row.standing),
  }
}

function isFromAllowed({ networks }: Found, from: From | undefined): boolean {
  return networks.length === 0 || (from !== undefined && isWithin(from.address, networks))
}

async function sightOf(kit: Kit, tx: Tx, orgId: string, { user_id, role, levels }: Found) {
  if (role === null) return EVERYTHING
  return visibilityOf(tx, kit.owned, { orgId, userId: user_id, role, stored: levels })
}

async function refusal(
  kit: Kit,
  about: { orgId: string; row: Found; from: From | undefined; refused: keyof typeof DETAILS },
): Promise<AppError> {
  const { orgId, row, from, refused } = about
  const caller = from && { name: row.name, address: from.address, userAgent: from.userAgent }
  await auditRefusal(
    kit,
    {
      orgId,
      actor: { type: 'apiKey', keyId: row.id },
      caller: caller ?? null,
      ...(from ? { requestId: from.requestId } : {}),
    },
    {
      action: 'api_key.refused',
      object: { type: 'api_key', id: row.id, name: row.name },
      why: { reason: refused },
    },
  )
  return iamErrors.key_refused({ detail: DETAILS[refused] })
}
