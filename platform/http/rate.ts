/** Allows `perMinute` actions a minute for each key, with a burst of the same size. */
export interface RateLimit {
  /** Takes one token; returns 0 when allowed, otherwise the seconds until the next one. */
  take(key: string): number
  /** Takes `cost` tokens at once, or none of them. */
  spend(key: string, cost: number): Spent
}

/** What is left of a key's tokens after it asked for some. */
export interface Spent {
  /** 0 when they were given, otherwise the seconds until there are enough. */
  readonly waitS: number
  /** Whole tokens left. */
  readonly left: number
  /** Seconds until there are as many as there can be. */
  readonly fullInS: number
}

const KEYS_MAX = 50_000

/** Token buckets in this process's memory, for floods; limits that must survive a restart live in tables. */
export function createRateLimit(perMinute: number, now: () => number = () => performance.now()): RateLimit {
  const buckets = new Map<string, { tokens: number; at: number }>()
  const perMs = perMinute / 60_000
  const secondsFor = (tokens: number) => Math.ceil(tokens / perMs / 1000)
  const spend = (key: string, cost: number): Spent => {
    const at = now()
    const bucket = buckets.get(key) ?? { tokens: perMinute, at }
    bucket.tokens = Math.min(perMinute, bucket.tokens + (at - bucket.at) * perMs)
    bucket.at = at
    // Re-inserting keeps the map in order of last use, so the first key is the one to forget.
    buckets.delete(key)
    buckets.set(key, bucket)
    if (buckets.size > KEYS_MAX) buckets.delete(buckets.keys().next().value ?? key)
    // One that costs more than there can ever be is given all of them.
    const price = Math.min(cost, perMinute)
    const isGiven = bucket.tokens >= price
    if (isGiven) bucket.tokens -= price
    return {
      waitS: isGiven ? 0 : secondsFor(price - bucket.tokens),
      left: Math.floor(bucket.tokens),
      fullInS: secondsFor(perMinute - bucket.tokens),
    }
  }
  return { spend, take: key => spend(key, 1).waitS }
}
