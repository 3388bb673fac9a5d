import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { pathOf, pathText, valueAt, withValueAt } from './paths.ts'

const key = fc.stringMatching(/^[a-z][a-zA-Z]{0,5}$/)
const path = fc.array(fc.oneof(key, fc.nat({ max: 3 })), { minLength: 1, maxLength: 4 })

test('what is put at a path is found there, and the path survives as text', () => {
  fc.assert(
    fc.property(fc.object({ key }), path, fc.string(), (value, at, next) => {
      // A place in a list is only filled behind those that are there.
      fc.pre(at.every(each => typeof each === 'string' || each === 0))
      assert.equal(valueAt(withValueAt(value, at, next), at), next)
      assert.deepEqual(pathOf(pathText(at)), at)
    }),
  )
})

test('what lies beside a path keeps its identity', () => {
  const before = { rules: [{ id: 'a' }, { id: 'b' }], other: { deep: 1 } }
  const after = withValueAt(before, ['rules', 1, 'id'], 'c') as typeof before
  assert.deepEqual(after.rules, [{ id: 'a' }, { id: 'c' }])
  assert.equal(after.rules[0], before.rules[0])
  assert.equal(after.other, before.other)
  assert.deepEqual(before.rules[1], { id: 'b' })
})

test('undefined takes a member away, out of objects and lists', () => {
  assert.deepEqual(withValueAt({ a: 1, b: 2 }, ['a'], undefined), { b: 2 })
  assert.deepEqual(withValueAt({ list: ['x', 'y'] }, ['list', 0], undefined), { list: ['y'] })
  assert.equal(withValueAt({ a: 1 }, [], undefined), undefined)
})

test('names of the prototype are no settings', () => {
  assert.equal(valueAt({}, ['constructor']), undefined)
  assert.equal(valueAt({}, ['__proto__', 'polluted']), undefined)
  withValueAt({}, ['__proto__', 'polluted'], true)
  assert.equal(({} as Record<string, unknown>).polluted, undefined)
})
