import { setTimeout as pause } from 'node:timers/promises'
import type { Database } from '../db/database.ts'
import { newId } from '../ids.ts'
import { type Log, messageOf } from '../log.ts'
import type { Live } from './live.ts'
import type { LiveMessage } from './message.ts'
import { pack } from './packets.ts'

/** What processes notify each other on. */
export const CHANNEL = 'millrace_live'
/** How long packets are kept for those that missed them. */
const KEEP = `interval '2 minutes'`
const SWEEP_MS = 15_000
/** Messages that needed longer may be missing where a stream went on meanwhile. */
const SLOW_MS = 2_000
/** More than this waiting for the database is not told in detail any more. */
const WAITING_MAX = 5_000
const RETRY_MS = 1_000

const SEND = `
  with kept as (
    insert into live.packets (id, sender, content)
    select p.id, $1::uuid, p.content from unnest($2::uuid[], $3::text[]) as p (id, content)
    returning id, content)
  select pg_notify('${CHANNEL}', $1::uuid::text || ' ' || id || ' ' || content) from kept`

interface Sender {
  carry(messages: readonly LiveMessage[]): void
  sent(): number
  resets(): number
  /** Sends what is left. */
  stop(): Promise<void>
}

/** Sends windows of messages to the other processes, one statement at a time; what comes meanwhile is one with the next. */
export function startSending(
  { live, db, log }: { live: Live; db: Database; log: Log },
  self: string,
): Sender {
  let waiting: LiveMessage[] = []
  const lost = new Set<string>()
  let sending: Promise<void> | undefined
  let isStopping = false
  let sent = 0
  let resets = 0
  let sweptAt = performance.now()

  const giveUp = (messages: readonly LiveMessage[]) => {
    const orgIds = [...new Set(messages.map(message => message.orgId))]
    for (const orgId of orgIds) lost.add(orgId)
    live.reset(orgIds)
    resets += 1
  }
  const sendOnce = async () => {
    const [messages, missing] = [waiting, [...lost]]
    waiting = []
    const contents = pack(messages, missing)
    const startedAt = performance.now()
    try {
      await db.withGlobal(async tx => {
        await tx.query(SEND, [self, contents.map(() => newId()), contents])
      })
    } catch (error) {
      log.warn({ error: messageOf(error) }, 'live.not_sent')
      giveUp(messages)
      await pause(isStopping ? 0 : RETRY_MS)
      return
    }
    sent += contents.length
    for (const orgId of missing) lost.delete(orgId)
    if (performance.now() - startedAt > SLOW_MS) giveUp(messages)
    if (performance.now() - sweptAt < SWEEP_MS) return
    sweptAt = performance.now()
    await db
      .withGlobal(tx => tx.query(`delete from live.packets where sent_at < now() - ${KEEP}`))
      .catch(error => log.warn({ error: messageOf(error) }, 'live.not_swept'))
  }
  const sendAll = async () => {
    while (waiting.length > 0 || lost.size > 0) {
      await sendOnce()
      if (isStopping) return
    }
  }
  return {
    carry(messages: readonly LiveMessage[]) {
      waiting.push(...messages)
      if (waiting.length > WAITING_MAX) {
        giveUp(waiting)
        waiting = []
      }
      sending ??= sendAll().finally(() => {
        sending = undefined
      })
    },
    sent: () => sent,
    resets: () => resets,
    async stop() {
      isStopping = true
      await sending
      if (waiting.length > 0) await sendOnce()
    },
  }
}
