import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { newId } from '../ids.ts'
import type { LiveMessage } from './message.ts'
import { type Gathered, gatherInto, messagesOf } from './window.ts'

const [org, workflow] = [newId(), newId()]
const progress = (run: string, of = org): LiveMessage => ({
  id: newId(),
  orgId: of,
  type: 'run.progressed',
  subjects: [
    { type: 'run', id: run },
    { type: 'workflow', id: workflow },
  ],
})

function told(messages: readonly LiveMessage[]): LiveMessage[] {
  const window = new Map<string, Gathered>()
  for (const message of messages) gatherInto(window, message)
  return messagesOf(window)
}

describe('a window of live messages', () => {
  it('tells repetitions once, with the newest id', () => {
    const run = newId()
    const messages = [progress(run), progress(newId()), progress(run)]
    assert.deepEqual(told(messages), [messages[1], messages[2]])
  })

  it('names only what many changes have in common', () => {
    for (const count of [26, 101, 5_000]) {
      const [message, ...more] = told(Array.from({ length: count }, () => progress(newId())))
      assert.deepEqual(more, [])
      assert.equal(message?.many, true)
      assert.deepEqual(message?.subjects, [{ type: 'workflow', id: workflow }])
    }
  })

  it('keeps the detail of one type beside the sum of another', () => {
    const moved = { id: newId(), orgId: org, type: 'lead.moved', subjects: [{ type: 'lead', id: newId() }] }
    const all = told([...Array.from({ length: 200 }, () => progress(newId())), moved])
    assert.deepEqual(
      all.map(({ type, many }) => [type, many]),
      [
        ['run.progressed', true],
        ['lead.moved', undefined],
      ],
    )
    assert.equal(all[1], moved)
  })

  it('has a bound on detail over all organizations, and tells each of them something', () => {
    const orgs = Array.from({ length: 400 }, () => newId())
    const all = told(orgs.flatMap(orgId => Array.from({ length: 10 }, () => progress(newId(), orgId))))
    assert.ok(all.length <= 500, `${all.length} messages`)
    assert.deepEqual(new Set(all.map(({ orgId }) => orgId)), new Set(orgs))
  })
})
