import assert from 'node:assert/strict'
import { test } from 'node:test'
import { waitsForDecision, waitWords } from './waits.ts'

type Waiting = Parameters<typeof waitWords>[0]

function waiting(nodeType: string, input: unknown = null): Waiting {
  const last = { nodeType, input } as Waiting['last']
  return { state: 'waiting', isRetrying: false, nodeType, last }
}

test('a step says what it waits for', () => {
  assert.equal(waitWords(waiting('approval'))?.what, 'decision')
  assert.equal(waitWords(waiting('loop'))?.what, 'its rounds')
  assert.equal(waitWords(waiting('repeat'))?.what, 'its rounds')
  assert.equal(
    waitWords(waiting('wait_for_event', { event: 'email.sent' }))?.sentence,
    'It waits for this to happen: E-mail sent.',
  )
})

test('a step that waits for a time, for its next attempt or not at all says nothing more', () => {
  assert.equal(waitWords(waiting('wait')), undefined)
  assert.equal(waitWords({ ...waiting('approval'), isRetrying: true }), undefined)
  assert.equal(waitWords({ ...waiting('approval'), state: 'completed' }), undefined)
})

test('only an open approval waits for a decision', () => {
  assert.equal(waitsForDecision(waiting('approval')), true)
  assert.equal(waitsForDecision({ ...waiting('approval'), state: 'completed' }), false)
  assert.equal(waitsForDecision(waiting('wait')), false)
})
