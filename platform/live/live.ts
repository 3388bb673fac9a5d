import { createMemory } from './memory.ts'
import type { LiveMessage } from './message.ts'
import { type Gathered, gatherInto, messagesOf } from './window.ts'

/** The hearing end of a stream. A follower that throws is dropped. */
export interface Follower {
  hear(messages: readonly LiveMessage[]): void
  /** Something was missed and nobody knows what: everything has to be read anew. */
  reset(): void
}

/** What carries messages to and from the other processes. */
export interface Carrier {
  carry(messages: readonly LiveMessage[]): void
  /** Until when what the others sent is known here, in milliseconds; at most `now`. */
  until(now: number): number
  counts(): CarrierCounts
}

/** What a carrier has done since it was started, for metrics. */
export interface CarrierCounts {
  /** Whether notifications arrive, packets are looked for instead, or (yet) neither. */
  readonly hearing: 'notifications' | 'polls' | 'nothing'
  readonly sentPackets: number
  readonly receivedPackets: number
  /** Times that readers were told to read anew. */
  readonly resets: number
}

/**
 * Live updates: verbs send after their commit. `listen` hears every message of this process at once, and what the others
 * send; `follow` hears windows of some tens of milliseconds in which repetitions are one message.
 */
export interface Live {
  send(message: LiveMessage): void
  /** Returns the function that stops listening. A listener that throws does not keep the others from hearing. */
  listen(orgId: string, listener: (message: LiveMessage) => void): () => void
  /**
   * Follows an organization, from a position on when one is given: what was remembered since comes first, or a
   * `reset` when that is not known. Messages may come twice, with the same id. Returns the function that stops.
   */
  follow(orgId: string, after: string | undefined, follower: Follower): () => void
  /** Where a stream that is up to date stands; any process of the installation understands it for a minute. */
  position(): string
  /** Open listeners and followers, for metrics. */
  count(): number
  /** What is sent from now on is also carried to the other processes. */
  connect(carrier: Carrier): void
  /** What the carrier has done; undefined without one. */
  carried(): CarrierCounts | undefined
  /** Takes in what other processes sent. */
  receive(messages: readonly LiveMessage[]): void
  /** Forgets what is remembered of these organizations, or of all, and lets their followers read anew. */
  reset(orgIds?: readonly string[]): void
  /** Sets the clock of positions: the time of the database in milliseconds, now. */
  setTime(ms: number): void
  /** The time positions are made of, in milliseconds. */
  now(): number
  /** Closes the window at once. */
  flush(): void
}

/** The first message after a pause is not kept waiting; in a stream of them a window is this long, in milliseconds. */
const FIRST_MS = 5
const WINDOW_MS = 50
/** Each message in a window makes the next one longer, so that many organizations at once cost no more. */
const MS_FOR_EACH = 0.2
/** A position lies so far ahead of the time only when it was made up. */
const AHEAD_MAX_MS = 5_000

/** Clocks drift apart by less; more means that this process had the time of another clock before. */
const SHIFT_MAX_MS = 1_000

/** Creates the hub of a process. */
export function createLive(): Live {
  let base = Date.now() - performance.now()
  const now = () => performance.now() + base
  const listeners = groups<(message: LiveMessage) => void>()
  const followers = groups<Follower>()
  const memory = createMemory(now())
  let carrier: Carrier | undefined
  let pending = new Map<string, Gathered>()
  let timer: ReturnType<typeof setTimeout> | undefined
  let notBefore = 0

  const hand = (messages: readonly LiveMessage[]) => {
    const at = now()
    for (const [orgId, own] of Map.groupBy(messages, message => message.orgId)) {
      memory.keep(orgId, own, at)
      followers.tell(orgId, follower => follower.hear(own))
    }
  }
  const flush = () => {
    clearTimeout(timer)
    timer = undefined
    if (pending.size === 0) return
    const messages = messagesOf(pending)
    pending = new Map()
    notBefore = performance.now() + WINDOW_MS + messages.length * MS_FOR_EACH
    hand(messages)
    carrier?.carry(messages)
  }
  const reset = (orgIds?: readonly string[]) => {
    memory.forget(orgIds, now())
    for (const orgId of orgIds ?? followers.keys()) followers.tell(orgId, follower => follower.reset())
  }
  return {
    send(message) {
      listeners.tell(message.orgId, listener => listener(message))
      gatherInto(pending, message)
      if (timer !== undefined) return
      timer = setTimeout(flush, Math.max(FIRST_MS, notBefore - performance.now()))
      timer.unref()
    },
    listen: listeners.add,
    follow(orgId, after, follower) {
      const stop = followers.add(orgId, follower)
      if (after === undefined) return stop
      const from = /^\d{1,15}$/.test(after) ? Number(after) : Number.NaN
      const missed = from <= now() + AHEAD_MAX_MS ? memory.since(orgId, from, now()) : undefined
      if (missed === undefined) follower.reset()
      else if (missed.length > 0) follower.hear(missed)
      return stop
    },
    position: () => String(Math.floor(carrier?.until(now()) ?? now())),
    count: () => listeners.count() + followers.count(),
    connect(to) {
      carrier = to
    },
    carried: () => carrier?.counts(),
    receive(messages) {
      for (const message of messages) listeners.tell(message.orgId, listener => listener(message))
      hand(messages)
    },
    reset,
    setTime(ms) {
      const shift = ms - now()
      base += shift
      // What is remembered carries times of another clock then.
      if (Math.abs(shift) > SHIFT_MAX_MS) memory.forget(undefined, now())
    },
    now,
    flush,
  }
}

/** Those who hear, by organization. */
function groups<T>() {
  const byOrg = new Map<string, Set<T>>()
  const drop = (orgId: string, member: T) => {
    const group = byOrg.get(orgId)
    group?.delete(member)
    if (group?.size === 0) byOrg.delete(orgId)
  }
  return {
    add(orgId: string, member: T): () => void {
      const group = byOrg.get(orgId) ?? new Set()
      byOrg.set(orgId, group)
      group.add(member)
      return () => drop(orgId, member)
    },
    tell(orgId: string, say: (member: T) => void): void {
      const group = byOrg.get(orgId)
      if (!group) return
      for (const member of [...group]) {
        try {
          say(member)
        } catch {
          drop(orgId, member)
        }
      }
    },
    keys: () => [...byOrg.keys()],
    count: () => byOrg.values().reduce((sum, group) => sum + group.size, 0),
  }
}
