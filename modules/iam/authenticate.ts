import type { Kit } from '#platform/context.ts'
import type { Tx } from '#platform/db/database.ts'
import { EVERYTHING, type Visibility } from '#platform/db/visibility.ts'
import { generalErrors } from '#platform/errors.ts'
import type { Principal } from '#platform/http/handlers.ts'
import { type CredentialKind, inOrganizationOf, readCredential } from './credentials.ts'
import { iamErrors } from './errors.ts'
import { frozenBy } from './frozen.ts'
import { type From, signInByKey } from './key-sign-in.ts'
import { can, type PermissionOverrides, type Role } from './permissions.ts'
import { lookAs } from './previews.ts'
import { STORED_LEVELS, type StoredLevels, visibilityOf } from './record-access.ts'
import { HAS_SECOND_FACTOR } from './second-factors.ts'
import type { Organization } from './session-api.ts'
import { SESSION_COOKIE, TOUCH_SESSION } from './sessions.ts'

/** What a request brings along. */
export interface Presented {
  cookie(name: string): string | undefined
  readonly authorization: string | undefined
  readonly method: string
  /** Whom an answer is to be previewed as: a member's id or a role, from the header `Millrace-View-As`. */
  readonly viewAs: string | undefined
  /** Where the request comes from; a key that is bound to addresses is refused without it. */
  readonly from?: From | undefined
}

interface Found {
  session_id: string | null
  user_id: string
  user_name: string
  standing: Organization['status'] | null
  role: Role | null
  permissions: PermissionOverrides | null
  levels: StoredLevels
  confined_to: string | null
  stale: boolean
  lacks_second_factor: boolean | null
}

// What the organization asks of its members; its own identity provider answers for those who come by it.
const LACKS_SECOND_FACTOR = `
  o.second_factor_required and held.confined_to is null and not ${HAS_SECOND_FACTOR} as lacks_second_factor`

// The person, the membership and the credential must all be in force, on each request anew. Parameters: the
// hash and the organization of the token. Members are visible because the transaction is the organization's. Where a
// provider is required, its own sign-ins count, and the owner's others, so that there is a way back in.
const IN_FORCE = `
  join iam.users u on u.id = held.user_id and u.status = 'active'
  left join iam.organizations o on o.org_id = $2 and o.status <> 'deleting'
  left join iam.members m on m.org_id = o.org_id and m.user_id = held.user_id and m.status = 'active'
  where held.org_id is not distinct from $2::uuid and ($2::uuid is null or m.id is not null)
    and (held.confined_to is not null or m.role = 'owner' or not exists (
      select 1 from iam.identity_providers p where p.org_id = $2::uuid and p.required))`

const BY_SESSION = `
  select held.id as session_id, held.user_id, u.name as user_name, o.status as standing, m.role, m.permissions, ${STORED_LEVELS},
         ${LACKS_SECOND_FACTOR}, held.confined_to, held.last_seen_at < now() - interval '1 minute' as stale
  from iam.sessions held ${IN_FORCE}
    and held.token_hash = $1 and now() < least(held.idle_expires_at, held.expires_at)`

const BY_ACCESS_TOKEN = `
  select null as session_id, held.user_id, u.name as user_name, o.status as standing, m.role, m.permissions, ${STORED_LEVELS},
         ${LACKS_SECOND_FACTOR}, held.confined_to, false as stale
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
    if (bearer?.startsWith('mrk_')) return signInByKey(kit, bearer, presented)
    return accept(kit, 'access', bearer, presented)
  }
  const cookie = presented.cookie(SESSION_COOKIE)
  return cookie === undefined ? null : accept(kit, 'session', cookie, presented)
}

async function accept(
  kit: Kit,
  kind: Exclude<CredentialKind, 'refresh' | 'key'>,
  text: string | undefined,
  { method, viewAs, from }: Presented,
): Promise<Principal> {
  const credential = text === undefined ? null : readCredential(kind, text)
  if (!credential) throw generalErrors.not_signed_in()
  const found = await inOrganizationOf(kit, credential, async tx => {
    const result = await tx.query<Found>(kind === 'session' ? BY_SESSION : BY_ACCESS_TOKEN, [
      credential.hash,
      credential.orgId,
    ])
    const row = result.rows[0]
    if (row?.stale) await tx.query(TOUCH_SESSION, [credential.hash, from?.address ?? null])
    if (!row) return null
    const member = { orgId: credential.orgId ?? '', userId: row.user_id, role: row.role }
    const look = viewAs === undefined ? null : await lookAs(kit, tx, member, { method, viewAs })
    return { ...row, look, visibility: look?.visibility ?? (await sightOfRow(kit, tx, member, row.levels)) }
  })
  if (!found) throw generalErrors.not_signed_in()
  const { role, look } = found
  const overrides = found.permissions ?? {}
  const may = (permission: string) => role !== null && can(role, overrides, permission)
  return {
    actor: { type: 'user', userId: found.user_id },
    name: found.user_name,
    userId: found.user_id,
    sessionId: found.session_id,
    orgId: credential.orgId,
    confinedTo: found.confined_to,
    role: look?.role ?? role,
    visibility: found.visibility,
    ...(look ? { viewedAs: { role: look.role, overrides: look.overrides } } : {}),
    can: permission => {
      // Said whatever the role: the person is to be led to setting one up, not to an administrator.
      if (found.lacks_second_factor) throw iamErrors.second_factor_needed()
      return may(permission) && (!look || can(look.role, look.overrides, permission))
    },
    ...frozenBy(found.standing),
  }
}

function sightOfRow(
  kit: Kit,
  tx: Tx,
  { orgId, userId, role }: { orgId: string; userId: string; role: Role | null },
  stored: StoredLevels,
): Promise<Visibility> | Visibility {
  return role === null ? EVERYTHING : visibilityOf(tx, kit.owned, { orgId, userId, role, stored })
}
