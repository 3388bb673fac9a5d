import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { minorDigits, minorUnits } from './money.ts'

describe('money in minor units', () => {
  it('has as many digits as its currency', () => {
    assert.deepEqual(['EUR', 'JPY', 'TND', 'no such'].map(minorDigits), [2, 0, 3, 2])
  })
  it('is rounded by its decimal digits', () => {
    assert.equal(minorUnits(1.005, 'EUR'), 101)
    assert.equal(minorUnits(8.165, 'EUR'), 817)
    assert.equal(minorUnits(1234.5, 'JPY'), 1235)
    assert.equal(minorUnits(-0.001, 'EUR'), 0)
    assert.equal(minorUnits(0.1 + 0.2, 'TND'), 300)
    assert.equal(minorUnits(1e21, 'EUR'), 1e23)
    assert.ok(Number.isNaN(minorUnits(Number.NaN, 'EUR')))
  })
})
