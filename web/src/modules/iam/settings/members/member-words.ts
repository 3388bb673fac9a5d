import {
  type GrantableRole,
  grantableRoles,
  outranks,
  type Role,
  type Session,
  scopeGroups,
} from '#modules/iam/contract.ts'

/** What each role is for, in one line. */
export const roleAbout: Readonly<Record<Role, string>> = {
  owner: 'Everything, billing and the organization itself included.',
  admin: 'Everything but billing, and all settings.',
  manager: 'Works with all records and looks after the team.',
  member: 'Works with all records.',
  viewer: 'Sees everything and changes nothing.',
  guest: 'Sees what is shared with them.',
}

/** The roles that a person may give, the highest first. */
export function rolesBelow(session: Session): readonly GrantableRole[] {
  const { role } = session
  return role === null ? [] : grantableRoles.filter(other => outranks(role, other))
}

const verbs: Readonly<Record<string, string>> = {
  read: 'See',
  write: 'Change',
  manage: 'Manage',
  bill: 'Pay for',
}

const labels = new Map<string, string>(
  scopeGroups.flatMap(({ scopes }) => scopes.map(({ scope, label }) => [scope, label] as const)),
)

/** A permission as people read it; one that keys cannot have is named after its parts. */
export function permissionWords(permission: string): string {
  const label = labels.get(permission)
  if (label !== undefined) return label
  const [resource = '', action = ''] = permission.split(':')
  const noun = resource.replaceAll('-', ' ').replace(/[A-Z]/g, letter => ` ${letter.toLowerCase()}`)
  return `${verbs[action] ?? action} ${noun}`
}

/** The addresses in a text, whatever stands between them. */
export function addressesIn(text: string): string[] {
  const parts = text.split(/[\s,;<>"]+/).filter(part => part !== '')
  // What comes out of an address book has names around the addresses.
  const addresses = parts.some(part => part.includes('@')) ? parts.filter(part => part.includes('@')) : parts
  return [...new Set(addresses.map(address => address.toLowerCase()))]
}
