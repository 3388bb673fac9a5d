import assert from 'node:assert/strict'
import { test } from 'node:test'
import { changedWords, reasonLine } from './quarantine-words.ts'

test('what became of many is said in one sentence, and what did not in another', () => {
  assert.equal(changedWords('release', 1, 0), '1 submission released as leads.')
  assert.equal(
    changedWords('delete', 3, 1),
    '3 submissions deleted. 1 submission could not be; open them to see why.',
  )
  assert.equal(
    changedWords('release', 0, 2),
    'Nothing was released. 2 submissions could not be; open them to see why.',
  )
})

test('the weightiest reason stands for all of them', () => {
  const reasons = [
    { code: 'trap', words: 'A field was filled in that nobody sees.', points: 100 },
    { code: 'links', words: 'The text has 3 links.', points: 6 },
  ]
  assert.equal(reasonLine({ reasons }), 'A field was filled in that nobody sees. And 1 more.')
  assert.equal(reasonLine({ reasons: reasons.slice(1) }), 'The text has 3 links.')
  assert.equal(reasonLine({ reasons: [] }), '')
})
