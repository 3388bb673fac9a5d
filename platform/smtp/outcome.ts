import { messageOf } from '../log.ts'

/** What is known after a try to hand a message to an SMTP server. */
export type SmtpOutcome =
  /**
   * The server answered the end of the data with 2yz: the message is its responsibility now. Without a
   * response, no server was needed.
   */
  | { readonly kind: 'accepted'; readonly response: string | null }
  /** The server refused this message for good. Nobody has it. */
  | { readonly kind: 'refused'; readonly reason: string; readonly response: string | null }
  | Deferral
  /** The end of the data may have reached the server and it did not answer. */
  | { readonly kind: 'unknown'; readonly reason: string }

/** The message provably was not taken; a later try may succeed. */
export interface Deferral {
  readonly kind: 'deferred'
  readonly reason: string
  readonly cause: DeferralCause
}

export type DeferralCause =
  /** The server asked to come back later with this message. */
  | 'answer'
  /** The conversation ended early. */
  | 'connection'
  /** The server was not asked at all: no line was free, or the program is stopping. */
  | 'busy'
  /** The server cannot be reached, or not with these settings: no message gets through. */
  | 'server'

/** How far a conversation got. */
export type Progress =
  /** Before the server asked for the content: nothing to take yet. */
  | 'envelope'
  /**
   * Content is being sent, its end is not. A server must throw away what it has when the connection ends
   * before the end of the data (RFC 5321, section 3.8: "cancel any pending transaction").
   */
  | 'content'
  /** The end of the data was handed to the connection. From here on only an answer tells. */
  | 'complete'

interface SmtpError {
  code: string
  responseCode: number | undefined
  response: string | undefined
}

function read(error: unknown): SmtpError {
  const { code, responseCode, response } = (
    typeof error === 'object' && error !== null ? error : {}
  ) as Record<string, unknown>
  return {
    code: typeof code === 'string' ? code : '',
    responseCode: typeof responseCode === 'number' ? responseCode : undefined,
    response: typeof response === 'string' ? response.slice(0, 500) : undefined,
  }
}

/** Replies that ask for another log-in, not for another message (RFC 4954, section 6). */
const LOGIN_CODES = [530, 534, 535, 538]

/**
 * Judges an error of nodemailer's SMTP connection (10.6, smtp-connection/index.js).
 *
 * - EENVELOPE: the reply to MAIL, RCPT or DATA was negative; the content was never asked for.
 * - EMESSAGE: the reply to the end of the data was not 2yz; or, without a reply code, the message is larger
 *   than the server announced to take and nothing was sent.
 * - Everything else (ECONNECTION, ESOCKET, ETIMEDOUT, ETLS, EPROTOCOL, EDNS, EAUTH) speaks of the connection
 *   and has the same shape before and after the content was sent. There `progress` decides.
 *
 * A 4yz or 5yz reply says that the action did not take place (RFC 5321, section 4.2.1). 503 means that the
 * session was out of step; it says nothing about the message.
 */
export function judgeSendError(error: unknown, progress: Progress): SmtpOutcome {
  const { code, responseCode, response } = read(error)
  const reason = messageOf(error)
  if (code === 'EENVELOPE' || code === 'EMESSAGE') {
    const isNegative = responseCode !== undefined && responseCode >= 400 && responseCode < 600
    if (isNegative && LOGIN_CODES.includes(responseCode)) return { kind: 'deferred', reason, cause: 'server' }
    if (isNegative && (responseCode < 500 || responseCode === 503))
      return { kind: 'deferred', reason, cause: 'answer' }
    if (isNegative || (responseCode === undefined && progress === 'envelope'))
      return { kind: 'refused', reason, response: response ?? null }
  }
  if (progress === 'complete') return { kind: 'unknown', reason }
  return { kind: 'deferred', reason, cause: 'connection' }
}

/** Judges an error while connecting, securing or logging in: no message was named yet. */
export function judgeConnectError(error: unknown): Deferral {
  return { kind: 'deferred', reason: messageOf(error), cause: 'server' }
}
