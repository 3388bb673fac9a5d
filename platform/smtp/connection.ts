import { Readable } from 'node:stream'
import SMTPConnection from 'nodemailer/lib/smtp-connection'
import { judgeSendError, type Progress, type SmtpOutcome } from './outcome.ts'
import type { SmtpSettings } from './settings.ts'

/** Limits of a conversation in milliseconds. */
export interface SmtpLimits {
  /** Name look-up, connection, greeting, TLS and log-in together. */
  readonly connectMs: number
  /** From MAIL FROM to the last byte of the content. */
  readonly contentMs: number
  /** From the end of the data to the answer. RFC 5321, section 4.5.3.2.6, asks for patience here: giving up makes an unknown. */
  readonly answerMs: number
  /** What is left of `answerMs` when the program stops meanwhile. */
  readonly stopMs: number
}

export const SMTP_LIMITS: SmtpLimits = {
  connectMs: 15_000,
  contentMs: 60_000,
  answerMs: 120_000,
  stopMs: 3000,
}

/** The bytes to hand over, and the two addresses of the envelope. */
export interface Parcel {
  readonly from: string
  readonly to: string
  readonly mime: Buffer
}

/** Connects, secures and logs in. Rejects with nodemailer's error; nothing is left open then. */
export async function connectSmtp(
  settings: SmtpSettings,
  limits: SmtpLimits,
  signal: AbortSignal,
): Promise<SMTPConnection> {
  const connection = new SMTPConnection({
    host: settings.host,
    port: settings.port,
    secure: settings.tls === 'implicit',
    requireTLS: settings.tls === 'required',
    ignoreTLS: settings.tls === 'off',
    connectionTimeout: limits.connectMs,
    greetingTimeout: limits.connectMs,
    dnsTimeout: limits.connectMs,
    // Our own timers end a conversation; this one must not end it earlier, whatever phase it is in.
    socketTimeout: limits.connectMs + limits.contentMs + limits.answerMs,
    logger: false,
  })
  const { login } = settings
  try {
    await new Promise<void>((resolve, reject) => {
      const settle = (error?: Error | null) => {
        clearTimeout(late)
        signal.removeEventListener('abort', giveUp)
        if (error) reject(error)
        else resolve()
      }
      const giveUp = () => settle(new Error('The program is stopping.'))
      const late = setTimeout(() => settle(new Error('The server took too long.')), limits.connectMs)
      if (signal.aborted) return giveUp()
      signal.addEventListener('abort', giveUp, { once: true })
      // An error without a listener would end the process; after the promise is settled it only closes the connection.
      connection.on('error', settle)
      connection.connect(error => {
        if (error) settle(error)
        else if (login && connection.allowsAuth) {
          connection.login({ credentials: { user: login.user, pass: login.password } }, settle)
        } else settle()
      })
    })
    return connection
  } catch (error) {
    connection.close()
    throw error
  }
}

/** 16 KiB at a time, so that `end` comes only when the connection has taken everything before it. */
function streamOf(bytes: Buffer): Readable {
  let offset = 0
  return new Readable({
    read() {
      const chunk = bytes.subarray(offset, offset + 16_384)
      offset += chunk.length
      this.push(chunk.length === 0 ? null : chunk)
    },
  })
}

/**
 * Sends one message over an open connection and says what is known afterwards; never rejects.
 *
 * nodemailer reads the content only after the server's go-ahead to DATA, and writes the end of the data only
 * after the content stream has ended. So the stream itself proves how far it went, whatever the error looks
 * like. After anything but `accepted` the connection is closed at once: an answer that came early must not be
 * followed by an end of data that the server then takes.
 */
export function sendParcel(
  connection: SMTPConnection,
  parcel: Parcel,
  limits: SmtpLimits,
  signal: AbortSignal,
): Promise<SmtpOutcome> {
  const content = streamOf(parcel.mime)
  const progress = (): Progress => {
    if (content.readableEnded) return 'complete'
    return content.readableDidRead ? 'content' : 'envelope'
  }
  return new Promise(resolve => {
    let timer: NodeJS.Timeout | undefined
    const settle = (outcome: SmtpOutcome) => {
      clearTimeout(timer)
      signal.removeEventListener('abort', stop)
      if (outcome.kind !== 'accepted') connection.close()
      resolve(outcome)
    }
    const limit = (ms: number, reason: string) => {
      clearTimeout(timer)
      timer = setTimeout(() => settle(judgeSendError(new Error(reason), progress())), ms)
    }
    const stop = () => {
      if (progress() === 'complete') limit(limits.stopMs, 'The program stopped before the server answered.')
      else settle(judgeSendError(new Error('The program is stopping.'), progress()))
    }
    if (signal.aborted) return stop()
    signal.addEventListener('abort', stop, { once: true })
    limit(limits.contentMs, 'The server took too long to take the message.')
    content.once('end', () => {
      const patienceMs = signal.aborted ? limits.stopMs : limits.answerMs
      limit(patienceMs, 'The server did not answer in time after the whole message was sent.')
    })
    const envelope = { from: parcel.from, to: [parcel.to], size: parcel.mime.length }
    connection.send(envelope, content, (error, info) => {
      if (error) settle(judgeSendError(error, progress()))
      else settle({ kind: 'accepted', response: (info?.response ?? '').slice(0, 500) })
    })
  })
}
