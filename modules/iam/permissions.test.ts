import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { may, type Session } from './contract.ts'
import { can, type Role, roles } from './permissions.ts'

const permissions = ['leads:read', 'leads:write', 'members:manage', 'settings:manage', 'plan:bill'] as const

// Reviewed by hand: one column for each permission above.
const expected: Record<Role, string> = {
  owner: '11111',
  admin: '11110',
  manager: '11100',
  member: '11000',
  viewer: '10000',
  guest: '11000',
}

describe('roles', () => {
  it('allow exactly what the matrix says', () => {
    for (const role of roles) {
      const row = permissions.map(permission => (can(role, {}, permission) ? '1' : '0')).join('')
      assert.equal(row, expected[role], role)
    }
  })

  it('are overridden per permission in both directions, and nothing else changes', () => {
    for (const role of roles.filter(role => role !== 'owner')) {
      for (const permission of permissions) {
        for (const value of [true, false]) {
          for (const other of permissions) {
            const wanted = other === permission ? value : can(role, {}, other)
            assert.equal(can(role, { [permission]: value }, other), wanted, `${role} ${permission} ${other}`)
          }
        }
      }
    }
  })

  it('cannot be taken from the owner', () => {
    for (const permission of permissions)
      assert.equal(can('owner', { [permission]: false }, permission), true)
  })

  it('take only true and false for an override', () => {
    for (const junk of ['true', 1, null, {}, []]) {
      assert.equal(can('viewer', { 'leads:write': junk }, 'leads:write'), false)
      assert.equal(can('member', { 'leads:write': junk }, 'leads:write'), true)
    }
  })

  it('allow nothing that is no permission, not even to the owner', () => {
    for (const text of [
      '',
      'leads',
      'leads:',
      ':read',
      'leads:delete',
      'leads:read ',
      'leads:read:x',
      '*:read',
    ]) {
      for (const role of roles) assert.equal(can(role, { [text]: true }, text), false, `${role} ${text}`)
    }
    for (const inherited of ['constructor', 'toString', '__proto__'])
      assert.equal(can('guest', {}, inherited), false)
  })

  it('give a session without an organization nothing', () => {
    const session: Session = {
      user: { id: '', email: '', emailVerified: true, name: '', locale: '', isPlatformAdmin: false },
      organization: null,
      role: null,
      secondFactorNeeded: false,
      permissionOverrides: { 'leads:read': true },
      organizations: [],
    }
    assert.equal(may(session, 'leads:read'), false)
    assert.equal(may({ ...session, role: 'guest' }, 'leads:read'), true)
    assert.equal(may({ ...session, role: 'guest' }, 'workflows:read'), false)
  })
})
