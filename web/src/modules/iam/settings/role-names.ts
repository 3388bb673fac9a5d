import type { Role } from '#modules/iam/contract.ts'

/** The roles as people read them. */
export const roleNames: Readonly<Record<Role, string>> = {
  owner: 'Owner',
  admin: 'Admin',
  manager: 'Manager',
  member: 'Member',
  viewer: 'Viewer',
  guest: 'Guest',
}
