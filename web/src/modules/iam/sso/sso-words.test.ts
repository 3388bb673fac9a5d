import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ssoOutcomes } from '#modules/iam/contract.ts'
import { outcomeOf, outcomeWords } from './sso-words.ts'

test('every outcome has its own sentence, and nothing else is taken for one', () => {
  assert.equal(new Set(ssoOutcomes.map(outcomeWords)).size, ssoOutcomes.length)
  for (const outcome of ssoOutcomes) assert.equal(outcomeOf(outcome), outcome)
  for (const text of [undefined, '', 'constructor', 'confirm', 1]) assert.equal(outcomeOf(text), undefined)
})
