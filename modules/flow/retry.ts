import { isPlainObject } from '#platform/contract/plain-data.ts'
import type { Retry } from './graph.ts'
import type { StepError } from './run-state.ts'

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

/**
 * Whether the step may be tried again: the failure is one that another attempt can mend, and of a class the node
 * retries. `once` is for calls that must not be made twice: only what surely never left may be tried again.
 */
export function mayRetry(retry: Retry, error: StepError, once: boolean): boolean {
  if (!error.retryable) return false
  if (once && !(isPlainObject(error.details) && error.details.sent === false)) return false
  return retry.on === undefined || retry.on.includes(failureClassOf(error))
}

type FailureClass = NonNullable<Retry['on']>[number]

function failureClassOf({ code, details }: StepError): FailureClass {
  const status = isPlainObject(details) && typeof details.status === 'number' ? details.status : 0
  if (status === 429 || status === 425) return 'throttled'
  if (status >= 500) return 'server'
  return status === 408 || code.includes('timeout') ? 'timeout' : 'network'
}
