import assert from 'node:assert/strict'
import { test } from 'node:test'
import { labelled, niceTop } from './chart-scale.ts'

test('an axis ends at a round number that holds the largest value', () => {
  const tops = [0, 1, 2, 3, 5, 6, 10, 11, 99, 100, 101, 4312].map(niceTop)
  assert.deepEqual(tops, [1, 1, 2, 5, 5, 10, 10, 20, 100, 100, 200, 5000])
})

test('labels are evenly spaced and never more than there is room for', () => {
  for (const count of [1, 6, 7, 24, 31, 90]) {
    const isLabelled = labelled(count, 6)
    const at = Array.from({ length: count }, (_, index) => index).filter(isLabelled)
    assert.ok(at.length >= 1 && at.length <= 6, `${at.length} of ${count}`)
    assert.equal(at[0], 0)
  }
})
