import assert from 'node:assert/strict'
import { it } from 'node:test'
import { callerKey } from './caller.ts'

it('callers are counted by one IPv4 address or an IPv6 network of 64 bits, and everything else together', () => {
  assert.equal(callerKey('203.0.113.7'), callerKey('::ffff:203.0.113.7'))
  assert.notEqual(callerKey('203.0.113.7'), callerKey('203.0.113.8'))
  assert.equal(callerKey('2001:db8:1:2::1'), callerKey('2001:db8:1:2:ffff:ffff:ffff:ffff'))
  assert.notEqual(callerKey('2001:db8:1:2::1'), callerKey('2001:db8:1:3::1'))
  assert.equal(callerKey('"; drop table'), callerKey('x'.repeat(10_000)))
})
