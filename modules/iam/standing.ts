import type { Actor, Kit } from '#platform/context.ts'
import type { Tx } from '#platform/db/database.ts'
import { EVERYTHING, type Visibility } from '#platform/db/visibility.ts'
import { can, type PermissionOverrides, type Role } from './permissions.ts'
import { STORED_LEVELS, type StoredLevels, visibilityOf } from './record-access.ts'

/** What somebody may do and see at this moment. */
export interface Standing {
  readonly visibility: Visibility
  can(permission: string): boolean
}

interface Found {
  user_id: string
  role: Role
  permissions: PermissionOverrides
  scopes: string[] | null
  levels: StoredLevels
}

const MEMBER = `
  join iam.users u on u.id = m.user_id and u.status = 'active'
  where m.org_id = $2 and m.status = 'active'`

const BY_USER = `
  select m.user_id, m.role, m.permissions, null as scopes, ${STORED_LEVELS} from iam.members m ${MEMBER} and m.user_id = $1`

const BY_KEY = `
  select m.user_id, m.role, m.permissions, k.scopes, ${STORED_LEVELS}
  from iam.api_keys k join iam.members m on m.org_id = k.org_id and m.user_id = k.user_id ${MEMBER}
    and k.org_id = $2 and k.id = $1 and k.revoked_at is null and (k.expires_at is null or k.expires_at > now())`

/**
 * What an actor may do now, for work that outlives the request that began it: a member who was suspended meanwhile, or a
 * key that was revoked, goes no further. Null for whoever may do nothing any more. The product itself may do everything.
 */
export async function standingOf(kit: Kit, tx: Tx, orgId: string, actor: Actor): Promise<Standing | null> {
  if (actor.type !== 'user' && actor.type !== 'apiKey') return { visibility: EVERYTHING, can: () => true }
  const isKey = actor.type === 'apiKey'
  const found = await tx.query<Found>(isKey ? BY_KEY : BY_USER, [isKey ? actor.keyId : actor.userId, orgId])
  const row = found.rows[0]
  if (!row) return null
  const { user_id: userId, role, permissions, scopes, levels: stored } = row
  return {
    visibility: await visibilityOf(tx, kit.owned, { orgId, userId, role, stored }),
    can: permission => (scopes === null || scopes.includes(permission)) && can(role, permissions, permission),
  }
}
