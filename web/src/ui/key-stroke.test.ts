import assert from 'node:assert/strict'
import { test } from 'node:test'
import { matchStroke, strokeOf } from './key-stroke.ts'

const plain = { ctrlKey: false, metaKey: false, shiftKey: false, altKey: false }

test('a press is named the way shortcuts are written', () => {
  assert.equal(strokeOf({ ...plain, key: 'j' }), 'j')
  assert.equal(strokeOf({ ...plain, key: 'k', metaKey: true }), 'mod+k')
  assert.equal(strokeOf({ ...plain, key: 'k', ctrlKey: true }), 'mod+k')
  assert.equal(strokeOf({ ...plain, key: 'Z', ctrlKey: true, shiftKey: true }), 'mod+shift+z')
  assert.equal(strokeOf({ ...plain, key: '?', shiftKey: true }), '?')
  assert.equal(strokeOf({ ...plain, key: 'ArrowDown', shiftKey: true }), 'shift+arrowdown')
  assert.equal(strokeOf({ ...plain, key: ' ' }), 'space')
})

test('a sequence waits for its second stroke and then runs', () => {
  const known = new Set(['g l', 'g w', 'x'])
  assert.deepEqual(matchStroke(known, '', 'g'), { kind: 'wait', pending: 'g' })
  assert.deepEqual(matchStroke(known, 'g', 'l'), { kind: 'run', keys: 'g l' })
})

test('a stroke that continues no sequence still means what it means alone', () => {
  const known = new Set(['g l', 'x'])
  assert.deepEqual(matchStroke(known, 'g', 'x'), { kind: 'run', keys: 'x' })
  assert.deepEqual(matchStroke(known, 'g', 'g'), { kind: 'wait', pending: 'g' })
  assert.deepEqual(matchStroke(known, 'g', 'q'), { kind: 'none' })
})
