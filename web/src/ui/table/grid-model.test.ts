import assert from 'node:assert/strict'
import { test } from 'node:test'
import { boundedWidth, cellAfter, moved, rangeOf, sortsAfter } from './grid-model.ts'

const size = { rows: 10, columns: 4, page: 5 }

test('keys lead from cell to cell and stop at the edges', () => {
  assert.deepEqual(cellAfter('ArrowDown', { row: 0, column: 1 }, size), { row: 1, column: 1 })
  assert.deepEqual(cellAfter('ArrowUp', { row: 0, column: 1 }, size), { row: 0, column: 1 })
  assert.deepEqual(cellAfter('ArrowRight', { row: 3, column: 3 }, size), { row: 3, column: 3 })
  assert.deepEqual(cellAfter('PageDown', { row: 7, column: 0 }, size), { row: 9, column: 0 })
  assert.deepEqual(cellAfter('End', { row: 2, column: 0 }, size), { row: 2, column: 3 })
  assert.deepEqual(cellAfter('ArrowDown', { row: 2, column: 1 }, size, true), { row: 9, column: 1 })
  assert.deepEqual(cellAfter('Home', { row: 2, column: 1 }, size, true), { row: 0, column: 0 })
  assert.equal(cellAfter('a', { row: 2, column: 1 }, size), undefined)
  assert.equal(cellAfter('ArrowDown', { row: 0, column: 0 }, { ...size, rows: 0 }), undefined)
})

test('a range is the same from whichever corner it is drawn', () => {
  const range = { top: 1, bottom: 4, left: 0, right: 2 }
  assert.deepEqual(rangeOf({ row: 4, column: 0 }, { row: 1, column: 2 }), range)
  assert.deepEqual(rangeOf({ row: 1, column: 2 }, { row: 4, column: 0 }), range)
})

test('a header sorts up, down, then not; with more it keeps the others', () => {
  const up = sortsAfter([], 'score', false)
  assert.deepEqual(up, [{ column: 'score', descending: false }])
  const down = sortsAfter(up, 'score', false)
  assert.deepEqual(down, [{ column: 'score', descending: true }])
  assert.deepEqual(sortsAfter(down, 'score', false), [])
  assert.deepEqual(sortsAfter(down, 'name', true), [
    { column: 'score', descending: true },
    { column: 'name', descending: false },
  ])
  assert.deepEqual(sortsAfter(down, 'name', false), [{ column: 'name', descending: false }])
})

test('a column moves to another place, and nowhere beyond the ends', () => {
  assert.deepEqual(moved(['a', 'b', 'c'], 0, 2), ['b', 'c', 'a'])
  assert.deepEqual(moved(['a', 'b', 'c'], 2, 0), ['c', 'a', 'b'])
  assert.deepEqual(moved(['a', 'b', 'c'], 0, 3), ['a', 'b', 'c'])
})

test('a width stays one that can be read and grabbed', () => {
  assert.deepEqual([boundedWidth(3), boundedWidth(120.4), boundedWidth(5_000)], [64, 120, 800])
})
