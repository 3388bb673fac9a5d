import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Board, LeadStatus } from '#modules/intake/contract.ts'
import { withColumns } from './use-columns.ts'

const column = (status: string, name = status): LeadStatus => ({ status, name, color: 'info', kind: 'open' })

test('a board takes names and order of its columns, keeps their cards and waits for those it does not know', () => {
  const board: Board = {
    workflowId: 'w',
    count: 3,
    newThisWeek: 0,
    newWeekBefore: 0,
    columns: ['A', 'B', 'C'].map((status, count) => ({
      ...column(status),
      count,
      newThisWeek: 0,
      cards: [],
    })),
  }
  const next = withColumns(board, [column('C'), column('NEW'), column('A', 'First')])
  assert.deepEqual(
    next.columns.map(({ status, name, count }) => [status, name, count]),
    [
      ['C', 'C', 2],
      ['A', 'First', 0],
    ],
  )
})
