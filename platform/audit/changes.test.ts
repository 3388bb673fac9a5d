import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { recordOfChange } from './changes.ts'

describe('what an audit entry keeps of a change', () => {
  it('only the fields that differ, in one order', () => {
    assert.deepEqual(recordOfChange({ b: 1, a: [1], c: { x: 1 } }, { c: { x: 1 }, a: [2], b: 2 }), {
      before: '{"a":[1],"b":1}',
      after: '{"a":[2],"b":2}',
    })
  })

  it('all fields of what came or went', () => {
    assert.deepEqual(recordOfChange(null, { name: 'x', at: new Date(0) }), {
      before: null,
      after: '{"at":"1970-01-01T00:00:00.000Z","name":"x"}',
    })
    assert.deepEqual(recordOfChange({ name: 'x' }, undefined), { before: '{"name":"x"}', after: null })
  })

  it('no secret, at any depth, but that it changed', () => {
    const before = { password: 'old', sso: { clientSecret: 'a', issuer: 'i' }, list: [{ tokenHash: 1 }] }
    const after = { password: 'new', sso: { clientSecret: 'b', issuer: 'i' }, list: [{ tokenHash: 2 }] }
    const kept = recordOfChange(before, after)
    const hidden =
      '{"list":[{"tokenHash":"[not recorded]"}],"password":"[not recorded]","sso":{"clientSecret":"[not recorded]","issuer":"i"}}'
    assert.deepEqual(kept, { before: hidden, after: hidden })
  })

  it('whether a password is asked for, which is no secret', () => {
    assert.equal(recordOfChange(null, { passwordSignIn: false }).after, '{"passwordSignIn":false}')
  })

  it('long values cut and huge ones as the names of what changed', () => {
    const { after } = recordOfChange(null, { text: 'x'.repeat(501) })
    assert.equal(after, `{"text":"${'x'.repeat(500)}…"}`)
    const huge = Object.fromEntries(Array.from({ length: 90 }, (_, n) => [`f${n}`, 'y'.repeat(400)]))
    const kept = recordOfChange(null, huge).after ?? ''
    assert.ok(kept.length < 16_000)
    assert.equal(Object.keys(JSON.parse(kept)).length, 90)
    assert.equal(JSON.parse(kept).f0, '[too large]')
  })

  it('text that PostgreSQL can store', () => {
    assert.equal(recordOfChange(null, { text: 'a\0b\ud800' }).after, '{"text":"ab\ufffd"}')
  })
})
