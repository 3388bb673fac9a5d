import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Board, LeadCard } from '#modules/intake/contract.ts'
import { neighboursOf, placeOf, withMove, withMoves } from './board-moves.ts'

const now = Date.parse('2026-11-21T12:00:00Z')
const lastWeek = '2026-11-20T12:00:00Z'
const longAgo = '2026-10-01T12:00:00Z'

function lead(id: string, status: string, createdAt: string): LeadCard {
  const at = { createdAt, updatedAt: createdAt, lastSubmittedAt: createdAt, statusChangedAt: createdAt }
  const who = { personId: 'p', email: `${id}@example.com`, name: id, source: 'form', ownerUserId: null }
  return { id, workflowId: 'w', status, highlights: [], ...who, ...at }
}

const board: Board = {
  workflowId: 'w',
  count: 63,
  newThisWeek: 1,
  newWeekBefore: 0,
  columns: [
    {
      status: 'NEW',
      name: 'New',
      color: 'info',
      kind: 'open',
      count: 60,
      newThisWeek: 1,
      cards: [lead('a', 'NEW', lastWeek), lead('b', 'NEW', longAgo), lead('c', 'NEW', longAgo)],
    },
    {
      status: 'WON',
      name: 'Won',
      color: 'good',
      kind: 'won',
      count: 3,
      newThisWeek: 0,
      cards: [lead('d', 'WON', longAgo), lead('e', 'WON', longAgo)],
    },
  ],
}
const cardsOf = (shown: Board) => shown.columns.map(column => column.cards.map(card => card.id).join(''))
const countsOf = (shown: Board) => shown.columns.map(column => [column.count, column.newThisWeek])

test('a moved lead stands at the top of its new column with its new status', () => {
  const after = withMove(board, { leadId: 'b', status: 'WON' }, now)
  assert.deepEqual(cardsOf(after), ['ac', 'bde'])
  assert.equal(placeOf(after, 'b')?.card.status, 'WON')
})

test('counts go with the lead, that of the new ones only when it is new', () => {
  assert.deepEqual(countsOf(withMove(board, { leadId: 'a', status: 'WON' }, now)), [
    [59, 0],
    [4, 1],
  ])
  assert.deepEqual(countsOf(withMove(board, { leadId: 'b', status: 'WON' }, now)), [
    [59, 1],
    [4, 0],
  ])
})

test('a lead comes to stand under another one, in another column and in its own', () => {
  assert.deepEqual(cardsOf(withMove(board, { leadId: 'd', status: 'NEW', below: 'b' }, now)), ['abdc', 'e'])
  const sorted = withMove(board, { leadId: 'a', status: 'NEW', below: 'c' }, now)
  assert.deepEqual(cardsOf(sorted), ['bca', 'de'])
  assert.deepEqual(countsOf(sorted), countsOf(board))
})

test('under a lead that has left the column is the top', () => {
  assert.deepEqual(cardsOf(withMove(board, { leadId: 'd', status: 'NEW', below: 'e' }, now)), ['dabc', 'e'])
})

test('what is not on the board moves nothing', () => {
  assert.equal(withMove(board, { leadId: 'zz', status: 'WON' }, now), board)
  assert.equal(withMove(board, { leadId: 'a', status: 'GONE' }, now), board)
  assert.equal(withMove(board, { leadId: 'a', status: 'NEW' }, now), board)
})

test('moving a lead away and back under the lead it stood under restores the board', () => {
  const place = placeOf(board, 'b')
  assert.equal(place?.above, 'a')
  const away = { leadId: 'b', status: 'WON' }
  const back = { leadId: 'b', status: 'NEW', below: place?.above }
  assert.deepEqual(withMoves(board, [away, back], now), board)
})

test('neighbours are those of the same column', () => {
  assert.deepEqual(neighboursOf(board, 'b'), { before: 'a', after: 'c' })
  assert.deepEqual(neighboursOf(board, 'd'), { after: 'e' })
  assert.deepEqual(neighboursOf(board, 'zz'), {})
  assert.deepEqual(neighboursOf(undefined, 'b'), {})
})
