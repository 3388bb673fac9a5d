import assert from 'node:assert/strict'
import { test } from 'node:test'
import { effectId, effectKey } from './effect-key.ts'
import { retryDelayMs } from './retry.ts'

test('waits double up to an hour, their second half is random, and Retry-After is a floor', () => {
  const retry = { attempts: 10, backoffMs: 1_000, growth: 'exponential' } as const
  const shortest = [1, 2, 3, 4].map(attempt => retryDelayMs(retry, attempt, null, () => 0))
  assert.deepEqual(shortest, [500, 1_000, 2_000, 4_000])
  assert.deepEqual(
    [1, 2, 3].map(attempt => retryDelayMs(retry, attempt, null, () => 0.999_999)),
    [1_000, 2_000, 4_000],
  )
  assert.equal(
    retryDelayMs({ ...retry, growth: 'fixed' }, 9, null, () => 1),
    1_000,
  )
  assert.equal(
    retryDelayMs({ ...retry, backoffMs: 3_600_000 }, 10, null, () => 1),
    3_600_000,
  )
  assert.equal(
    retryDelayMs(retry, 1, 60_000, () => 1),
    60_000,
  )
})

test('effect keys differ by organization, run, node and round, and ids sort by time', () => {
  const keys = [
    effectKey('o', 'r', 'n', ''),
    effectKey('p', 'r', 'n', ''),
    effectKey('o', 's', 'n', ''),
    effectKey('o', 'r', 'm', ''),
    effectKey('o', 'r', 'n', 'loop:1'),
  ]
  assert.equal(new Set(keys).size, keys.length)
  // The first published key; changing how keys are made would repeat effects of runs that are under way.
  assert.equal(keys[0], 'c617cf9e4b78941a5f1ef61a9298e11964741f817cffdaf00a5eaffd295fb163')
  const [early, late] = [effectId(keys[0] ?? '', 1_000), effectId(keys[0] ?? '', 2_000)]
  assert.ok(early < late)
  assert.equal(early.slice(14), late.slice(14))
})
