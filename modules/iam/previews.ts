import type { z } from 'zod'
import { audit } from '#platform/audit/audit.ts'
import type { Context, Kit } from '#platform/context.ts'
import type { Tx } from '#platform/db/database.ts'
import type { Visibility } from '#platform/db/visibility.ts'
import { generalErrors } from '#platform/errors.ts'
import type { Principal } from '#platform/http/handlers.ts'
import { isId } from '#platform/ids.ts'
import type { Preview } from './access-api.ts'
import type { Session } from './contract.ts'
import { iamErrors } from './errors.ts'
import { booleansOf } from './organizations.ts'
import { type PermissionOverrides, type Role, roles } from './permissions.ts'
import { STORED_LEVELS, type StoredLevels, visibilityOf } from './record-access.ts'

type ViewedAs = NonNullable<Principal['viewedAs']>

/** Whom a look is taken as. */
interface Target {
  readonly role: Role
  readonly permissions: PermissionOverrides
  readonly levels: StoredLevels
  readonly userId: string
  readonly name: string
}

/** A look at the organization with the eyes of somebody else. */
export interface Look {
  readonly role: Role
  readonly overrides: PermissionOverrides
  readonly visibility: Visibility
}

/** The id of nobody: a role on its own has no records, no team and no shares. */
const NOBODY = '00000000-0000-0000-0000-000000000000'

const MEMBER = `
  select m.role, m.permissions, m.user_id as "userId", u.name, ${STORED_LEVELS}
  from iam.members m join iam.users u on u.id = m.user_id
  where m.org_id = $2 and m.id = $1::uuid and m.status = 'active'`

const ROLE = `
  select m.role, '{}'::jsonb as permissions, '${NOBODY}'::uuid as "userId", m.role as name, ${STORED_LEVELS}
  from (select $1::text as role) m where $2::uuid is not null`

async function findTarget(tx: Tx, orgId: string, target: string): Promise<Target | null> {
  const isRole = (roles as readonly string[]).includes(target)
  if (!isRole && !isId(target)) return null
  const found = await tx.query<Target>(isRole ? ROLE : MEMBER, [target, orgId])
  return found.rows[0] ?? null
}

/**
 * What the look that a request asks for would show, when its caller has begun it and it is not over. Throws
 * `iam.preview_reads_only` for anything but GET and `iam.preview_over` for a look that was not begun.
 */
export async function lookAs(
  kit: Kit,
  tx: Tx,
  caller: { orgId: string; userId: string; role: Role | null },
  request: { method: string; viewAs: string },
): Promise<Look> {
  if (request.method !== 'GET') throw iamErrors.preview_reads_only()
  if (caller.role !== 'owner' && caller.role !== 'admin') throw generalErrors.forbidden()
  const begun = await tx.query(
    'select 1 from iam.previews where org_id = $1 and user_id = $2 and target = $3 and expires_at > now()',
    [caller.orgId, caller.userId, request.viewAs],
  )
  const target = begun.rowCount === 0 ? null : await findTarget(tx, caller.orgId, request.viewAs)
  if (!target) throw iamErrors.preview_over()
  const { role, permissions, levels: stored, userId } = target
  const visibility = await visibilityOf(tx, kit.owned, { orgId: caller.orgId, userId, role, stored })
  return { role, overrides: permissions, visibility }
}

/** Begins a look as a member or a role, for one hour. Throws `request.not_found` for a member that is not there. */
export async function startPreview(ctx: Context, target: string): Promise<Preview> {
  const found = await findTarget(ctx.db, ctx.orgId, target)
  if (!found) throw generalErrors.not_found()
  const stored = await ctx.db.query<{ expires_at: Date }>(
    `insert into iam.previews (org_id, user_id, target, expires_at) values ($1, $2, $3, now() + interval '1 hour')
     on conflict (org_id, user_id, target) do update set expires_at = excluded.expires_at
     returning expires_at`,
    [ctx.orgId, userIdOf(ctx), target],
  )
  const name = isId(target) ? found.name : found.role
  const about = { type: isId(target) ? 'member' : 'role', id: target, name }
  await audit(ctx, { action: 'preview.started', object: about })
  const expiresAt = stored.rows[0]?.expires_at ?? ctx.clock.now()
  return { target, name, role: found.role, expiresAt: expiresAt.toISOString() }
}

/** Ends every look of the caller. */
export async function endPreviews(ctx: Context): Promise<void> {
  const ended = await ctx.db.query<{ target: string }>(
    'delete from iam.previews where org_id = $1 and user_id = $2 returning target',
    [ctx.orgId, userIdOf(ctx)],
  )
  for (const { target } of ended.rows) {
    await audit(ctx, {
      action: 'preview.ended',
      object: { type: isId(target) ? 'member' : 'role', id: target },
    })
  }
}

function userIdOf({ actor }: Context): string {
  if (actor.type !== 'user') throw generalErrors.forbidden()
  return actor.userId
}

/** A session as the one who is looked as would have it in this organization: role and rights, nobody's name. */
export function sessionAs(
  session: z.input<typeof Session>,
  { role, overrides }: ViewedAs,
): z.input<typeof Session> {
  const known = roles.find(each => each === role) ?? null
  return { ...session, role: known, permissionOverrides: booleansOf(overrides) }
}
