import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { movedBy, placedAt } from './sort-moves.ts'

const same = (text: string) => text
const placed = (moved: string, target: string, side: 'before' | 'after') =>
  placedAt([...'abcd'], same, moved, target, side).join('')

describe('a list that is put in order', () => {
  it('takes an item to one side of another', () => {
    assert.equal(placed('d', 'b', 'before'), 'adbc')
    assert.equal(placed('d', 'b', 'after'), 'abdc')
    assert.equal(placed('a', 'd', 'after'), 'bcda')
    assert.equal(placed('a', 'b', 'before'), 'abcd')
  })

  it('stays when the item or the other is not there', () => {
    assert.equal(placed('x', 'b', 'before'), 'abcd')
    assert.equal(placed('a', 'x', 'before'), 'abcd')
    assert.equal(placed('a', 'a', 'after'), 'abcd')
  })

  it('moves an item by one, and no further than its ends', () => {
    assert.equal(movedBy([...'abc'], 1, -1).join(''), 'bac')
    assert.equal(movedBy([...'abc'], 1, 1).join(''), 'acb')
    assert.equal(movedBy([...'abc'], 0, -1).join(''), 'abc')
    assert.equal(movedBy([...'abc'], 2, 1).join(''), 'abc')
  })
})
