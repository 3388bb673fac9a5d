import type { Permission } from '#platform/contract/route.ts'

/** What a member of an organization may be, from the most to the least. */
export const roles = ['owner', 'admin', 'manager', 'member', 'viewer', 'guest'] as const
export type Role = (typeof roles)[number]

/** Whether a role stands above another one. Only who stands above may appoint, change or remove. */
export function outranks(role: Role, other: Role): boolean {
  return roles.indexOf(role) < roles.indexOf(other)
}

/** What differs from the role for one member: permission → allowed or not. */
export type PermissionOverrides = Readonly<Record<string, unknown>>

type Action = 'read' | 'write' | 'manage' | 'bill'

const actionsOf: Readonly<Record<Role, readonly Action[]>> = {
  owner: ['read', 'write', 'manage', 'bill'],
  admin: ['read', 'write', 'manage'],
  manager: ['read', 'write'],
  member: ['read', 'write'],
  viewer: ['read'],
  guest: [],
}

/** What a guest may do with the records that are shared with them, and with those alone. */
const GUEST: ReadonlySet<string> = new Set<Permission>([
  'leads:read',
  'leads:write',
  'people:read',
  'people:write',
  'companies:read',
  'companies:write',
  'deals:read',
  'deals:write',
  'activities:read',
  'activities:write',
  'fields:read',
  'notifications:read',
  'live:read',
])

/** Managers look after the team without looking after the organization's settings. */
const TEAM: Permission = 'members:manage'

const PERMISSION = /^[a-z][a-zA-Z0-9-]*:(read|write|manage|bill)$/

/** Whether a text is a permission, `<resource>:<action>` with one of the four actions. */
export function isPermission(text: string): text is Permission {
  return PERMISSION.test(text)
}

/**
 * Whether a role with its overrides allows something. An override wins over the role, in both directions,
 * except for the owner, whom nobody can lock out. What is no permission is allowed to nobody.
 */
export function can(role: Role, overrides: PermissionOverrides, permission: string): boolean {
  if (!isPermission(permission)) return false
  if (role === 'owner') return true
  const override = Object.hasOwn(overrides, permission) ? overrides[permission] : undefined
  if (typeof override === 'boolean') return override
  if (permission === TEAM && role === 'manager') return true
  if (role === 'guest') return GUEST.has(permission)
  return actionsOf[role].some(action => permission.endsWith(`:${action}`))
}
