import {
  createApiKey,
  createTokens,
  type Role,
  revokeApiKey,
  scopeGroups,
  signIn,
  switchOrganization,
  tokensOf,
} from '#modules/iam/contract.ts'
import { addMember, GOOD_PASSWORD, makeOwner, type Person } from '#modules/iam/factories.ts'
import { createClient } from '#platform/contract/client.ts'
import type { Permission } from '#platform/contract/route.ts'
import type { TestKit } from '#test/database.ts'

/** Somebody who sends requests. */
export interface Principal {
  readonly name: string
  /** The organization its requests are about; the one it is in, when it is in one. */
  readonly orgId: string
  /** Null for one whom the server must not know. */
  readonly role: Role | null
  readonly headers: Readonly<Record<string, string>>
  /** What a key may do; a person has no list. */
  readonly scopes?: readonly Permission[]
}

/** Two organizations and everybody who may come to their doors. */
export interface Cast {
  readonly own: Person
  readonly other: Person
  readonly principals: readonly Principal[]
  /** One of them who may do everything in the own organization, and one without credentials. */
  readonly trusted: Principal
  readonly nobody: Principal
  /** Whether everybody tries every place of a request, and not one for all. */
  readonly isThorough: boolean
}

const ACTIONS: Readonly<Record<Role, readonly string[]>> = {
  owner: ['read', 'write', 'manage', 'bill'],
  admin: ['read', 'write', 'manage'],
  manager: ['read', 'write'],
  member: ['read', 'write'],
  viewer: ['read'],
  guest: [],
}

const GUEST = [
  ...['leads', 'people', 'companies', 'deals', 'activities'].flatMap(of => [`${of}:read`, `${of}:write`]),
  'notifications:read',
  'fields:read',
  'live:read',
]

/** The roles as people are told about them, written down a second time so that a slip in one is seen. */
export function mayRole(role: Role, permission: Permission): boolean {
  const action = permission.slice(permission.indexOf(':') + 1)
  if (role === 'guest') return GUEST.includes(permission)
  return ACTIONS[role].includes(action) || (role === 'manager' && permission === 'members:manage')
}

/** Founds the two organizations and signs everybody in at the server. */
export async function assemble(t: TestKit, url: string, isThorough: boolean): Promise<Cast> {
  const client = createClient({ baseUrl: url })
  const bearer = async (person: Person, organizationId: string) => {
    const body = { email: person.email, password: GOOD_PASSWORD, organizationId }
    return tokensOf(await client.call(createTokens, { body })).accessToken
  }
  const as = (token: string) => ({ authorization: `Bearer ${token}` })
  const own = await makeOwner(t.kit, 'Olive Own')
  const other = await makeOwner(t.kit, 'Otto Other')
  const principals: Principal[] = []
  const add = (name: string, role: Role | null, headers: Record<string, string>, orgId = own.orgId) => {
    const principal = { name, role, headers, orgId }
    principals.push(principal)
    return principal
  }

  for (const role of ['admin', 'manager', 'member', 'viewer', 'guest'] as const) {
    const person = await makeOwner(t.kit, `${role} of another business too`)
    await addMember(t.kit, own.orgId, person.userId, role)
    add(role, role, as(await bearer(person, own.orgId)))
    if (isThorough) add(`${role} in a browser`, role, await browserOf(url, person, own.orgId))
  }
  add('owner', 'owner', as(await bearer(own, own.orgId)))
  const trusted = add('owner in a browser', 'owner', await browserOf(url, own, own.orgId))
  const otherToken = await bearer(other, other.orgId)
  add('owner of the other organization', 'owner', as(otherToken), other.orgId)

  const nobody = add('nobody', null, {})
  const suspended = await makeOwner(t.kit, 'Sam Suspended')
  await addMember(t.kit, own.orgId, suspended.userId, 'admin')
  const suspendedToken = await bearer(suspended, own.orgId)
  await t.asSuperuser(`update iam.members set status = 'suspended' where org_id = $1 and user_id = $2`, [
    own.orgId,
    suspended.userId,
  ])
  add('suspended admin', null, as(suspendedToken))
  const plain = (id: string) => id.replaceAll('-', '')
  add('forger of a token', null, as(otherToken.replace(plain(other.orgId), plain(own.orgId))))
  principals.push(...(await keysOf(t, url, own.orgId, await bearer(own, own.orgId))))
  if (isThorough) principals.push(...(await keysPerScope(url, own.orgId, await bearer(own, own.orgId))))
  // The other organization has a key as well, which nobody here may reach.
  await makeKey(url, otherToken, [])
  return { own, other, principals, trusted, nobody, isThorough }
}

