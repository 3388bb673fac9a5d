import { EgressError } from './errors.ts'

/** The end of a request's time, or of the caller's patience. */
export type Deadline = {
  /** Aborted at the end, with an `EgressError` (`timeout` or `aborted`) as its reason. */
  readonly signal: AbortSignal
  /** Gives what the work gives, or rejects at the end without waiting for it. */
  race<T>(work: Promise<T>): Promise<T>
  /** To be called when the request is over, so that no timer outlives it. */
  clear(): void
}

/** Starts a deadline of `ms` milliseconds that a caller's own signal may bring forward. */
export function startDeadline(ms: number, signal?: AbortSignal): Deadline {
  const controller = new AbortController()
  const ended = Promise.withResolvers<never>()
  // Nobody may be waiting at the moment it ends.
  ended.promise.catch(() => {})
  const end = (error: EgressError) => {
    controller.abort(error)
    ended.reject(error)
  }
  const onAbort = () =>
    end(new EgressError('aborted', 'The request was cancelled.', { cause: signal?.reason }))
  const timer = setTimeout(
    () => end(new EgressError('timeout', `No answer within ${ms / 1000} seconds.`)),
    ms,
  )
  if (signal?.aborted) onAbort()
  else signal?.addEventListener('abort', onAbort)
  return {
    signal: controller.signal,
    race: work => Promise.race([work, ended.promise]),
    clear() {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
    },
  }
}
