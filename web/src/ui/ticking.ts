import { useSyncExternalStore } from 'react'

/** A hook that gives the time, renewed every `tickMs`; one timer for all readers, and none while nobody reads. */
export function ticking(tickMs: number): () => number {
  const listeners = new Set<() => void>()
  let now = Date.now()
  let timer: ReturnType<typeof setInterval> | undefined
  const subscribe = (listener: () => void) => {
    listeners.add(listener)
    if (timer === undefined) {
      // The clock stood still while nobody looked; React reads it again right after subscribing.
      now = Date.now()
      timer = setInterval(() => {
        now = Date.now()
        for (const each of listeners) each()
      }, tickMs)
    }
    return () => {
      listeners.delete(listener)
      if (listeners.size > 0) return
      clearInterval(timer)
      timer = undefined
    }
  }
  return () => useSyncExternalStore(subscribe, () => now)
}
