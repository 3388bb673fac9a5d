import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { durationBucket, PERCENTILE_FACTOR, percentileOf } from './duration-buckets.ts'

describe('durations by their logarithm', () => {
  const bucketed = (durations: readonly number[]) => {
    const counts = new Map<number, number>()
    for (const ms of durations) {
      const bucket = durationBucket(ms)
      counts.set(bucket, (counts.get(bucket) ?? 0) + 1)
    }
    return counts
  }
  /** The nearest-rank percentile of the durations themselves. */
  const exact = (durations: readonly number[], share: number) => {
    const sorted = durations.toSorted((a, b) => a - b)
    return sorted[Math.max(1, Math.ceil(share * sorted.length)) - 1] ?? Number.NaN
  }

  it('eight buckets make a doubling, and what is under a millisecond is one bucket', () => {
    assert.deepEqual([-1, 0, 0.99, 1, 2, 4, 1024, Number.NaN].map(durationBucket), [0, 0, 0, 1, 9, 17, 81, 0])
    assert.equal(durationBucket(Number.MAX_VALUE), 360)
  })

  it('longer durations never fall into a lower bucket', () => {
    const ms = fc.double({ min: 0, max: 1e13, noNaN: true })
    fc.assert(fc.property(ms, ms, (a, b) => durationBucket(Math.min(a, b)) <= durationBucket(Math.max(a, b))))
    for (let bucket = 1; bucket < 360; bucket++) {
      assert.equal(durationBucket(2 ** ((bucket - 1) / 8)), bucket)
    }
  })

  it('a percentile is within its stated bound of the exact one', () => {
    // From under a millisecond to months, evenly over the orders of magnitude.
    const ms = fc.double({ min: -2, max: 10, noNaN: true }).map(power => 10 ** power)
    fc.assert(
      fc.property(
        fc.array(ms, { minLength: 1, maxLength: 400 }),
        fc.constantFrom(0, 0.5, 0.95, 0.99, 1),
        (durations, share) => {
          const wanted = exact(durations, share)
          const found = percentileOf(bucketed(durations), share) ?? Number.NaN
          if (wanted < 1) return found >= 0 && found < 1
          return found / wanted < PERCENTILE_FACTOR && wanted / found < PERCENTILE_FACTOR
        },
      ),
      { numRuns: 500 },
    )
  })

  it('no durations have no percentile', () => {
    assert.equal(percentileOf(new Map(), 0.5), null)
  })
})
