import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { bodyOf, EMPTY, isBlank, lackOf } from './draft.ts'

const about = { object: 'person', id: '019b0c4e-7a10-7c3e-9f00-3c2f1d4a5b6c' } as const

describe('what is being written', () => {
  it('says what it lacks', () => {
    assert.equal(lackOf({ ...EMPTY, body: ' ' }), 'Write something first.')
    assert.equal(lackOf({ ...EMPTY, kind: 'task', body: 'x' }), 'Say what is to be done.')
    assert.equal(lackOf({ ...EMPTY, kind: 'meeting', title: 'x' }), 'Say when it begins.')
    assert.equal(lackOf({ ...EMPTY, kind: 'call', body: 'x' }), undefined)
    assert.ok(isBlank({ ...EMPTY, kind: 'task', dueOn: '2026-01-01' }))
  })

  it('sends only what belongs to its kind', () => {
    const all = {
      ...EMPTY,
      title: ' T ',
      body: 'B',
      outcome: 'busy',
      dueOn: '2026-01-01',
      startsAt: '2026-01-01T10:00',
    } as const
    const keys = (kind: 'note' | 'task' | 'call' | 'meeting') => {
      const { outcome, dueOn, startsAt, endsAt, title } = bodyOf({ ...all, kind }, about)
      return [title, outcome, dueOn, startsAt !== undefined, endsAt !== undefined]
    }
    assert.deepEqual(keys('note'), ['', undefined, undefined, false, false])
    assert.deepEqual(keys('task'), ['T', undefined, '2026-01-01', false, false])
    assert.deepEqual(keys('call'), ['T', 'busy', undefined, false, false])
    assert.deepEqual(keys('meeting'), ['T', undefined, undefined, true, true])
  })
})
