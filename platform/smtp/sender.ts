import type SMTPConnection from 'nodemailer/lib/smtp-connection'
import { messageOf } from '../log.ts'
import { connectSmtp, type Parcel, SMTP_LIMITS, type SmtpLimits, sendParcel } from './connection.ts'
import { type Deferral, judgeConnectError, type SmtpOutcome } from './outcome.ts'
import { readSmtpUrl } from './settings.ts'

/**
 * How long a message waits for a free line before its job makes room for others. A server that hangs must not
 * take all the places where jobs run.
 */
const LINE_WAIT_MS = 1000
/** Connections of one process to one server at the same time. */
const CONNECTIONS_MAX = 8
/** How long a connection without work is kept for the next message. */
const IDLE_MS = 2000
/** Servers that count messages per connection count to a hundred or more. */
const MESSAGES_MAX = 100

/** A line to the server, connected and logged in, for one message. */
export interface SmtpLine {
  readonly kind: 'line'
  /** Hands the parcel over; resolves with what is known afterwards. */
  send(parcel: Parcel, signal: AbortSignal): Promise<SmtpOutcome>
  /** Gives the line back, used or not. */
  release(): void
}

export interface SmtpSender {
  /** Waits a moment for a free line. Resolves with the reason when there is none to be had; never rejects. */
  open(signal: AbortSignal): Promise<SmtpLine | Deferral>
}

interface Kept {
  readonly connection: SMTPConnection
  sent: number
  idle: NodeJS.Timeout | undefined
}

/**
 * A sender that keeps connections for a moment, so that a burst does not log in for each message.
 *
 * This is not nodemailer's own pool: that one puts a message back in its queue by itself when a connection
 * closes, and its errors do not tell how far a message got. Here nothing is tried twice unless it is proven
 * that the message was not taken.
 *
 * The address comes from the operator's settings and not from an organization, so it may be a private one:
 * it does not pass through platform/egress, which exists to keep tenants from reaching private addresses.
 */
export function createSmtpSender(url: string, limits: SmtpLimits = SMTP_LIMITS): SmtpSender {
  const settings = readSmtpUrl(url)
  const slots = createSlots(CONNECTIONS_MAX)
  const waiting: Kept[] = []

  const forget = (kept: Kept) => {
    clearTimeout(kept.idle)
    const index = waiting.indexOf(kept)
    if (index >= 0) waiting.splice(index, 1)
  }
  const connect = async (signal: AbortSignal): Promise<Kept> => {
    const connection = await connectSmtp(settings, limits, signal)
    const kept: Kept = { connection, sent: 0, idle: undefined }
    connection.once('end', () => forget(kept))
    return kept
  }
  const take = async (signal: AbortSignal): Promise<Kept> => {
    const kept = waiting.pop()
    if (!kept) return connect(signal)
    clearTimeout(kept.idle)
    return kept
  }
  const keep = (kept: Kept) => {
    if (kept.connection.destroyed) return
    if (kept.sent >= MESSAGES_MAX) return hangUp(kept)
    waiting.push(kept)
    kept.idle = setTimeout(() => {
      forget(kept)
      hangUp(kept)
    }, IDLE_MS)
  }

  return {
    async open(signal) {
      if (!(await slots.take(LINE_WAIT_MS, signal))) return BUSY
      let kept: Kept
      try {
        kept = await take(signal)
      } catch (error) {
        slots.free()
        return signal.aborted ? BUSY : judgeConnectError(error)
      }
      return {
        kind: 'line',
        async send(parcel, stop) {
          for (;;) {
            const outcome = await sendParcel(kept.connection, parcel, limits, stop)
            const isStale = kept.sent > 0 && outcome.kind === 'deferred' && outcome.cause === 'connection'
            kept.sent++
            // The server had closed a kept connection meanwhile: not a failure of this message.
            if (!isStale || stop.aborted) return outcome
            try {
              kept = await take(stop)
            } catch (error) {
              return stop.aborted ? BUSY : judgeConnectError(error)
            }
          }
        },
        release() {
          keep(kept)
          slots.free()
        },
      }
    },
  }
}

const senders = new Map<string, SmtpSender>()

/**
 * The sender of this process for a server, so that its connections are shared by all that is sent through it. Null without
 * a server. A URL that cannot be used keeps messages waiting and says so, like a server that is away.
 */
export function smtpSenderOf(url: string | undefined): SmtpSender | null {
  if (url === undefined) return null
  const sender = senders.get(url) ?? senderFor(url)
  senders.set(url, sender)
  return sender
}

function senderFor(url: string): SmtpSender {
  try {
    return createSmtpSender(url)
  } catch (error) {
    const reason = messageOf(error)
    return { open: async () => ({ kind: 'deferred', reason, cause: 'server' }) }
  }
}

/** Says goodbye, and does not wait long for the answer. */
function hangUp({ connection }: Kept): void {
  connection.quit()
  setTimeout(() => connection.close(), IDLE_MS).unref()
}

const BUSY: Deferral = { kind: 'deferred', reason: 'The server was not asked yet.', cause: 'busy' }

interface Slots {
  /** Whether there was room within this time; not waited for once the signal has fired. */
  take(waitMs: number, signal: AbortSignal): Promise<boolean>
  free(): void
}

/** At most `max` at a time, the others in the order they came. */
function createSlots(max: number): Slots {
  const queue: (() => void)[] = []
  let taken = 0
  return {
    async take(waitMs, signal) {
      if (signal.aborted) return false
      if (taken < max) {
        taken++
        return true
      }
      return new Promise(resolve => {
        const settle = (hasRoom: boolean) => {
          clearTimeout(timer)
          signal.removeEventListener('abort', leave)
          resolve(hasRoom)
        }
        const enter = () => settle(true)
        const leave = () => {
          queue.splice(queue.indexOf(enter), 1)
          settle(false)
        }
        const timer = setTimeout(leave, waitMs)
        signal.addEventListener('abort', leave, { once: true })
        queue.push(enter)
      })
    },
    free() {
      const next = queue.shift()
      if (next) next()
      else taken--
    },
  }
}
