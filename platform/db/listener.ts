import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'

/** How often a session shows that it is alive, and how long it may take to, in milliseconds. */
const CHECK_MS = 1_500
const ANSWER_MS = 3_000
const RETRY_MIN_MS = 100
const RETRY_MAX_MS = 5_000
/** An answer that took longer says nothing exact about the time. */
const PROMPT_MS = 200
/** A pooler in transaction mode may become a plain server again, though rarely. */
const DEAF_RETRY_MS = 300_000

/** What the server said when it was asked. */
export interface ServerTime {
  /** Milliseconds since 1970 by the server's clock, now; undefined when the answer took too long to tell. */
  now: number | undefined
  /** When the server was started, as text to compare. */
  startedAt: string
}

export interface ListenerOptions {
  /** A connection of its own for the whole session, so not through a pooler in transaction mode. */
  url: string
  channel: string
  applicationName: string
  onMessage(payload: string): void
  /** It hears now, or still does; called at least every few seconds while all is well. `isNew` after a pause. */
  onUp(time: ServerTime, isNew: boolean): void
  /** The session is gone; another one is being made. */
  onDown(reason: string): void
  /** Notifications do not arrive on this connection, as behind a pooler in transaction mode. */
  onDeaf(): void
}

/** Hears a channel on one dedicated session until stopped, and makes a new session whenever one is lost. */
export function listen(options: ListenerOptions): { stop(): Promise<void> } {
  const abort = new AbortController()
  const running = keepListening(options, abort.signal)
  return {
    async stop() {
      abort.abort()
      await running
    },
  }
}

async function keepListening(options: ListenerOptions, abort: AbortSignal): Promise<void> {
  let retryMs = RETRY_MIN_MS
  const wait = (ms: number) => pause(ms, undefined, { signal: abort, ref: false }).catch(() => {})
  while (!abort.aborted) {
    const client = new pg.Client({
      connectionString: options.url,
      application_name: options.applicationName,
      connectionTimeoutMillis: 5_000,
      query_timeout: ANSWER_MS,
      keepAlive: true,
    })
    const lost = new Promise<string>(resolve => {
      client.on('error', error => resolve(error.message))
      client.on('end', () => resolve('The connection ended.'))
      abort.addEventListener('abort', () => resolve('Stopped.'), { once: true })
    })
    try {
      const probe = `probe ${crypto.randomUUID()}`
      const heard = Promise.withResolvers<boolean>()
      client.on('notification', ({ payload = '' }) => {
        if (payload === probe) heard.resolve(true)
        else if (!payload.startsWith('probe ')) options.onMessage(payload)
      })
      await client.connect()
      await client.query(`listen ${options.channel}`)
      await client.query('select pg_notify($1, $2)', [options.channel, probe])
      const isHearing = await Promise.race([heard.promise, wait(ANSWER_MS).then(() => false)])
      if (!isHearing && !abort.aborted) {
        options.onDeaf()
        await client.end()
        await wait(DEAF_RETRY_MS)
        continue
      }
      retryMs = RETRY_MIN_MS
      await check(client, options, lost, abort)
    } catch (error) {
      if (!abort.aborted) options.onDown(error instanceof Error ? error.message : String(error))
    }
    client.end().catch(() => {})
    await wait(retryMs)
    retryMs = Math.min(retryMs * 2, RETRY_MAX_MS)
  }
}

/** Asks again and again whether the server is there; throws when it is not, returns when stopped. */
async function check(
  client: pg.Client,
  options: ListenerOptions,
  lost: Promise<string>,
  abort: AbortSignal,
): Promise<void> {
  for (let isNew = true; ; isNew = false) {
    const asked = performance.now()
    const answer = await Promise.race([
      client.query<{ now: number; startedAt: string }>(
        `select extract(epoch from clock_timestamp())::float8 * 1000 as now, pg_postmaster_start_time()::text as "startedAt"`,
      ),
      lost.then(reason => Promise.reject(new Error(reason))),
    ])
    const tookMs = performance.now() - asked
    const [row] = answer.rows
    const now = row && tookMs < PROMPT_MS ? row.now + tookMs / 2 : undefined
    options.onUp({ now, startedAt: row?.startedAt ?? '' }, isNew)
    const next = pause(CHECK_MS, undefined, { signal: abort, ref: false }).catch(() => {})
    const reason = await Promise.race([next, lost])
    if (abort.aborted) return
    if (typeof reason === 'string') throw new Error(reason)
  }
}
