import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { TimelineEntry } from '#modules/crm/contract.ts'
import { entryWords } from './timeline-words.ts'

const entry = (kind: string, data: TimelineEntry['data'] = {}): TimelineEntry => ({
  id: '019b0c4e-7a10-7c3e-9f00-3c2f1d4a5b6c',
  kind,
  topic: 'change',
  at: '2026-11-21T09:30:00.000Z',
  until: '2026-11-21T09:30:00.000Z',
  count: 1,
  actor: { type: 'system' },
  record: null,
  activity: null,
  data,
})

describe('the words of a timeline', () => {
  it('name the fields that changed, a few of many', () => {
    const words = (...changed: string[]) => entryWords(entry('person.updated', { changed })).words
    assert.equal(words('firstName'), 'changed first name')
    assert.equal(words('phone', 'custom.shoe_size'), 'changed phone and shoe size')
    assert.equal(words('a', 'b', 'c', 'd', 'e', 'f'), 'changed a, b, c, d and 2 more')
    assert.equal(words(), 'changed it')
  })

  it('lead to what they are about', () => {
    const sent = entryWords(entry('email.sent', { messageId: 'm', subject: 'Hello', runId: 'r' }))
    assert.deepEqual(
      [sent.record?.to, sent.record?.label, sent.source?.to],
      ['/mailbox/m', '“Hello”', '/runs/r'],
    )
    assert.equal(entryWords(entry('workflow.failed', { workflowId: 'w', reason: 'No' })).body, 'No')
  })

  it('are there for kinds that nobody has thought of', () => {
    assert.equal(entryWords(entry('moon.landed_on')).words, 'moon: landed on')
    assert.equal(entryWords(entry('company.restored')).words, 'brought the company back')
  })
})
