import assert from 'node:assert/strict'
import { test } from 'node:test'
import { reconnectDelay } from './live-backoff.ts'

test('the wait doubles from half a second and never exceeds half a minute', () => {
  assert.equal(reconnectDelay(0, 1), 500)
  assert.equal(reconnectDelay(3, 1), 4000)
  assert.equal(reconnectDelay(50, 1), 30_000)
})

test('chance takes away at most half of the wait', () => {
  assert.equal(reconnectDelay(3, 0), 2000)
})
