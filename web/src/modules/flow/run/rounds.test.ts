import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fullRoundWords, roundsOf, roundWords } from './rounds.ts'

test('rounds are counted from one, outermost first', () => {
  assert.deepEqual(roundsOf('each.0/inner_2.12'), [
    { nodeId: 'each', round: 1 },
    { nodeId: 'inner_2', round: 13 },
  ])
  assert.deepEqual(roundsOf(''), [])
})

test('a step says which round it belongs to', () => {
  assert.equal(roundWords('each.2'), 'round 3')
  assert.equal(roundWords('each.0/inner.12'), 'round 1, 13')
  assert.equal(roundWords(''), undefined)
})

test('in full it names the loops', () => {
  const names = new Map([['each', 'Each lead']])
  assert.equal(fullRoundWords('each.0/inner.12', names), 'Round 1 of Each lead, round 13 of inner')
  assert.equal(fullRoundWords('', names), undefined)
})
