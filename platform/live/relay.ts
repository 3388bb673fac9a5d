import type { Database } from '../db/database.ts'
import { newId } from '../ids.ts'
import type { Log } from '../log.ts'
import type { Live } from './live.ts'
import { Receiver } from './receiving.ts'
import { startSending } from './sending.ts'

export interface RelayOptions {
  live: Live
  db: Database
  log: Log
  /** Where the session that listens connects to; undefined for a process without readers, which only sends. */
  listenUrl: string | undefined
  /** Milliseconds between looks while notifications do not arrive. */
  pollMs?: number
}

export interface Relay {
  /** Resolves when it is known how the others are heard; what happens after that is not missed. */
  ready: Promise<void>
  /** Sends what is left and closes the session. */
  stop(): Promise<void>
}

/**
 * Carries live messages between the processes of an installation: each window is one statement that keeps the packets in
 * `live.packets` and notifies of them, after and beside the commits it tells of, because a NOTIFY inside them
 * would take turns at a lock of the whole server. Whoever missed something looks it up there or, when that is not
 * certain, lets its readers read anew. Nothing depends on it but how soon a page shows what happened.
 */
export function startRelay({ live, db, log, listenUrl, pollMs }: RelayOptions): Relay {
  const self = newId()
  const sender = startSending({ live, db, log }, self)
  const receiver =
    listenUrl === undefined ? undefined : new Receiver({ live, db, log, url: listenUrl, pollMs }, self)
  live.connect({
    carry: sender.carry,
    until: now => receiver?.until(now) ?? now,
    counts: () => ({
      hearing: receiver?.hearing ?? 'nothing',
      sentPackets: sender.sent(),
      receivedPackets: receiver?.received ?? 0,
      resets: sender.resets() + (receiver?.resets ?? 0),
    }),
  })
  return {
    ready: receiver?.contact ?? Promise.resolve(),
    async stop() {
      live.flush()
      await sender.stop()
      await receiver?.stop()
    },
  }
}
