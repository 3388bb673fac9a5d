import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { minorDigits } from '#platform/contract/money.ts'
import { moneyOf, moneyWords } from './money.ts'
import { numberDraft, numberWords, parseNumber } from './numbers.ts'

describe('numbers as people type them', () => {
  const cases: readonly (readonly [text: string, locale: string, value: number | undefined])[] = [
    ['1234.5', 'en-GB', 1234.5],
    ['1 234,50', 'fr-FR', 1234.5],
    ['1\u202f234,50', 'fr-FR', 1234.5],
    ['1,234.50', 'en-GB', 1234.5],
    ['1.234,50', 'de-DE', 1234.5],
    ['1.234.567', 'en-GB', 1234567],
    ['1,234', 'en-GB', 1234],
    ['1,234', 'fr-FR', 1.234],
    ['1.234', 'fr-FR', 1234],
    ['0.125', 'fr-FR', 0.125],
    ["1'000", 'de-CH', 1000],
    ['-3,5', 'fr-FR', -3.5],
    ['+7', 'en-GB', 7],
    ['.5', 'en-GB', 0.5],
    ['', 'en-GB', undefined],
    ['-', 'en-GB', undefined],
    ['12abc', 'en-GB', undefined],
    ['1,2,3', 'en-GB', undefined],
    ['1.2.3,4', 'en-GB', undefined],
    ['Infinity', 'en-GB', undefined],
    ['1e5', 'en-GB', undefined],
  ]
  for (const [text, locale, value] of cases) {
    it(`${JSON.stringify(text)} in ${locale} is ${value}`, () =>
      assert.equal(parseNumber(text, locale), value))
  }
  it('are read back from what an editor begins with, in every locale', () => {
    for (const locale of ['en-GB', 'fr-FR', 'de-DE', 'de-CH']) {
      for (const value of [12.125, 0.001, 1234.5, -1234567, 3]) {
        assert.equal(parseNumber(numberDraft(value, undefined, locale), locale), value)
      }
      assert.equal(parseNumber(numberDraft(1.234, 3, locale), locale), 1.234)
    }
  })
  it('are shown with all their digits', () => {
    assert.equal(numberWords(12345.0625, 'en-GB'), '12,345.0625')
    assert.equal(numberWords(2010, 'en-GB'), '2010')
  })
})

describe('money', () => {
  it('is kept in minor units, of which currencies have different numbers', () => {
    assert.deepEqual([minorDigits('EUR'), minorDigits('JPY'), minorDigits('TND')], [2, 0, 3])
    assert.equal(moneyWords({ amount: 123450, currency: 'EUR' }, 'en-GB'), '€1,234.50')
    assert.equal(moneyWords({ amount: 500000, currency: 'EUR' }, 'en-GB'), '€5,000')
    assert.equal(moneyWords({ amount: 5000, currency: 'JPY' }, 'en-GB'), 'JP¥5,000')
  })
  it('of an unknown currency is shown as it is', () => {
    assert.equal(moneyWords({ amount: 100, currency: 'no' }, 'en-GB'), '1 no')
  })
  it('is told from other values', () => {
    assert.equal(moneyOf({ amount: '1', currency: 'EUR' }), undefined)
    assert.equal(moneyOf(12), undefined)
    assert.deepEqual(moneyOf({ amount: 1, currency: 'EUR' }), { amount: 1, currency: 'EUR' })
  })
})
