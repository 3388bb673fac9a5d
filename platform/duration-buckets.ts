/**
 * Durations by their logarithm. Bucket 0 holds what took less than a millisecond; bucket k, from 1 on, holds durations
 * from 2^((k-1)/8) up to but not including 2^(k/8) milliseconds, so that eight buckets make a doubling.
 */

const PER_DOUBLING = 8
/** Past a thousand years; whatever is longer falls into the last one. */
const BUCKET_MAX = 360

/** An estimate and the exact percentile differ by less than this factor, or by less than a millisecond below one. */
export const PERCENTILE_FACTOR = 2 ** (1 / PER_DOUBLING)

/** The bucket of a duration in milliseconds; a negative one, as after a step of the clock, counts as none at all. */
export function durationBucket(ms: number): number {
  if (!(ms >= 1)) return 0
  const guess = Math.min(BUCKET_MAX, Math.floor(Math.log2(ms) * PER_DOUBLING) + 1)
  // The logarithm may round across a bound.
  if (ms < floorOf(guess)) return guess - 1
  return guess < BUCKET_MAX && ms >= floorOf(guess + 1) ? guess + 1 : guess
}

/** The least duration of a bucket in milliseconds. */
function floorOf(bucket: number): number {
  return bucket === 0 ? 0 : 2 ** ((bucket - 1) / PER_DOUBLING)
}

/**
 * The percentile (`share` from 0 to 1, nearest rank) of durations counted by bucket, in milliseconds; null without any.
 * Within its bucket durations are taken to be spread evenly, so the answer is never in another bucket than the exact one.
 */
export function percentileOf(counts: ReadonlyMap<number, number>, share: number): number | null {
  const buckets = [...counts].sort(([a], [b]) => a - b)
  const total = buckets.reduce((sum, [, count]) => sum + count, 0)
  if (total === 0) return null
  let rank = Math.max(1, Math.ceil(share * total))
  for (const [bucket, count] of buckets) {
    if (rank <= count) {
      const floor = floorOf(bucket)
      return floor + (floorOf(bucket + 1) - floor) * ((rank - 0.5) / count)
    }
    rank -= count
  }
  return null
}
