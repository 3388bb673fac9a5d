/** Allows `perMinute` actions a minute for each key, with a burst of the same size. */
export interface RateLimit {
  /** Takes one token; returns 0 when allowed, otherwise the seconds until the next one. */
  take(key: string): number
}

const KEYS_MAX = 50_000

/** Token buckets in this process's memory, for floods; limits that must survive a restart live in tables. */
export function createRateLimit(perMinute: number, now: () => number = () => performance.now()): RateLimit {
  const buckets = new Map<string, { tokens: number; at: number }>()
  const perMs = perMinute / 60_000
  return {
    take(key) {
      const at = now()
      const bucket = buckets.get(key) ?? { tokens: perMinute, at }
      bucket.tokens = Math.min(perMinute, bucket.tokens + (at - bucket.at) * perMs)
      bucket.at = at
      // Re-inserting keeps the map in order of last use, so the first key is the one to forget.
      buckets.delete(key)
      buckets.set(key, bucket)
      if (buckets.size > KEYS_MAX) buckets.delete(buckets.keys().next().value ?? key)
      if (bucket.tokens < 1) return Math.ceil((1 - bucket.tokens) / perMs / 1000)
      bucket.tokens -= 1
      return 0
    },
  }
}
