import type { Context } from '#platform/context.ts'
import { declaredPermissions } from '#platform/contract/route.ts'
import { generalErrors } from '#platform/errors.ts'
import type { Principal } from '#platform/http/handlers.ts'
import { iamErrors } from './errors.ts'
import { can, isPermission, outranks, type PermissionOverrides, type Role } from './permissions.ts'

/** Who manages members, as it is now, and what they may do. */
export interface Manager {
  readonly userId: string
  readonly role: Role
  can(permission: string): boolean
}

/** A row of `iam.members` that is locked until the end of the transaction. */
export interface LockedMember {
  readonly id: string
  readonly userId: string
  readonly role: Role
  readonly overrides: PermissionOverrides
  readonly status: 'active' | 'suspended' | 'invited' | 'removed'
  /** Removed by somebody else, and so lately that it can be taken back. */
  readonly isRestorable: boolean
}

// In the order of their ids, so that two who change each other do not wait for each other.
const LOCK = `
  select id, user_id as "userId", role, permissions as overrides, status,
    coalesce(removed_at > now() - interval '10 minutes' and removed_by is distinct from user_id, false) as "isRestorable"
  from iam.members where org_id = $1 and (user_id = $2 or id = $3) order by id for update`

/**
 * Who asks and whom it is about, both locked, so that what is decided holds until the commit. Who asks is read anew:
 * a role that was taken away since the request began counts no longer. Throws `request.not_found` for a member that
 * is not there.
 */
export async function lockMembers(
  ctx: Context,
  asking: Principal,
  memberId: string,
): Promise<{ manager: Manager; target: LockedMember }> {
  const found = await ctx.db.query<LockedMember>(LOCK, [ctx.orgId, asking.userId, memberId])
  const target = found.rows.find(row => row.id === memberId)
  if (!target || target.status === 'invited') throw generalErrors.not_found()
  const own = found.rows.find(row => row.userId === asking.userId)
  return { manager: managerOf(asking, own), target }
}

/** Who asks, locked, for acts that are about nobody who is a member yet. */
export async function lockManager(ctx: Context, asking: Principal): Promise<Manager> {
  const found = await ctx.db.query<LockedMember>(LOCK, [ctx.orgId, asking.userId, null])
  return managerOf(asking, found.rows[0])
}

/** Programs manage nobody, whatever they hold. */
function managerOf(asking: Principal, own: LockedMember | undefined): Manager {
  if (asking.userId === null || own?.status !== 'active') throw generalErrors.forbidden()
  const { role, overrides } = own
  const may = (permission: string) =>
    isPermission(permission) && can(role, overrides, permission) && asking.can(permission)
  if (!may('members:manage')) throw generalErrors.forbidden()
  return { userId: asking.userId, role, can: may }
}

/** Throws unless the manager stands above the member. Nobody manages themselves, and nobody the owner. */
export function requireAbove(manager: Manager, target: LockedMember): void {
  if (target.userId === manager.userId) throw iamErrors.own_membership()
  if (target.role === 'owner') throw iamErrors.owner_stays()
  if (!outranks(manager.role, target.role)) throw iamErrors.outranked()
}

/** A role with what differs from it. */
export interface Rights {
  readonly role: Role
  readonly overrides: PermissionOverrides
}

/** Throws `request.invalid` for overrides that speak of a permission that no route asks for, unless they did before. */
export function requireKnown(overrides: PermissionOverrides, before: PermissionOverrides): void {
  const known: readonly string[] = declaredPermissions()
  const strange = Object.keys(overrides).filter(name => !known.includes(name) && !Object.hasOwn(before, name))
  if (strange.length === 0) return
  const errors = strange.map(name => ({
    in: 'body' as const,
    pointer: `/permissionOverrides/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`,
    code: 'unknown_permission',
    message: 'There is no such permission.',
  }))
  throw generalErrors.invalid({ errors })
}

/**
 * Throws unless the manager may give these rights: a role below their own, and no permission that they do not have
 * themselves, apart from those that were there `before`.
 */
export function requireGrantable(manager: Manager, rights: Rights, before: Rights | null): void {
  if (rights.role !== before?.role && !outranks(manager.role, rights.role)) throw iamErrors.outranked()
  const beyond = declaredPermissions().filter(
    permission =>
      can(rights.role, rights.overrides, permission) &&
      !(before && can(before.role, before.overrides, permission)) &&
      !manager.can(permission),
  )
  if (beyond.length > 0)
    throw iamErrors.beyond_own_rights({ detail: `Nothing was changed. You lack ${beyond.join(', ')}.` })
}
