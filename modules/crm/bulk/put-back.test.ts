import assert from 'node:assert/strict'
import { test } from 'node:test'
import { putBack } from './put-back.ts'

test('a value goes back where it is still what the act wrote, and stays where somebody changed it', () => {
  const current = { phone: '+33 1', status: 'active', score: 7 }
  const change = {
    before: { phone: null, status: 'inactive', score: 1 },
    after: { phone: '+33 1', status: 'archived', score: 7 },
  }
  assert.deepEqual(putBack(current, change), { patch: { phone: null, score: 1 }, left: ['status'] })
})

test('what is as it was already is neither put back nor complained about', () => {
  const change = { before: { status: 'active' }, after: { status: 'archived' } }
  assert.deepEqual(putBack({ status: 'active' }, change), { patch: {}, left: [] })
})

test('amounts are compared by what they say, in whatever order their parts come', () => {
  const change = {
    before: { value: null },
    after: { value: { amount: 5, currency: 'EUR' } },
  }
  assert.deepEqual(putBack({ value: { currency: 'EUR', amount: 5 } }, change), {
    patch: { value: null },
    left: [],
  })
})

test('fields of the organization and related records are found by the names changes use', () => {
  const current = { company: { id: 'c2', name: 'Two' }, custom: { size: 4 } }
  const change = {
    before: { companyId: 'c1', 'custom.size': 3, 'custom.kind': 'a' },
    after: { companyId: 'c2', 'custom.size': 4, 'custom.kind': 'b' },
  }
  assert.deepEqual(putBack(current, change), {
    patch: { companyId: 'c1', custom: { size: 3 } },
    left: ['custom.kind'],
  })
})

test('tags are put back one by one, whatever came since', () => {
  const change = { before: { tags: ['a', 'b'] }, after: { tags: ['b', 'c'] } }
  assert.deepEqual(putBack({ tags: ['b', 'c', 'd'] }, change).patch, { addTags: ['a'], removeTags: ['c'] })
})
