import { setTimeout as pause } from 'node:timers/promises'
import type { Database } from '../db/database.ts'
import { listen, type ServerTime } from '../db/listener.ts'
import { type Log, messageOf } from '../log.ts'
import type { CarrierCounts, Live } from './live.ts'
import { unpack } from './packets.ts'
import { CHANNEL } from './sending.ts'

/** A process that heard nothing for longer lets its readers read anew instead of looking the packets up. */
const CATCH_UP_MAX_MS = 60_000
/** Packets may become visible a little later than their time says. */
const LATE_MS = 5_000
const POLL_MS = 500
/** Without a sign of life for so long, positions stand still. */
const QUIET_MS = 3_500
const SEEN_MAX = 10_000
/** An answer that took longer says nothing exact about the time. */
const PROMPT_MS = 200

const TIME = `select extract(epoch from clock_timestamp())::float8 * 1000 as now, pg_postmaster_start_time()::text as "startedAt"`
const READ = `
  select id, content from live.packets
  where sender <> $1 and sent_at > to_timestamp($2::float8 / 1000.0) order by sent_at limit 20000`

interface ReceiverOptions {
  live: Live
  db: Database
  log: Log
  /** Where the session that listens connects to. */
  url: string
  /** Milliseconds between looks while notifications do not arrive. */
  pollMs?: number | undefined
}

/**
 * Hears what other processes send: by notification, or by looking the packets up while notifications do not arrive. What
 * it missed it looks up too; when that is not certain to be all, readers read anew.
 */
export class Receiver {
  readonly #options: ReceiverOptions
  readonly #self: string
  readonly #abort = new AbortController()
  readonly #contact = Promise.withResolvers<void>()
  readonly #startedAt: number
  readonly #listener: { stop(): Promise<void> }
  readonly #seen = new Set<string>()
  #hearing: CarrierCounts['hearing'] = 'nothing'
  #serverStartedAt: string | undefined
  /** Until when everything is known that the others have sent; undefined before the first contact. */
  #knownUntil: number | undefined
  #polling: Promise<void> | undefined
  #received = 0
  #resets = 0

  constructor(options: ReceiverOptions, self: string) {
    this.#options = options
    this.#self = self
    this.#startedAt = options.live.now()
    this.#listener = listen({
      url: options.url,
      channel: CHANNEL,
      applicationName: 'millrace live',
      onMessage: payload => this.#onMessage(payload),
      onUp: (time, isNew) => this.#onUp(time, isNew),
      onDown: reason => {
        options.log.warn({ error: reason }, 'live.not_heard')
        this.#startPolling()
      },
      onDeaf: () => {
        options.log.info({}, 'live.polls')
        this.#startPolling()
      },
    })
  }

  /** Resolves when it is known how the others are heard. */
  get contact(): Promise<void> {
    return this.#contact.promise
  }
  get hearing(): CarrierCounts['hearing'] {
    return this.#hearing
  }
  get received(): number {
    return this.#received
  }
  get resets(): number {
    return this.#resets
  }

  /** Until when what the others sent is known here, in milliseconds; at most `now`. */
  until(now: number): number {
    const known = this.#knownUntil ?? this.#startedAt
    return now - known > QUIET_MS ? known : now
  }

  async stop(): Promise<void> {
    this.#abort.abort()
    await this.#listener.stop()
    await this.#polling
  }

  #onMessage(payload: string): void {
    const [sender = '', id = ''] = payload.split(' ', 2)
    if (sender !== this.#self) this.#take(id, payload.slice(sender.length + id.length + 2))
  }

  #onUp(time: ServerTime, isNew: boolean): void {
    const { live } = this.#options
    this.#hearing = 'notifications'
    if (time.now !== undefined) live.setTime(time.now)
    const isFirst = this.#knownUntil === undefined
    const isLost = this.#isOtherServer(time.startedAt) || this.#isTooLate()
    // What was sent before the first contact has been heard by nobody here.
    if (isFirst || isLost) this.#readAnew()
    if (isFirst || isLost || !isNew) this.#knownUntil = live.now()
    else void this.#catchUp().catch(() => this.#readAnew())
    this.#contact.resolve()
  }

  #startPolling(): void {
    this.#hearing = 'polls'
    this.#polling ??= this.#poll()
  }

  async #poll(): Promise<void> {
    const { live, log, pollMs = POLL_MS } = this.#options
    const { signal } = this.#abort
    while (!signal.aborted && this.#hearing !== 'notifications') {
      if (this.#isTooLate()) {
        this.#knownUntil = live.now()
        this.#readAnew()
      }
      await this.#catchUp().catch(error => log.debug({ error: messageOf(error) }, 'live.not_polled'))
      this.#contact.resolve()
      await pause(pollMs, undefined, { signal, ref: false }).catch(() => {})
    }
    this.#polling = undefined
  }

  /** Reads the packets since the last sign of life. */
  async #catchUp(): Promise<void> {
    const { live, db } = this.#options
    const knownUntil = this.#knownUntil
    const askedAt = performance.now()
    const { now, startedAt } = await db.withGlobal(async tx => {
      const [time, found] = await Promise.all([
        tx.query<{ now: number; startedAt: string }>(TIME),
        tx.query<{ id: string; content: string }>(READ, [this.#self, (knownUntil ?? live.now()) - LATE_MS]),
      ])
      // Before the first contact the time of the database was not known, so neither was what to ask for.
      if (knownUntil !== undefined) for (const { id, content } of found.rows) this.#take(id, content)
      return time.rows[0] ?? { now: live.now(), startedAt: '' }
    })
    if (performance.now() - askedAt < PROMPT_MS) live.setTime(now)
    if (this.#isOtherServer(startedAt) || knownUntil === undefined) this.#readAnew()
    this.#knownUntil = now
  }

  #take(id: string, content: string): void {
    if (this.#seen.has(id)) return
    this.#seen.add(id)
    // A set keeps the order in which things came, so the first is the oldest.
    if (this.#seen.size > SEEN_MAX) this.#seen.delete(this.#seen.values().next().value ?? id)
    const packet = unpack(content)
    if (!packet) return
    this.#received += 1
    this.#options.live.receive(packet.messages)
    if (packet.lost.length > 0) this.#options.live.reset(packet.lost)
  }

  #readAnew(): void {
    this.#resets += 1
    this.#options.live.reset()
  }

  #isTooLate(): boolean {
    return this.#knownUntil !== undefined && this.#options.live.now() - this.#knownUntil > CATCH_UP_MAX_MS
  }

  /** Another server has perhaps not everything that was committed on the one before it. */
  #isOtherServer(startedAt: string): boolean {
    const isOther = this.#serverStartedAt !== undefined && this.#serverStartedAt !== startedAt
    this.#serverStartedAt = startedAt
    return isOther
  }
}
