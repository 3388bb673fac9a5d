import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RecordField } from '#modules/crm/contract.ts'
import { both, isFilter, readable, resolved } from './filter-model.ts'
import { instantOfDay, localDay, monthGrid, shiftedDay, shiftedMonth } from './zone.ts'

const field = (key: string, kind: RecordField['kind']): [string, RecordField] => [
  key,
  {
    key,
    kind,
    label: key,
    group: '',
    isCustom: false,
    isEditable: true,
    isRequired: false,
    isSortable: false,
    isFilterable: true,
    isImportable: true,
  },
]
const fields = new Map([
  field('createdAt', 'time'),
  field('closeOn', 'date'),
  field('ownerUserId', 'user'),
  field('score', 'number'),
])
const now = new Date(2026, 10, 21, 9, 30).getTime()
const reader = { userId: 'u1', now }

test('days are days of the reader’s clock, however they are said', () => {
  const asked = resolved({ field: 'createdAt', op: 'on', value: 'today' }, fields, reader)
  assert.deepEqual(asked, {
    all: [
      { field: 'createdAt', op: 'on_or_after', value: new Date(2026, 10, 21).toISOString() },
      { field: 'createdAt', op: 'before', value: new Date(2026, 10, 22).toISOString() },
    ],
  })
  assert.deepEqual(resolved({ field: 'createdAt', op: 'after', value: 'today-7d' }, fields, reader), {
    field: 'createdAt',
    op: 'on_or_after',
    value: new Date(2026, 10, 15).toISOString(),
  })
  assert.deepEqual(
    resolved({ field: 'createdAt', op: 'on_or_before', value: '2026-03-01' }, fields, reader),
    {
      field: 'createdAt',
      op: 'before',
      value: new Date(2026, 2, 2).toISOString(),
    },
  )
  assert.deepEqual(
    resolved({ field: 'closeOn', op: 'between', value: ['today', 'today+1m'] }, fields, reader),
    {
      field: 'closeOn',
      op: 'between',
      value: ['2026-11-21', '2026-12-21'],
    },
  )
})

test('me is the reader, inside groups and lists', () => {
  const filter = {
    any: [
      { field: 'ownerUserId', op: 'in', value: ['me', 'u2'] },
      { field: 'score', op: 'is', value: 3 },
    ],
  }
  assert.deepEqual(resolved(filter, fields, reader), {
    any: [
      { field: 'ownerUserId', op: 'in', value: ['u1', 'u2'] },
      { field: 'score', op: 'is', value: 3 },
    ],
  })
})

test('conditions that mean nothing any more are left out and named', () => {
  const gone = { field: 'custom.size', op: 'is', value: 3 }
  const wrong = { field: 'score', op: 'contains', value: 3 }
  const half = { field: 'score', op: 'between', value: [1] }
  const kept = { field: 'score', op: 'gt', value: 3 }
  assert.deepEqual(readable({ all: [gone, { any: [wrong, kept] }, half] }, fields), {
    filter: { all: [{ any: [kept] }] },
    broken: [gone, wrong],
  })
  assert.deepEqual(readable({ all: [gone] }, fields).filter, null)
})

test('filters are put together without nesting where they ask for all anyway', () => {
  const one = { field: 'score', op: 'gt', value: 3 }
  assert.equal(both(null, null), null)
  assert.deepEqual(both(one, null), one)
  assert.deepEqual(both({ all: [one] }, one, { any: [one] }), { all: [one, one, { any: [one] }] })
})

test('only what has the shape of a filter is one', () => {
  assert.ok(isFilter({ all: [{ any: [] }, { field: 'a', op: 'is' }] }))
  for (const other of [null, 'x', { all: 'x' }, { field: 'a' }, { all: [{ field: 1, op: 'is' }] }])
    assert.ok(!isFilter(other))
})

test('months are whole weeks from Monday on, and days stay in shorter months', () => {
  const days = monthGrid('2026-11')
  assert.deepEqual([days.length, days[0], days.at(-1)], [42, '2026-10-26', '2026-12-06'])
  assert.deepEqual(monthGrid('2027-02').length, 28)
  assert.deepEqual([shiftedMonth('2026-12', 1), shiftedMonth('2026-01', -1)], ['2027-01', '2025-12'])
  assert.equal(shiftedDay(new Date(2026, 0, 31).getTime(), 1, 'm'), '2026-02-28')
  assert.equal(shiftedDay(new Date(2024, 1, 29).getTime(), -1, 'y'), '2023-02-28')
  assert.equal(localDay(Date.parse(instantOfDay('2026-03-29', 1))), '2026-03-30')
})
