import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type BoardColumn, carried, neighbour, withHeld } from './moves.ts'

const idOf = (card: string) => card
const columns: readonly BoardColumn<string>[] = [
  { id: 'new', title: 'New', tone: 'neutral', cards: ['a', 'b', 'c'], total: 10 },
  { id: 'empty', title: 'Empty', tone: 'neutral', cards: [] },
  { id: 'won', title: 'Won', tone: 'good', cards: ['d', 'e'], total: 2 },
]
const cardsOf = (shown: readonly BoardColumn<string>[]) => shown.map(column => column.cards.join(''))

test('a held card stands at the top of the column it is over, and counts there', () => {
  const shown = withHeld(columns, { cardId: 'b', from: 'new', to: 'won' }, idOf)
  assert.deepEqual(cardsOf(shown), ['ac', '', 'bde'])
  assert.deepEqual(
    shown.map(column => column.total),
    [9, undefined, 3],
  )
})

test('a card held over its own column, or gone meanwhile, changes nothing', () => {
  assert.equal(withHeld(columns, { cardId: 'b', from: 'new', to: 'new' }, idOf), columns)
  assert.equal(withHeld(columns, { cardId: 'zz', from: 'new', to: 'won' }, idOf), columns)
})

test('carrying stops at the first and the last column', () => {
  const held = { cardId: 'a', from: 'new', to: 'new' }
  assert.equal(carried(columns, held, -1), held)
  assert.equal(carried(columns, held, 1).to, 'empty')
  assert.equal(carried(columns, { ...held, to: 'won' }, 1).to, 'won')
})

test('focus moves within a column and jumps over empty ones at the same height', () => {
  assert.equal(neighbour(columns, 'a', 'ArrowDown', idOf), 'b')
  assert.equal(neighbour(columns, 'a', 'ArrowUp', idOf), 'a')
  assert.equal(neighbour(columns, 'b', 'ArrowRight', idOf), 'e')
  assert.equal(neighbour(columns, 'c', 'ArrowRight', idOf), 'e')
  assert.equal(neighbour(columns, 'd', 'ArrowLeft', idOf), 'a')
  assert.equal(neighbour(columns, 'd', 'ArrowRight', idOf), undefined)
  assert.equal(neighbour(columns, 'a', 'End', idOf), 'c')
  assert.equal(neighbour(columns, 'zz', 'ArrowDown', idOf), undefined)
})
