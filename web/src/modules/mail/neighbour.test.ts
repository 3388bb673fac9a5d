import assert from 'node:assert/strict'
import { test } from 'node:test'
import { neighbourOf } from './neighbour.ts'

const ids = ['c', 'b', 'a']

test('moving stops at both ends', () => {
  assert.equal(neighbourOf(ids, 'c', 'j'), 'b')
  assert.equal(neighbourOf(ids, 'a', 'j'), undefined)
  assert.equal(neighbourOf(ids, 'b', 'k'), 'c')
  assert.equal(neighbourOf(ids, 'c', 'k'), undefined)
  assert.equal(neighbourOf(ids, 'b', 'End'), 'a')
  assert.equal(neighbourOf(ids, 'b', 'Home'), 'c')
})

test('without a start, or from one that is gone, every move leads to the first', () => {
  for (const key of ['j', 'k', 'ArrowDown', 'ArrowUp', 'Home']) {
    assert.equal(neighbourOf(ids, undefined, key), 'c')
    assert.equal(neighbourOf(ids, 'zz', key), 'c')
    assert.equal(neighbourOf([], undefined, key), undefined)
  }
})
