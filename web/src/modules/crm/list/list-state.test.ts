import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type ListState,
  listSearch,
  plainState,
  searchOfState,
  settingsOf,
  stateOf,
  stateOfView,
} from './list-state.ts'

const filter = {
  any: [
    { field: 'score', op: 'gte', value: 5 },
    { field: 'ownerUserId', op: 'is', value: 'me' },
  ],
}

const busy: ListState = {
  type: 'calendar',
  filter,
  search: 'ada',
  sort: '-score,lastName',
  groupBy: 'lifecycleStage',
  collapsed: ['lead', '-'],
  columns: [{ key: 'name', width: 300 }, { key: 'score', total: 'average' }, { key: 'custom.size_2' }],
  density: 'comfortable',
  boardField: 'status',
  calendarField: 'lastActivityAt',
  pipelineId: '019b0c4e-7a10-7c3e-9f00-3c2f1d4a5b6c',
}

/** What a browser makes of a search and back. */
const throughAddress = (search: object) => listSearch(JSON.parse(JSON.stringify(search)))

test('an address reproduces everything that was looked at', () => {
  assert.deepEqual(stateOf(plainState, throughAddress(searchOfState(plainState, busy))), busy)
})

test('what is as the view has it is not in the address', () => {
  assert.deepEqual(searchOfState(busy, busy), {})
  assert.deepEqual(searchOfState(busy, { ...busy, density: 'compact' }), { density: 'compact' })
})

test('what a view says can be taken away by the address', () => {
  const bare: ListState = { ...plainState, type: 'calendar' }
  assert.deepEqual(stateOf(busy, throughAddress(searchOfState(busy, bare))), bare)
})

test('a view keeps a state, and gives it back', () => {
  const view = { type: busy.type, settings: settingsOf(busy) }
  assert.deepEqual(stateOfView(view), busy)
  assert.deepEqual(settingsOf(plainState), {})
  assert.deepEqual(stateOfView(undefined), plainState)
})

test('what nobody can have meant is left out of an address', () => {
  const made = listSearch({
    type: 'spreadsheet',
    filter: { all: [{ field: 3 }] },
    sort: ['score'],
    density: 'huge',
    cols: 'name*9999999,<script>,score!median,title*10',
    shut: ['a', 4],
    month: '2026-13',
    q: 'x'.repeat(500),
  })
  assert.deepEqual(made, { cols: 'name*9999999,<script>,score!median,title*10', shut: ['a'] })
  assert.deepEqual(stateOf(plainState, made).columns, [{ key: 'title', width: 48 }])
})

test('a filter of a view that is no filter any more does not stop the list', () => {
  assert.equal(stateOfView({ type: 'table', settings: { filter: 'not json' } }).filter, null)
})
