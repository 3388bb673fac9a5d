import type { Kit } from '#platform/context.ts'
import { generalErrors } from '#platform/errors.ts'
import type { Principal } from '#platform/http/handlers.ts'
import { type CredentialKind, inOrganizationOf, readCredential } from './credentials.ts'
import { can, type PermissionOverrides, type Role } from './permissions.ts'
import { SESSION_COOKIE, TOUCH_SESSION } from './sessions.ts'

/** What a request brings along. */
export interface Presented {
  cookie(name: string): string | undefined
  readonly authorization: string | undefined
}

interface Found {
  session_id: string | null
  user_id: string
  user_name: string
  role: Role | null
  permissions: PermissionOverrides | null
  stale: boolean
}

// The person, the membership and the credential must all be in force, on each request anew. Parameters: the
// hash and the organization of the token. Members are visible because the transaction is the organization's.
const IN_FORCE = `
  join iam.users u on u.id = held.user_id and u.status = 'active'
  left join iam.members m on m.org_id = $2 and m.user_id = held.user_id and m.status = 'active'
  where held.org_id is not distinct from $2::uuid and ($2::uuid is null or m.id is not null)`

const BY_SESSION = `
  select held.id as session_id, held.user_id, u.name as user_name, m.role, m.permissions,
         held.last_seen_at < now() - interval '1 minute' as stale
  from iam.sessions held ${IN_FORCE}
    and held.token_hash = $1 and now() < least(held.idle_expires_at, held.expires_at)`

const BY_ACCESS_TOKEN = `
  select null as session_id, held.user_id, u.name as user_name, m.role, m.permissions, false as stale
  from iam.access_tokens a join iam.token_families held on held.id = a.family_id ${IN_FORCE}
    and a.token_hash = $1 and now() < least(a.expires_at, held.expires_at) and held.revoked_at is null`

/**
 * Finds out who a request speaks for: from its access token or, only when there is no Authorization header at
 * all, from its session cookie. Null without either. Throws `request.not_signed_in` for a credential that is
 * no longer or never was good; a bad header never falls back to the cookie.
 */
export async function authenticate(kit: Kit, presented: Presented): Promise<Principal | null> {
  if (presented.authorization !== undefined) {
    const bearer = /^Bearer ([^ ]+)$/i.exec(presented.authorization)?.[1]
    return accept(kit, 'access', bearer)
  }
  const cookie = presented.cookie(SESSION_COOKIE)
  return cookie === undefined ? null : accept(kit, 'session', cookie)
}

async function accept(
  kit: Kit,
  kind: Exclude<CredentialKind, 'refresh'>,
  text: string | undefined,
): Promise<Principal> {
  const credential = text === undefined ? null : readCredential(kind, text)
  if (!credential) throw generalErrors.not_signed_in()
  const found = await inOrganizationOf(kit, credential, async tx => {
    const result = await tx.query<Found>(kind === 'session' ? BY_SESSION : BY_ACCESS_TOKEN, [
      credential.hash,
      credential.orgId,
    ])
    const row = result.rows[0]
    if (row?.stale) await tx.query(TOUCH_SESSION, [credential.hash])
    return row
  })
  if (!found) throw generalErrors.not_signed_in()
  const { role } = found
  const overrides = found.permissions ?? {}
  return {
    actor: { type: 'user', userId: found.user_id },
    name: found.user_name,
    userId: found.user_id,
    sessionId: found.session_id,
    orgId: credential.orgId,
    role,
    can: permission => role !== null && can(role, overrides, permission),
  }
}
