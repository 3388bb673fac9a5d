import assert from 'node:assert/strict'
import { test } from 'node:test'
import { amountOfAnswer } from './answer-amount.ts'

const read: readonly [string, number, string | null][] = [
  ['12500', 12_500, null],
  ['0', 0, null],
  ['1250.5', 1250.5, null],
  ['0.125', 0.125, null],
  ['$5000', 5_000, 'USD'],
  ['$10000+', 10_000, 'USD'],
  ['Up to 5,000', 5_000, null],
  ['1.250,50 €', 1_250.5, 'EUR'],
  ["CHF 1'250", 1_250, null],
  ['10k €', 10_000, 'EUR'],
  ['£1.5m', 1_500_000, 'GBP'],
  ['1 250 000', 1_250_000, null],
]

for (const [answer, amount, currency] of read) {
  test(`“${answer}” names an amount`, () => assert.deepEqual(amountOfAnswer(answer), { amount, currency }))
}

for (const answer of [
  '',
  'a lot',
  '5 to 10',
  '5,000–10,000',
  '-5',
  '3 million',
  '10kg',
  '2026-12-01',
  'Q3',
  '1.2.3',
]) {
  test(`“${answer}” names none`, () => assert.equal(amountOfAnswer(answer), null))
}
