import type { LiveMessage } from './message.ts'

/** How long messages are remembered for streams that come back, in milliseconds. */
const KEEP_MS = 60_000
const SWEEP_MS = 10_000
const ORG_MAX = 1_000
const ALL_MAX = 50_000
/**
 * A position is a time, and processes hear of a change at slightly different times. So what happened shortly before a
 * position is told again; this covers what a message needs from one process to another, or that one is set aside.
 */
const OVERLAP_MS = 5_000

interface Remembered {
  /** Everything after this time is in `entries`. */
  from: number
  entries: { at: number; message: LiveMessage }[]
}

/** The last minute of each organization, bounded. */
export interface Memory {
  keep(orgId: string, messages: readonly LiveMessage[], at: number): void
  /** What came after a position, or undefined when that is not known any more. */
  since(orgId: string, position: number, now: number): LiveMessage[] | undefined
  /** Forgets some organizations or all. */
  forget(orgIds: readonly string[] | undefined, now: number): void
}

/** Creates a memory that knows nothing from before `startedAt`. */
export function createMemory(startedAt: number): Memory {
  let from = startedAt
  let sweptAt = startedAt
  let size = 0
  const byOrg = new Map<string, Remembered>()
  const forgetAll = (now: number) => {
    byOrg.clear()
    size = 0
    from = now
  }
  const shorten = (own: Remembered, count: number) => {
    const gone = own.entries.splice(0, count)
    size -= gone.length
    own.from = gone.at(-1)?.at ?? own.from
  }
  const sweep = (now: number) => {
    sweptAt = now
    for (const [orgId, own] of byOrg) {
      const young = own.entries.findIndex(({ at }) => at > now - KEEP_MS)
      shorten(own, young < 0 ? own.entries.length : young)
      if (own.entries.length === 0 && own.from <= now - KEEP_MS) byOrg.delete(orgId)
    }
  }
  return {
    keep(orgId, messages, at) {
      let own = byOrg.get(orgId)
      if (own === undefined) {
        own = { from: 0, entries: [] }
        byOrg.set(orgId, own)
      }
      for (const message of messages) own.entries.push({ at, message })
      size += messages.length
      if (own.entries.length > ORG_MAX) shorten(own, own.entries.length - ORG_MAX / 2)
      if (at - sweptAt > SWEEP_MS) sweep(at)
      if (size > ALL_MAX) forgetAll(at)
    },
    since(orgId, position, now) {
      const own = byOrg.get(orgId)
      const start = position - OVERLAP_MS
      if (!(start >= Math.max(from, own?.from ?? 0, now - KEEP_MS))) return undefined
      return own?.entries.filter(({ at }) => at > start).map(({ message }) => message) ?? []
    },
    forget(orgIds, now) {
      if (orgIds === undefined) return forgetAll(now)
      for (const orgId of orgIds) {
        size -= byOrg.get(orgId)?.entries.length ?? 0
        byOrg.set(orgId, { from: now, entries: [] })
      }
    },
  }
}
