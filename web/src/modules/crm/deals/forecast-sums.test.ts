import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { ForecastRow } from '#modules/crm/contract.ts'
import { addUp, byOwner, currenciesOf, monthLater, monthWords } from './forecast-sums.ts'

const row = (ownerUserId: string | null, currency: string, won: number, weighted: number): ForecastRow => ({
  month: '2026-11',
  ownerUserId,
  currency,
  won,
  wonDeals: won > 0 ? 1 : 0,
  weighted,
  open: weighted * 2,
  openDeals: weighted > 0 ? 1 : 0,
  committed: 0,
})

describe('a forecast', () => {
  const rows = [
    row('a', 'EUR', 100, 50),
    row('b', 'EUR', 0, 400),
    row(null, 'EUR', 10, 0),
    row('a', 'USD', 5, 0),
  ]
  it('adds up', () => {
    assert.deepEqual(addUp(rows.slice(0, 3)), {
      won: 110,
      wonDeals: 2,
      committed: 0,
      weighted: 450,
      open: 900,
      openDeals: 2,
    })
  })
  it('has its currencies and owners in the order of what they bring', () => {
    assert.deepEqual(currenciesOf(rows), ['EUR', 'USD'])
    assert.deepEqual(
      byOwner(rows.slice(0, 3)).map(({ ownerUserId, sum }) => [ownerUserId, sum.won + sum.weighted]),
      [
        ['b', 400],
        ['a', 150],
        [null, 10],
      ],
    )
  })
  it('goes from month to month over the end of a year', () => {
    assert.deepEqual([monthLater('2026-11', 2), monthLater('2026-01', -1)], ['2027-01', '2025-12'])
    assert.equal(monthWords('2026-11', false, 'en-GB'), 'November 2026')
    assert.equal(monthWords('2026-11', true, 'en-GB'), 'Nov')
  })
})
