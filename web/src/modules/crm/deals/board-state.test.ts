import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Deal, DealBoard } from '#modules/crm/contract.ts'
import { isRotting, placeOf, withMore, withMove } from './board-state.ts'

const now = Date.parse('2026-11-21T12:00:00Z')

function deal(id: string, stageId: string, amount: number | null, own: number | null = null): Deal {
  return {
    id,
    name: `Deal ${id}`,
    stageId,
    stage: { key: stageId, name: stageId },
    status: 'open',
    value: amount === null ? null : { amount, currency: 'EUR' },
    ownProbability: own,
    probability: own ?? 20,
    stageEnteredAt: '2026-11-01T00:00:00.000Z',
    rottingDays: null,
  } as Deal
}

function column(id: string, probability: number, deals: Deal[]) {
  const amount = deals.reduce((sum, each) => sum + (each.value?.amount ?? 0), 0)
  return {
    stage: { id, key: id, name: id, type: 'open' as const, probability, rottingDays: 14, requiredFields: [] },
    count: deals.length,
    sums: [{ currency: 'EUR', amount, weighted: (amount * probability) / 100 }],
    deals,
    nextCursor: null,
  }
}

const board: DealBoard = {
  pipelineId: 'p',
  name: 'Sales',
  count: 3,
  columns: [
    column('new', 20, [deal('a', 'new', 1_000), deal('b', 'new', null)]),
    column('late', 50, [deal('c', 'late', 400)]),
  ],
}

describe('a board of deals', () => {
  it('takes count and sums along with a card, and gives them back', () => {
    const moved = withMove(board, { dealId: 'a', stageId: 'late' }, now)
    assert.deepEqual(
      moved.columns.map(each => [each.count, each.sums[0]?.amount, each.sums[0]?.weighted]),
      [
        [1, 0, 0],
        [2, 1_400, 700],
      ],
    )
    assert.deepEqual(moved.columns[1]?.deals[0]?.stage, { key: 'late', name: 'late' })
    const back = withMove(moved, { dealId: 'a', stageId: 'new' }, now)
    assert.deepEqual(
      back.columns.map(each => [each.count, each.sums]),
      board.columns.map(each => [each.count, each.sums]),
    )
  })
  it('keeps the probability that a deal has of its own', () => {
    const own = {
      ...board,
      columns: [column('new', 20, [deal('a', 'new', 1_000, 90)]), column('late', 50, [])],
    }
    const moved = withMove(own, { dealId: 'a', stageId: 'late' }, now)
    assert.equal(moved.columns[1]?.sums[0]?.weighted, 900)
    assert.equal(moved.columns[1]?.deals[0]?.probability, 90)
  })
  it('puts a card under another one, and on top when that one has gone', () => {
    const under = withMove(board, { dealId: 'a', stageId: 'late', below: 'c' }, now)
    assert.deepEqual(
      under.columns[1]?.deals.map(each => each.id),
      ['c', 'a'],
    )
    const gone = withMove(board, { dealId: 'a', stageId: 'late', below: 'zz' }, now)
    assert.deepEqual(
      gone.columns[1]?.deals.map(each => each.id),
      ['a', 'c'],
    )
  })
  it('gives a card another place in its own column, and changes no sum by it', () => {
    const idsAfter = (dealId: string, below?: string) => {
      const column = withMove(board, { dealId, stageId: 'new', below }, now).columns[0]
      assert.deepEqual([column?.count, column?.sums], [board.columns[0]?.count, board.columns[0]?.sums])
      assert.equal(column?.deals.find(each => each.id === dealId)?.stageEnteredAt, '2026-11-01T00:00:00.000Z')
      return column?.deals.map(each => each.id)
    }
    assert.deepEqual(idsAfter('a', 'b'), ['b', 'a'])
    assert.deepEqual(idsAfter('b'), ['b', 'a'])
    assert.deepEqual(idsAfter('b', 'a'), ['a', 'b'])
  })
  it('is the same after a move of what it does not show', () => {
    assert.equal(withMove(board, { dealId: 'zz', stageId: 'late' }, now), board)
    assert.equal(withMove(board, { dealId: 'a', stageId: 'zz' }, now), board)
    assert.equal(placeOf(board, 'b')?.above, 'a')
  })
  it('shows each deal once when more of a column comes', () => {
    const more = new Map([
      ['new', { deals: [deal('b', 'new', null), deal('d', 'new', 5), deal('c', 'new', 1)], nextCursor: 'x' }],
    ])
    const shown = withMore(board, more)
    assert.deepEqual(
      shown.columns[0]?.deals.map(each => each.id),
      ['a', 'b', 'd'],
    )
    assert.equal(shown.columns[0]?.nextCursor, 'x')
  })
  it('tells rotting deals from others', () => {
    const old = { ...deal('a', 'new', 1), rottingDays: 20 }
    assert.equal(isRotting(old, now), true)
    assert.equal(isRotting({ ...old, rottingDays: 21 }, now), false)
    assert.equal(isRotting({ ...old, status: 'won' }, now), false)
  })
})
