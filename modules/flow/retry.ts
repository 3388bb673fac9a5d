import type { Retry } from './graph.ts'

const DELAY_MS_MAX = 3_600_000

/**
 * How long to wait before the attempt after `attempt` (counted from 1), in whole milliseconds: the backoff,
 * doubled for every failed attempt when it grows, at most an hour. The second half of it is random, so that
 * runs that failed together do not come back together. Never less than the other side asked for.
 */
export function retryDelayMs(
  retry: Retry,
  attempt: number,
  retryAfterMs: number | null,
  random: () => number,
): number {
  const growth = retry.growth === 'fixed' ? 1 : 2 ** (attempt - 1)
  const longest = Math.min(retry.backoffMs * growth, DELAY_MS_MAX)
  const delay = Math.round(longest / 2 + (random() * longest) / 2)
  return Math.max(delay, retryAfterMs ?? 0)
}
