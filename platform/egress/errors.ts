import { errors } from 'undici'

/**
 * What went wrong: `bad_url`, `bad_port` and `bad_request` are the caller's to correct; `forbidden_address`
 * is a private or reserved network; `dns`, `connect`, `tls`, `timeout`, `reset`, `bad_response`,
 * `too_large` and `redirect` are the other side's; `aborted` and `closed` are ours.
 */
export type EgressErrorCode =
  | 'bad_url'
  | 'bad_port'
  | 'bad_request'
  | 'forbidden_address'
  | 'dns'
  | 'connect'
  | 'tls'
  | 'timeout'
  | 'reset'
  | 'bad_response'
  | 'too_large'
  | 'redirect'
  | 'aborted'
  | 'closed'

/** A request that gave no answer. The message is fit for the person who entered the URL. */
export class EgressError extends Error {
  readonly code: EgressErrorCode
  /**
   * False when the other side cannot have seen any part of a request, so that trying again cannot repeat
   * its effect. True when it may have, even if it probably did not.
   */
  readonly sent: boolean

  constructor(code: EgressErrorCode, message: string, options: { sent?: boolean; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'EgressError'
    this.code = code
    this.sent = options.sent ?? false
  }
}

/** The error as the caller sees it: every cause gets a code, and `sent` covers all hops of the request. */
export function asEgressError(error: unknown, host: string, sent: boolean): EgressError {
  if (error instanceof EgressError) {
    return error.sent === sent
      ? error
      : new EgressError(error.code, error.message, { sent, cause: error.cause })
  }
  const options = { sent, cause: error }
  const code = codeOf(error)
  if (code === 'UND_ERR_HEADERS_OVERFLOW') {
    return new EgressError('too_large', `The headers of the answer from ${host} are too large.`, options)
  }
  // By class, since undici gives a parser error no code.
  if (error instanceof errors.HTTPParserError || code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH') {
    return new EgressError('bad_response', `The answer from ${host} is not valid HTTP.`, options)
  }
  if (code.startsWith('UND_ERR_INVALID') || code === 'UND_ERR_NOT_SUPPORTED') {
    return new EgressError('bad_request', 'The request cannot be sent as it is.', options)
  }
  if (code === 'UND_ERR_DESTROYED' || code === 'UND_ERR_CLOSED') {
    return new EgressError('closed', 'The program is stopping and sends no more requests.', options)
  }
  return new EgressError(
    'reset',
    `The connection to ${host} was closed before the answer was complete.`,
    options,
  )
}

/** The `code` of a Node or undici error, or an empty string. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
}
