import assert from 'node:assert/strict'
import { test } from 'node:test'
import { changesOf, doneWords, type KnownLead, undoOf } from './lead-acts.ts'

const leads: KnownLead[] = [
  { id: 'a', status: 'NEW', ownerUserId: null },
  { id: 'b', status: 'NEW', ownerUserId: 'u', above: 'a' },
  { id: 'c', status: 'WON', ownerUserId: 'u', above: 'x' },
]

test('a move leaves alone what is there already, and keeps the order at the top', () => {
  assert.deepEqual(changesOf({ type: 'move', status: 'WON', name: 'Won' }, leads), [
    { leadId: 'b', status: 'WON' },
    { leadId: 'a', status: 'WON' },
  ])
  assert.deepEqual(undoOf({ type: 'move', status: 'WON', name: 'Won' }, leads.slice(0, 2)), [
    { leadId: 'a', status: 'NEW' },
    { leadId: 'b', status: 'NEW', below: 'a' },
  ])
})

test('an owner is taken back to the one before, and a deleted lead comes back', () => {
  assert.deepEqual(changesOf({ type: 'assign', ownerUserId: 'u', name: 'Ada' }, leads), [
    { leadId: 'a', ownerUserId: 'u' },
  ])
  assert.deepEqual(undoOf({ type: 'assign', ownerUserId: 'u', name: 'Ada' }, leads.slice(0, 1)), [
    { leadId: 'a', ownerUserId: null },
  ])
  assert.deepEqual(undoOf({ type: 'delete' }, leads.slice(0, 1)), [{ leadId: 'a', deleted: false }])
})

test('what was done is counted in words', () => {
  assert.equal(doneWords({ type: 'delete' }, 1), '1 lead deleted.')
  assert.equal(doneWords({ type: 'assign', ownerUserId: null, name: '' }, 2), '2 leads taken from everybody.')
})
