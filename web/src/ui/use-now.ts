import { useSyncExternalStore } from 'react'

const tick = 15_000
const listeners = new Set<() => void>()
let now = Date.now()
let timer: ReturnType<typeof setInterval> | undefined

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  if (timer === undefined) {
    // The clock stood still while nobody looked; React reads it again right after subscribing.
    now = Date.now()
    timer = setInterval(() => {
      now = Date.now()
      for (const each of listeners) each()
    }, tick)
  }
  return () => {
    listeners.delete(listener)
    if (listeners.size === 0) {
      clearInterval(timer)
      timer = undefined
    }
  }
}

/** The time, renewed every 15 seconds; all readers change together. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => now)
}
