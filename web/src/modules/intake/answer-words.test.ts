import assert from 'node:assert/strict'
import { test } from 'node:test'
import { answerWords, shortAnswer } from './answer-words.ts'

test('numbers are grouped and keep the decimals that were typed', () => {
  assert.equal(answerWords('NUMBER', '12500', 'en-GB'), '12,500')
  assert.equal(answerWords('NUMBER', '12.50', 'en-GB'), '12.50')
  assert.equal(answerWords('NUMBER', '-0.5', 'en-GB'), '-0.5')
})

test('a date is the same day in every time zone', () => {
  assert.equal(answerWords('DATE', '2026-11-30', 'en-GB'), '30 November 2026')
})

test('a tick is a word', () => {
  assert.deepEqual(
    ['true', 'false'].map(value => answerWords('CHECKBOX', value)),
    ['Yes', 'No'],
  )
})

test('several choices stand beside each other', () => {
  assert.equal(answerWords('MULTI_SELECT', 'Design\nHosting, basic'), 'Design, Hosting, basic')
})

test('what does not read as its type is shown as it is stored', () => {
  assert.equal(answerWords('NUMBER', 'many'), 'many')
  assert.equal(answerWords('DATE', 'soon'), 'soon')
  assert.equal(answerWords('TEXT', ' as typed\n'), ' as typed\n')
})

test('on a card a date is short, and what only resembles one stays as it is', () => {
  assert.equal(shortAnswer('2026-12-01', 'en-GB'), '1 Dec 2026')
  for (const value of ['$500', '2026-13-45', '2026-12-01 or later', '12']) {
    assert.equal(shortAnswer(value, 'en-GB'), value)
  }
})
