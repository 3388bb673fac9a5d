import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nextSort, rowAfter, toggled } from './columns.ts'

test('keys move the active row and stop at both ends', () => {
  assert.equal(rowAfter('j', 0, 3, 2), 1)
  assert.equal(rowAfter('ArrowDown', 2, 3, 2), 2)
  assert.equal(rowAfter('k', 1, 3, 2), 0)
  assert.equal(rowAfter('ArrowUp', 0, 3, 2), 0)
  assert.equal(rowAfter('PageDown', 1, 10, 4), 5)
  assert.equal(rowAfter('PageUp', 1, 10, 4), 0)
  assert.equal(rowAfter('End', 0, 10, 4), 9)
  assert.equal(rowAfter('Home', 9, 10, 4), 0)
})

test('without an active row, down begins at the first and up at the last', () => {
  assert.equal(rowAfter('j', -1, 3, 2), 0)
  assert.equal(rowAfter('k', -1, 3, 2), 2)
})

test('other keys and empty tables move nothing', () => {
  assert.equal(rowAfter('a', 0, 3, 2), undefined)
  assert.equal(rowAfter('j', -1, 0, 2), undefined)
})

test('a header sorts up, then down, then not at all', () => {
  const up = nextSort(undefined, 'name')
  assert.deepEqual(up, { column: 'name', descending: false })
  const down = nextSort(up, 'name')
  assert.deepEqual(down, { column: 'name', descending: true })
  assert.equal(nextSort(down, 'name'), undefined)
  assert.deepEqual(nextSort(down, 'age'), { column: 'age', descending: false })
})

test('toggling leaves the given selection untouched', () => {
  const before = new Set(['a'])
  assert.deepEqual([...toggled(before, 'b')], ['a', 'b'])
  assert.deepEqual([...toggled(before, 'a')], [])
  assert.deepEqual([...before], ['a'])
})
