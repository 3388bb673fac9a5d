import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { neighboursIn } from './neighbours.ts'

describe('neighbours in the list a record was opened from', () => {
  it('stand before and after it', () => {
    assert.deepEqual(neighboursIn(['a', 'b', 'c'], 'b'), { before: 'a', after: 'c' })
    assert.deepEqual(neighboursIn(['a', 'b', 'c'], 'a'), { before: undefined, after: 'b' })
    assert.deepEqual(neighboursIn(['a', 'b', 'c'], 'c'), { before: 'b', after: undefined })
  })
  it('are none for a record of another list', () =>
    assert.deepEqual(neighboursIn(['a'], 'x'), { before: undefined, after: undefined }))
  it('are those of its last place, when the record has left the list', () => {
    assert.deepEqual(neighboursIn(['a', 'c'], 'b', 1), { before: 'a', after: 'c' })
    assert.deepEqual(neighboursIn(['a'], 'b', 1), { before: 'a', after: undefined })
  })
})
