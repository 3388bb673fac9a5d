import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { isScope, scopeGroups } from '#modules/iam/contract.ts'
import { modules } from './modules.ts'
import { live } from './system.ts'

/** What no key may have, and why. A new permission is either a scope or argued for here. */
const FOR_PEOPLE_ONLY: Readonly<Record<string, string>> = {
  'api-keys:manage': 'A key that makes keys outlives being revoked.',
  'members:manage': 'A key that lets people in makes itself at home.',
  'organization:manage':
    'Sign-in rules, single sign-on, hosts and the organization itself are decided by people.',
  'organization:bill': 'Owners pay.',
  'shares:read': 'Who sees what is decided by people.',
  'shares:write': 'Who sees what is decided by people.',
  'notifications:read': 'Notifications are told to a person.',
}

/** Scopes that a verb asks for beside the permission of its route. */
const ASKED_INSIDE: Readonly<Record<string, string>> = {
  'views:write': 'Whoever sees views saves their own; those for others ask for more.',
}

describe('the scopes of API keys', () => {
  const routes = [...modules.flatMap(({ routes = [] }) => routes.map(({ route }) => route)), live]
  const asked = new Set(routes.map(({ access }) => access).filter(access => access.includes(':')))

  it('cover every permission that a route asks for, or people alone hold it', () => {
    const forgotten = [...asked].filter(
      permission => !isScope(permission) && !(permission in FOR_PEOPLE_ONLY),
    )
    assert.deepEqual(forgotten, [])
    const both = Object.keys(FOR_PEOPLE_ONLY).filter(isScope)
    assert.deepEqual(both, [])
  })

  it('are permissions that some route asks for', () => {
    const scopes = scopeGroups.flatMap(group => group.scopes.map(({ scope }) => scope))
    assert.deepEqual(
      scopes.filter(scope => !asked.has(scope)),
      Object.keys(ASKED_INSIDE),
    )
    assert.equal(new Set(scopes).size, scopes.length)
  })
})
