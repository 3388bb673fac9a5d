import assert from 'node:assert/strict'
import { test } from 'node:test'
import { worthAnswers, worthOf } from './deal-worth.ts'

test('an amount is in the currency it names, or else in that of the pipeline', () => {
  assert.deepEqual(worthOf('12.5', 'EUR'), { amount: 1_250, currency: 'EUR' })
  assert.deepEqual(worthOf('$1,250', 'EUR'), { amount: 125_000, currency: 'USD' })
  assert.deepEqual(worthOf('¥900', 'EUR'), { amount: 900, currency: 'JPY' })
  assert.equal(worthOf('much', 'EUR'), undefined)
})

test('answers that can be the value are offered, money first', () => {
  const answer = (type: 'TEXT' | 'NUMBER' | 'DATE' | 'DROPDOWN', label: string, value: string) => ({
    key: label.toLowerCase(),
    type,
    label,
    value,
    archived: false,
    textVersion: null,
  })
  const answers = [
    answer('TEXT', 'Name', 'Grace'),
    answer('NUMBER', 'Seats', '12'),
    answer('DATE', 'Start', '2026'),
    answer('DROPDOWN', 'Budget', '$5000'),
    answer('TEXT', 'Message', `We need 3 things, ${'and '.repeat(20)}`),
  ]
  assert.deepEqual(
    worthAnswers({ answers }).map(({ label }) => label),
    ['Budget', 'Seats'],
  )
})
