import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type BoardColumn, boardPlaceOf, carried, neighbour, placeWords, shifted, withHeld } from './moves.ts'

const idOf = (card: string) => card
const columns: readonly BoardColumn<string>[] = [
  { id: 'new', title: 'New', tone: 'neutral', cards: ['a', 'b', 'c'], total: 10 },
  { id: 'empty', title: 'Empty', tone: 'neutral', cards: [] },
  { id: 'won', title: 'Won', tone: 'good', cards: ['d', 'e'], total: 2 },
]
const cardsOf = (shown: readonly BoardColumn<string>[]) => shown.map(column => column.cards.join(''))

const at = (columnId: string, below?: string) => ({ columnId, below })

test('a held card stands where it is over, and counts there', () => {
  const held = { cardId: 'b', from: at('new', 'a'), to: at('won') }
  const shown = withHeld(columns, held, idOf)
  assert.deepEqual(cardsOf(shown), ['ac', '', 'bde'])
  assert.deepEqual(
    shown.map(column => column.total),
    [9, undefined, 3],
  )
  assert.deepEqual(cardsOf(withHeld(columns, { ...held, to: at('won', 'd') }, idOf)), ['ac', '', 'dbe'])
  const within = withHeld(columns, { ...held, to: at('new', 'c') }, idOf)
  assert.deepEqual(cardsOf(within), ['acb', '', 'de'])
  assert.equal(within[0]?.total, 10)
})

test('a card held over its own place, or gone meanwhile, changes nothing', () => {
  assert.equal(withHeld(columns, { cardId: 'b', from: at('new', 'a'), to: at('new', 'a') }, idOf), columns)
  assert.equal(withHeld(columns, { cardId: 'zz', from: at('new'), to: at('won') }, idOf), columns)
})

test('carrying stops at the first and the last column, and comes back to the place it began at', () => {
  const held = { cardId: 'b', from: at('new', 'a'), to: at('new', 'a') }
  assert.equal(carried(columns, held, -1), held)
  const next = carried(columns, held, 1)
  assert.deepEqual(next.to, { columnId: 'empty' })
  assert.deepEqual(carried(columns, next, -1).to, held.from)
  assert.equal(carried(columns, { ...held, to: at('won') }, 1).to.columnId, 'won')
})

test('a held card goes up and down in a column, and stops at its ends', () => {
  const held = { cardId: 'a', from: at('new'), to: at('new') }
  assert.equal(shifted(columns, held, -1, idOf), held)
  const under = shifted(columns, held, 1, idOf)
  assert.deepEqual(under.to, at('new', 'b'))
  const last = shifted(columns, under, 1, idOf)
  assert.deepEqual(last.to, at('new', 'c'))
  assert.equal(shifted(columns, last, 1, idOf), last)
  assert.deepEqual(shifted(columns, under, -1, idOf).to, at('new'))
  const elsewhere = { ...held, to: at('won') }
  assert.deepEqual(shifted(columns, elsewhere, 1, idOf).to, at('won', 'd'))
  assert.equal(placeWords(columns, { ...held, to: at('won', 'd') }, idOf), 'place 2 of 3')
  assert.equal(placeWords(columns, last, idOf), 'place 3 of 10')
})

test('a place is a column and the card above', () => {
  assert.deepEqual(boardPlaceOf(columns, 'c', idOf), at('new', 'b'))
  assert.deepEqual(boardPlaceOf(columns, 'd', idOf), at('won'))
  assert.equal(boardPlaceOf(columns, 'zz', idOf), undefined)
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