/** Keys of an organization's owner: one for each action, one that may do nothing, and such as are refused. */
async function keysOf(t: TestKit, url: string, orgId: string, token: string): Promise<Principal[]> {
  const all = scopeGroups.flatMap(group => group.scopes.map(({ scope }) => scope))
  const key = async (name: string, scopes: readonly Permission[], more: { networks?: string[] } = {}) => {
    const made = await makeKey(url, token, scopes, more)
    const headers = { authorization: `Bearer ${made.secret}` }
    return { id: made.key.id, principal: { name, orgId, role: 'owner', headers, scopes } as Principal }
  }
  const nothing = await key('key for nothing', [])
  const each: Principal[] = []
  for (const action of ['read', 'write', 'manage']) {
    const scopes = all.filter(scope => scope.endsWith(`:${action}`))
    each.push((await key(`key to ${action}`, scopes)).principal)
  }
  const refused = (one: { principal: Principal }): Principal => ({ ...one.principal, role: null })
  const elsewhere = await key('key bound to another address', all, { networks: ['192.0.2.1'] })
  const expired = await key('expired key', all)
  await t.asSuperuser('update iam.api_keys set expires_at = now() where id = $1', [expired.id])
  const revoked = await key('revoked key', all)
  const client = createClient({ baseUrl: url, headers: () => ({ authorization: `Bearer ${token}` }) })
  await client.call(revokeApiKey, { params: { keyId: revoked.id } })
  return [nothing.principal, ...each, ...[elsewhere, expired, revoked].map(refused)]
}

/** One key for each thing a key may do, and one for all of them together. */
async function keysPerScope(url: string, orgId: string, token: string): Promise<Principal[]> {
  const all = scopeGroups.flatMap(group => group.scopes.map(({ scope }) => scope))
  const principals: Principal[] = []
  for (const scopes of [...all.map(scope => [scope]), all]) {
    const { secret } = await makeKey(url, token, scopes)
    const name = scopes.length === 1 ? `key for ${scopes[0]}` : 'key for everything'
    principals.push({ name, orgId, role: 'owner', headers: { authorization: `Bearer ${secret}` }, scopes })
  }
  return principals
}

function makeKey(
  url: string,
  token: string,
  scopes: readonly Permission[],
  more: { networks?: string[] } = {},
) {
  const client = createClient({ baseUrl: url, headers: () => ({ authorization: `Bearer ${token}` }) })
  return client.call(createApiKey, {
    body: { name: 'Probe', scopes: [...scopes], expiresInDays: null, ...more },
  })
}

/** The headers of a browser in which a person has signed in and gone to an organization. */
async function browserOf(url: string, person: Person, orgId: string): Promise<Record<string, string>> {
  const post = async (path: string, body: object, headers: Record<string, string>) => {
    const response = await fetch(url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin', ...headers },
      body: JSON.stringify(body),
    })
    const cookies = response.headers.getSetCookie().map(line => line.split(';')[0])
    return cookies.filter(cookie => cookie?.startsWith('__Host-session=')).join('; ')
  }
  const first = await post(signIn.path, { email: person.email, password: GOOD_PASSWORD }, {})
  const cookie = await post(switchOrganization.path, { organizationId: orgId }, { cookie: first })
  return { cookie, 'sec-fetch-site': 'same-origin' }
}
