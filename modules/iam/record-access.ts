import type { Context } from '#platform/context.ts'
import type { Subject } from '#platform/contract/event.ts'
import type { Tx } from '#platform/db/database.ts'
import { EVERYTHING, type Sight, type Visibility } from '#platform/db/visibility.ts'
import type { OwnedObjects } from '#platform/owned.ts'
import type { Role } from './permissions.ts'

/**
 * What a role may see of an object's records: all of them; those of members of the person's own teams; the person's own.
 * With `team` and `own` also what is shared with them, with `shared` nothing else.
 */
export type Level = 'all' | 'team' | 'own' | 'shared'

/** Roles whose level can be set. Owners and admins could set it back, so limiting them would only pretend. */
export const limitableRoles = ['manager', 'member', 'viewer'] as const satisfies readonly Role[]

/** As a column of a query that has the member as `m` and the organization as $2: stored level by object, or null. */
export const STORED_LEVELS = `(
  select jsonb_object_agg(s.object, s.level) from iam.access_settings s where s.org_id = $2 and s.role = m.role
) as levels`

export type StoredLevels = Readonly<Record<string, Level>> | null

/** The level of each object for a role: what is stored, else everything; for guests what is shared. */
export function levelsOf(owned: OwnedObjects, role: Role, stored: StoredLevels): Map<string, Level> {
  const level = (object: string): Level => {
    if (role === 'owner' || role === 'admin') return 'all'
    return role === 'guest' ? 'shared' : (stored?.[object] ?? 'all')
  }
  return new Map([...owned.keys()].map(object => [object, level(object)]))
}

// A member counts as their own team mate, so that a person without a team sees their own records on the level `team`.
const SIGHT = `
  with mine as (select team_id from iam.team_members where org_id = $1 and user_id = $2)
  select
    array(select mate.user_id from iam.team_members mate join mine on mine.team_id = mate.team_id where mate.org_id = $1
          union select $2::uuid) as mates,
    (select coalesce(jsonb_agg(shared), '[]') from (
       select object, record_id as id, max(access) as access from iam.shares
       where org_id = $1 and object = any($3) and (user_id = $2 or team_id in (select team_id from mine))
       group by object, record_id) shared) as shares`

interface SightRow {
  mates: string[]
  shares: { object: string; id: string; access: 'read' | 'write' }[]
}

/**
 * What a member may see, as it stands at this moment; asked for once for each request. Takes a query only for those who do
 * not see everything. `tx` is a transaction of the organization.
 */
export async function visibilityOf(
  tx: Tx,
  owned: OwnedObjects,
  member: { orgId: string; userId: string; role: Role; stored: StoredLevels },
): Promise<Visibility> {
  const levels = levelsOf(owned, member.role, member.stored)
  const narrowed = [...levels].filter(([, level]) => level !== 'all')
  if (narrowed.length === 0) return EVERYTHING
  const found = await tx.query<SightRow>(SIGHT, [
    member.orgId,
    member.userId,
    narrowed.map(([object]) => object),
  ])
  const { mates, shares } = found.rows[0] ?? { mates: [], shares: [] }
  return Object.fromEntries(
    narrowed.map(([object, level]): [string, Sight] => {
      const ids = (access: 'read' | 'write') =>
        shares.filter(share => share.object === object && share.access === access).map(({ id }) => id)
      const owners = level === 'team' ? mates : level === 'own' ? [member.userId] : []
      return [object, { owners, writable: ids('write'), readable: ids('read') }]
    }),
  )
}

// The rule of `visibilityOf` and `iam.record_access`, asked the other way round.
const SEEING = `
  select m.user_id from iam.members m
  left join iam.access_settings s on s.org_id = $1 and s.role = m.role and s.object = $3
  where m.org_id = $1 and m.user_id = any($2) and (
    m.role in ('owner', 'admin')
    or m.role <> 'guest' and (
      coalesce(s.level, 'all') = 'all'
      or m.user_id = $5::uuid
      or s.level = 'team' and exists (
        select 1 from iam.team_members mine join iam.team_members mate on mate.org_id = $1 and mate.team_id = mine.team_id
        where mine.org_id = $1 and mine.user_id = m.user_id and mate.user_id = $5))
    or exists (
      select 1 from iam.shares h where h.org_id = $1 and h.object = $3 and h.record_id = $4 and (
        h.user_id = m.user_id or h.team_id in (
          select t.team_id from iam.team_members t where t.org_id = $1 and t.user_id = m.user_id))))
  order by m.id`

/** Those of the members who see a record now; all of them when it is of no owned object. For a context that sees everything. */
export async function seeingMembers(
  ctx: Context,
  about: Subject,
  userIds: readonly string[],
): Promise<string[]> {
  const owned = ctx.kit.owned.get(about.type)
  if (!owned) return [...userIds]
  const record = await ctx.db.query<{ owner: string | null }>(
    `select r.${owned.owner} as owner from ${owned.table} r where r.org_id = $1 and r.id = $2`,
    [ctx.orgId, about.id],
  )
  const owner = record.rows[0]?.owner ?? null
  const found = await ctx.db.query<{ user_id: string }>(SEEING, [
    ctx.orgId,
    userIds,
    about.type,
    about.id,
    owner,
  ])
  return found.rows.map(row => row.user_id)
}
