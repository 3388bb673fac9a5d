import type { Subject } from '../contract/event.ts'

/** What a live view hears: that something changed, never the content, which it reads with its own rights. */
export interface LiveMessage {
  readonly id: string
  readonly orgId: string
  readonly type: string
  readonly subjects: readonly Subject[]
}

/** Live updates of one process: verbs send after their commit, server-sent event streams listen. */
export interface Live {
  send(message: LiveMessage): void
  /** Returns the function that stops listening. */
  listen(orgId: string, listener: (message: LiveMessage) => void): () => void
  /** Open listeners, for metrics. */
  count(): number
}

/** Creates the hub of a process. A listener that throws does not keep the others from hearing. */
export function createLive(): Live {
  const listeners = new Map<string, Set<(message: LiveMessage) => void>>()
  return {
    send(message) {
      for (const listener of [...(listeners.get(message.orgId) ?? [])]) {
        try {
          listener(message)
        } catch {
          listeners.get(message.orgId)?.delete(listener)
        }
      }
    },
    listen(orgId, listener) {
      const group = listeners.get(orgId) ?? new Set()
      listeners.set(orgId, group)
      group.add(listener)
      return () => {
        group.delete(listener)
        if (group.size === 0) listeners.delete(orgId)
      }
    },
    count: () => [...listeners.values()].reduce((sum, group) => sum + group.size, 0),
  }
}
