/** Work that somebody may be waiting for. */
export type WakeTopic = 'events' | 'jobs' | 'flow' | 'schedules' | 'letters' | 'calm'

/**
 * In-process wake-ups. They only shorten the wait: everything is found by polling as well, so a lost
 * signal costs milliseconds and never work.
 */
export interface Wake {
  /** Says that there is work; call it after the commit. */
  signal(topic: WakeTopic): void
  /** Resolves at the next signal, after `ms`, or when the abort signal fires, whichever is first. */
  wait(topic: WakeTopic, ms: number, abort?: AbortSignal): Promise<void>
}

/** Creates the wake-ups of a process. A signal that nobody waits for is remembered for the next waiter. */
export function createWake(): Wake {
  const waiting = new Map<WakeTopic, Set<() => void>>()
  const pending = new Set<WakeTopic>()
  return {
    signal(topic) {
      const waiters = waiting.get(topic)
      if (!waiters || waiters.size === 0) {
        pending.add(topic)
        return
      }
      for (const wakeUp of [...waiters]) wakeUp()
    },
    wait(topic, ms, abort) {
      if (abort?.aborted || pending.delete(topic)) return Promise.resolve()
      return new Promise(resolve => {
        const waiters = waiting.get(topic) ?? new Set()
        waiting.set(topic, waiters)
        const done = () => {
          clearTimeout(timer)
          abort?.removeEventListener('abort', done)
          waiters.delete(done)
          resolve()
        }
        const timer = setTimeout(done, ms)
        abort?.addEventListener('abort', done, { once: true })
        waiters.add(done)
      })
    },
  }
}
