import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newId } from '#platform/ids.ts'
import { leadFields } from './lead-fields.ts'
import { filterAsked, leadsSearch } from './leads-search.ts'

const reader = { userId: 'u1', now: Date.parse('2026-11-21T12:00:00Z') }
const fields = leadFields(
  {
    fields: [
      {
        type: 'DROPDOWN',
        key: 'budget',
        label: 'Budget',
        options: ['$500'],
        required: false,
        help: '',
        page: 0,
        validation: {},
      },
    ],
  } as never,
  [{ status: 'NEW', name: 'New', color: 'info', kind: 'open' }],
)

test('an address is read as far as it can be read', () => {
  const workflow = newId()
  const filter = { field: 'source', op: 'is', value: 'form' }
  assert.deepEqual(
    leadsSearch({
      workflow,
      view: 'list',
      whose: 'mine',
      filter,
      q: 42,
      sort: '-createdAt',
      panel: 'columns',
    }),
    {
      workflow,
      view: 'list',
      whose: 'mine',
      filter,
      q: '42',
      sort: '-createdAt',
      panel: 'columns',
    },
  )
  assert.deepEqual(
    leadsSearch({ workflow: 'x', view: 'grid', filter: 'name:is:1', q: {}, sort: 'a;b', panel: 1 }),
    {},
  )
  assert.deepEqual(leadsSearch({}), {})
})

test('what is asked has the reader in it, and every word in the name or the address', () => {
  const filter = {
    all: [
      { field: 'ownerUserId', op: 'in', value: ['me'] },
      { field: 'answers.budget', op: 'is', value: '$500' },
      { field: 'answers.gone', op: 'is', value: 'x' },
    ],
  }
  const word = (value: string) => ({
    any: [
      { field: 'name', op: 'contains', value },
      { field: 'email', op: 'contains', value },
    ],
  })
  assert.deepEqual(JSON.parse(filterAsked({ filter, q: ' ada mill ' }, fields, reader) ?? ''), {
    all: [
      { field: 'ownerUserId', op: 'in', value: ['u1'] },
      { field: 'answers.budget', op: 'is', value: '$500' },
      word('ada'),
      word('mill'),
    ],
  })
  assert.equal(filterAsked({}, fields, reader), undefined)
  assert.equal(
    filterAsked({ filter: { field: 'answers.gone', op: 'is', value: 'x' } }, fields, reader),
    undefined,
  )
})
