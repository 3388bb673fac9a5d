import { coalesced } from './coalesced.ts'
import { queryClient } from './query.ts'

const renewals = new Map<string, () => void>()

/**
 * Marks the cached answers under a key as out of date and reads again those that are shown: at once, and in a burst
 * of changes at most every `gapMs` milliseconds, one read at a time, with one more after the last change.
 */
export function renewSoon(queryKey: readonly unknown[], gapMs: number): void {
  const name = JSON.stringify(queryKey)
  let signal = renewals.get(name)
  if (!signal) {
    signal = coalesced(async () => {
      await queryClient.invalidateQueries({ queryKey, refetchType: 'none' })
      const active = { queryKey, type: 'active' } as const
      // A read that is under way for another reason may have begun before the change, so one more follows it.
      const reads = queryClient.isFetching(active) > 0 ? 2 : 1
      for (let read = 0; read < reads; read++) {
        // Cancelling the read under way would starve it while changes keep coming.
        await queryClient.refetchQueries(active, { cancelRefetch: false })
      }
    }, gapMs)
    renewals.set(name, signal)
  }
  signal()
}
