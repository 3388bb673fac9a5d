import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { readNumber } from './number-text.ts'

test('money, counts and percentages as people type them become numbers', () => {
  const cases: [unknown, number][] = [
    ['$5,000', 5000],
    ['10000+', 10000],
    ['€ 1 234,50', 1234.5],
    ['1\u202f234,50 €', 1234.5],
    ['1.234.567,89', 1234567.89],
    ['1,234,567.89', 1234567.89],
    ["CHF 1'234.50", 1234.5],
    ['1 200 EUR', 1200],
    ['USD 99', 99],
    ['12,5', 12.5],
    ['0,500', 0.5],
    ['1.234', 1.234],
    ['10k', 10000],
    ['$1.5M', 1500000],
    ['-3', -3],
    ['\u22123', -3],
    ['-$3', -3],
    ['$-3', -3],
    ['45 %', 45],
    ['.5', 0.5],
    ['007', 7],
    ['1e3', 1000],
    [42, 42],
    ['-0', 0],
  ]
  for (const [input, expected] of cases) assert.equal(readNumber(input), expected, JSON.stringify(input))
})

test('what is not one number is no number', () => {
  const cases = [
    '',
    ' ',
    'abc',
    '5-10',
    '$1,000 - $5,000',
    '12 34',
    '1,23,456',
    '1.2.3',
    '--1',
    '-$-3',
    '1,2,3.4',
    'NaN',
    'Infinity',
    '1e999',
    '0x10',
    '+',
    '$',
    '5 apples',
    '1'.repeat(65),
    null,
    undefined,
    true,
    [],
    [5],
    {},
    Number.NaN,
    Number.POSITIVE_INFINITY,
    '1,234 567',
  ]
  for (const input of cases) assert.equal(readNumber(input), null, JSON.stringify(input))
})

test('every finite number survives being written as text', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), value => {
      assert.equal(readNumber(String(value)), value === 0 ? 0 : value)
    }),
  )
})

test('no text makes the reader throw or answer something that is not finite', () => {
  const unit = fc.constantFrom(..."0123456789.,'’ -+$€%kKmMeE\u00a0abc".split(''))
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit, maxLength: 20 }), fc.string()), text => {
      const value = readNumber(text)
      assert.ok(value === null || Number.isFinite(value))
    }),
    { numRuns: 2000 },
  )
})
