import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { isSame, patchOf, valueIn, withValue } from './record-values.ts'

const deal = {
  id: 'd1',
  name: 'Renewal',
  company: { id: 'c1', name: 'Acme' },
  value: { amount: 100, currency: 'EUR' },
  tags: ['new'],
  custom: { budget: 5 },
}
const company = { key: 'companyId', kind: 'relation' } as const
const budget = { key: 'custom.budget', kind: 'number' } as const
const name = { key: 'name', kind: 'text' } as const
const tags = { key: 'tags', kind: 'multi_select' } as const

describe('values of a record', () => {
  it('are found by the key of their field, related records by their names', () => {
    assert.equal(valueIn(deal, name), 'Renewal')
    assert.equal(valueIn(deal, budget), 5)
    assert.deepEqual(valueIn(deal, company), { id: 'c1', name: 'Acme' })
    assert.equal(valueIn(deal, { key: 'custom.gone', kind: 'text' }), null)
    assert.equal(valueIn({ id: 'd1', name: 'x' }, budget), null)
  })
  it('are replaced without touching the record', () => {
    assert.equal(valueIn(withValue(deal, budget, 6), budget), 6)
    assert.deepEqual(valueIn(withValue(deal, company, null), company), null)
    assert.equal(deal.custom.budget, 5)
  })
  it('are the same when they mean the same', () => {
    assert.ok(isSame(null, ''))
    assert.ok(isSame([], undefined))
    assert.ok(isSame({ id: 'c1', name: 'Acme' }, { id: 'c1', name: 'Acme Ltd' }))
    assert.ok(!isSame({ amount: 1, currency: 'EUR' }, { amount: 1, currency: 'USD' }))
    assert.ok(!isSame(0, null))
    assert.ok(!isSame(false, null))
  })
})

describe('values of a position', () => {
  const person = {
    id: 'p1',
    name: 'Ada',
    positions: [
      { id: 'o1', name: '', title: 'Analyst', company: { id: 'c1', name: 'Acme' } },
      { id: 'o2', name: '', title: 'Adviser', company: null },
    ],
  }
  const title = { key: 'positions.o2.title', kind: 'text' } as const
  const employer = { key: 'positions.o2.companyId', kind: 'relation' } as const
  it('are read, shown and sent like those of the person', () => {
    assert.equal(valueIn(person, title), 'Adviser')
    const after = withValue(person, title, 'Chair')
    assert.equal(valueIn(after, title), 'Chair')
    assert.equal(valueIn(after, { ...title, key: 'positions.o1.title' }), 'Analyst')
    assert.deepEqual(patchOf(title, 'Adviser', 'Chair'), { title: 'Chair' })
    assert.deepEqual(valueIn(withValue(person, employer, { id: 'c2', name: 'B' }), employer), {
      id: 'c2',
      name: 'B',
    })
    assert.deepEqual(patchOf(employer, null, { id: 'c2', name: 'B' }), { companyId: 'c2' })
  })
  it('are nothing for a position that is gone', () =>
    assert.equal(valueIn(person, { ...title, key: 'positions.o9.title' }), null))
})

describe('the request of an edit', () => {
  it('names the field alone', () => {
    assert.deepEqual(patchOf(name, 'a', 'b'), { name: 'b' })
    assert.deepEqual(patchOf(name, 'a', ''), { name: null })
    assert.deepEqual(patchOf(budget, 5, 6), { custom: { budget: 6 } })
  })
  it('names related records by id', () => {
    assert.deepEqual(patchOf(company, null, { id: 'c2', name: 'Other' }), { companyId: 'c2' })
    assert.deepEqual(patchOf({ key: 'company', kind: 'relation' }, null, { id: 'c2', name: 'Other' }), {
      companyId: 'c2',
    })
    assert.deepEqual(patchOf(company, deal.company, null), { companyId: null })
  })
  it('sends lists whole, an empty one to empty them', () => {
    const people = { key: 'peopleIds', kind: 'relation' } as const
    const withPeople = { ...deal, people: [{ id: 'p1', name: 'Ada' }] }
    assert.deepEqual(valueIn(withPeople, people), [{ id: 'p1', name: 'Ada' }])
    assert.deepEqual(patchOf(people, [], withPeople.people), { peopleIds: ['p1'] })
    assert.deepEqual(patchOf(people, withPeople.people, []), { peopleIds: [] })
    assert.deepEqual(patchOf({ key: 'phones', kind: 'multi_select' }, ['1'], []), { phones: [] })
  })
  it('says which tags come and which go', () => {
    assert.deepEqual(patchOf(tags, ['new', 'old'], ['new', 'hot']), { addTags: ['hot'], removeTags: ['old'] })
  })
})
