import type SMTPConnection from 'nodemailer/lib/smtp-connection'
import { connectSmtp, type Parcel, SMTP_LIMITS, type SmtpLimits, sendParcel } from './smtp-connection.ts'
import { judgeConnectError, type SmtpOutcome } from './smtp-outcome.ts'
import { readSmtpUrl } from './smtp-settings.ts'

/** How long a connection without work is kept for the next message. */
const IDLE_MS = 2000
/** Servers that count messages per connection count to a hundred or more. */
const MESSAGES_MAX = 100

/** Hands one parcel to the server; resolves with what is known afterwards and never rejects. */
export type SmtpSender = (parcel: Parcel, signal: AbortSignal) => Promise<SmtpOutcome>

interface Line {
  readonly connection: SMTPConnection
  sent: number
  idle: NodeJS.Timeout | undefined
}

/** Says goodbye, and does not wait long for the answer. */
function hangUp({ connection }: Line): void {
  connection.quit()
  setTimeout(() => connection.close(), IDLE_MS).unref()
}

/**
 * A sender that keeps connections for a moment, so that a burst does not log in for each message.
 *
 * This is not nodemailer's own pool: that one puts a message back in its queue by itself when a connection
 * closes, and its errors do not tell how far a message got. Here nothing is tried twice unless it is proven
 * that the server never asked for the content.
 *
 * The address comes from the operator's settings and not from an organization, so it may be a private one:
 * it does not pass through platform/egress, which exists to keep tenants from reaching private addresses.
 */
export function createSmtpSender(url: string, limits: SmtpLimits = SMTP_LIMITS): SmtpSender {
  const settings = readSmtpUrl(url)
  const waiting: Line[] = []

  const forget = (line: Line) => {
    clearTimeout(line.idle)
    const index = waiting.indexOf(line)
    if (index >= 0) waiting.splice(index, 1)
  }
  const keep = (line: Line) => {
    line.sent++
    if (line.sent >= MESSAGES_MAX) return hangUp(line)
    waiting.push(line)
    line.idle = setTimeout(() => {
      forget(line)
      hangUp(line)
    }, IDLE_MS)
  }
  const open = async (signal: AbortSignal): Promise<Line> => {
    const connection = await connectSmtp(settings, limits, signal)
    const line: Line = { connection, sent: 0, idle: undefined }
    connection.once('end', () => forget(line))
    return line
  }

  return async (parcel, signal) => {
    for (;;) {
      let line = waiting.pop()
      if (line) clearTimeout(line.idle)
      try {
        line ??= await open(signal)
      } catch (error) {
        return judgeConnectError(error)
      }
      const outcome = await sendParcel(line.connection, parcel, limits, signal)
      const isStale = line.sent > 0 && outcome.kind === 'deferred' && outcome.cause === 'connection'
      if (outcome.kind === 'accepted') keep(line)
      // The server had closed a kept connection meanwhile: not a failure of this message.
      if (!isStale || signal.aborted) return outcome
    }
  }
}
