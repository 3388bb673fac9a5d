import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { DeletedRecord } from '#modules/crm/contract.ts'
import { daysLeft, deleterOf, purgedWords, restoredWords } from './deleted-words.ts'

describe('the words of deleted records', () => {
  it('say how long they can be brought back', () => {
    const now = Date.parse('2026-11-21T12:00:00Z')
    assert.equal(daysLeft('2026-11-23T11:00:00Z', now), '2 days')
    assert.equal(daysLeft('2026-11-22T11:00:00Z', now), '1 day')
    assert.equal(daysLeft('2026-11-20T11:00:00Z', now), 'Today')
  })

  it('say who deleted them', () => {
    const by = (deletedBy: Partial<NonNullable<DeletedRecord['deletedBy']>> | null) =>
      deleterOf({ deletedBy } as DeletedRecord, new Map([['u2', 'Robin']]), 'u1')
    assert.equal(by({ type: 'user', userId: 'u1' }), 'You')
    assert.equal(by({ type: 'user', userId: 'u2' }), 'Robin')
    assert.equal(by({ type: 'user', userId: 'u3' }), 'A member')
    assert.equal(by({ type: 'run' }), 'A workflow')
    assert.equal(by(null), '')
  })

  it('say what became of them, all or a part', () => {
    assert.equal(restoredWords('company', 1, 1), '1 company is back.')
    assert.equal(
      restoredWords('person', 3, 2),
      '2 people back. 1 stays deleted: somebody else has the e-mail address now.',
    )
    assert.equal(purgedWords('deal', 2, 2), '2 deals are gone for good.')
    assert.equal(purgedWords('person', 2, 1), '1 person is gone for good. A lead is still about the others.')
  })
})
