import { setTimeout as pause } from 'node:timers/promises'
import type { Database } from '../db/database.ts'
import { listen, type ServerTime } from '../db/listener.ts'
import { newId } from '../ids.ts'
import { type Log, messageOf } from '../log.ts'
import type { CarrierCounts, Live } from './live.ts'
import type { LiveMessage } from './message.ts'
import { pack, unpack } from './packets.ts'

const CHANNEL = 'millrace_live'
/** How long packets are kept for those that missed them. */
const KEEP = `interval '2 minutes'`
const SWEEP_MS = 15_000
/** A process that heard nothing for longer lets its readers read anew instead of looking the packets up. */
const CATCH_UP_MAX_MS = 60_000
/** Packets may become visible a little later than their time says. */
const LATE_MS = 5_000
const POLL_MS = 500
/** Without a sign of life for so long, positions stand still. */
const QUIET_MS = 3_500
/** Messages that needed longer may be missing where a stream went on meanwhile. */
const SLOW_MS = 2_000
/** More than this waiting for the database is not told in detail any more. */
const WAITING_MAX = 5_000
const SEEN_MAX = 10_000
/** An answer that took longer says nothing exact about the time. */
const PROMPT_MS = 200

const SEND = `
  with kept as (
    insert into live.packets (id, sender, content)
    select p.id, $1::uuid, p.content from unnest($2::uuid[], $3::text[]) as p (id, content)
    returning id, content)
  select pg_notify('${CHANNEL}', $1::uuid::text || ' ' || id || ' ' || content) from kept`

const TIME = `select extract(epoch from clock_timestamp())::float8 * 1000 as now, pg_postmaster_start_time()::text as "startedAt"`
const READ = `
  select id, content from live.packets
  where sender <> $1 and sent_at > to_timestamp($2::float8 / 1000.0) order by sent_at limit 20000`

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
  /** Sends what is left and closes the session. */
  stop(): Promise<void>
}

/**
 * Carries live messages between the processes of an installation: each window is one statement that keeps the packets in
 * `live.packets` and notifies of them, after and beside the commits it tells of, because a NOTIFY inside them
 * would take turns at a lock of the whole server. Whoever missed something looks it up there or, when that is not
 * certain, lets its readers read anew. Nothing depends on it but how soon a page shows what happened.
 */
export function startRelay(options: RelayOptions): Relay {
  const self = newId()
  const sender = startSending(options, self)
  const receiver =
    options.listenUrl === undefined ? undefined : startReceiving(options, self, options.listenUrl)
  options.live.connect({
    carry: sender.carry,
    until: now => receiver?.until(now) ?? now,
    counts: () => ({
      hearing: receiver?.hearing() ?? 'nothing',
      sentPackets: sender.sent(),
      receivedPackets: receiver?.received() ?? 0,
      resets: sender.resets() + (receiver?.resets() ?? 0),
    }),
  })
  return {
    async stop() {
      options.live.flush()
      await sender.stop()
      await receiver?.stop()
    },
  }
}

function startSending({ live, db, log }: RelayOptions, self: string) {
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
      await pause(isStopping ? 0 : 1_000)
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

function startReceiving({ live, db, log, pollMs = POLL_MS }: RelayOptions, self: string, url: string) {
  const seen = new Set<string>()
  const abort = new AbortController()
  let hearing: CarrierCounts['hearing'] = 'nothing'
  let serverStartedAt: string | undefined
  /** Until when everything is known that the others have sent; undefined before the first contact. */
  let knownUntil: number | undefined
  const startedAt = live.now()
  let received = 0
  let resets = 0
  let polling: Promise<void> | undefined

  const take = (id: string, content: string) => {
    if (seen.has(id)) return
    seen.add(id)
    if (seen.size > SEEN_MAX) seen.delete(seen.values().next().value ?? id)
    const packet = unpack(content)
    if (!packet) return
    received += 1
    live.receive(packet.messages)
    if (packet.lost.length > 0) live.reset(packet.lost)
  }
  const readAnew = () => {
    resets += 1
    live.reset()
  }
  /** Another server has perhaps not everything that was committed on the one before it. */
  const isOtherServer = (startedAt: string) => {
    const isOther = serverStartedAt !== undefined && serverStartedAt !== startedAt
    serverStartedAt = startedAt
    return isOther
  }
  /** Reads the packets since the last sign of life. */
  const catchUp = async () => {
    const from = (knownUntil ?? live.now()) - LATE_MS
    const askedAt = performance.now()
    const { now, startedAt } = await db.withGlobal(async tx => {
      const [time, found] = await Promise.all([
        tx.query<{ now: number; startedAt: string }>(TIME),
        tx.query<{ id: string; content: string }>(READ, [self, from]),
      ])
      // At the first contact the time of the database was not known, so neither was what to ask for.
      if (knownUntil !== undefined) for (const { id, content } of found.rows) take(id, content)
      return time.rows[0] ?? { now: live.now(), startedAt: '' }
    })
    if (isOtherServer(startedAt)) readAnew()
    if (performance.now() - askedAt < PROMPT_MS) live.setTime(now)
    knownUntil = now
  }
  const isTooLate = () => knownUntil !== undefined && live.now() - knownUntil > CATCH_UP_MAX_MS
  const poll = async () => {
    while (!abort.signal.aborted && hearing !== 'notifications') {
      if (isTooLate()) {
        knownUntil = live.now()
        readAnew()
      }
      await catchUp().catch(error => log.debug({ error: messageOf(error) }, 'live.not_polled'))
      await pause(pollMs, undefined, { signal: abort.signal, ref: false }).catch(() => {})
    }
    polling = undefined
  }
  const startPolling = () => {
    hearing = 'polls'
    polling ??= poll()
  }
  const onUp = (time: ServerTime, isNew: boolean) => {
    hearing = 'notifications'
    if (time.now !== undefined) live.setTime(time.now)
    const isLost = isOtherServer(time.startedAt) || isTooLate()
    if (isLost) readAnew()
    if (!isNew || isLost || knownUntil === undefined) knownUntil = live.now()
    else void catchUp().catch(readAnew)
  }
  const listener = listen({
    url,
    channel: CHANNEL,
    applicationName: 'millrace live',
    onMessage(payload) {
      const [sender = '', id = ''] = payload.split(' ', 2)
      if (sender !== self) take(id, payload.slice(sender.length + id.length + 2))
    },
    onUp,
    onDown(reason) {
      log.warn({ error: reason }, 'live.not_heard')
      startPolling()
    },
    onDeaf() {
      log.info({}, 'live.polls')
      startPolling()
    },
  })
  return {
    until: (now: number) => {
      const known = knownUntil ?? startedAt
      return now - known > QUIET_MS ? known : now
    },
    hearing: () => hearing,
    received: () => received,
    resets: () => resets,
    async stop() {
      abort.abort()
      await listener.stop()
      await polling
    },
  }
}
