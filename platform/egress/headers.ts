import { EgressError } from './errors.ts'

/** Set by the connection itself; from a caller they could smuggle a second request or another host. */
const CONNECTION_HEADERS = new Set([
  'host',
  'content-length',
  'transfer-encoding',
  'connection',
  'proxy-connection',
  'keep-alive',
  'upgrade',
  'te',
  'trailer',
  'expect',
  'http2-settings',
])

/**
 * What still goes along when a redirect leads to another origin. A list of what to drop would have to
 * know the name of every API's key header.
 */
const HARMLESS_HEADERS = new Set([
  'accept',
  'accept-encoding',
  'accept-language',
  'content-type',
  'user-agent',
])

const MAX_HEADERS_LENGTH = 32_768
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/

/** Printable ASCII, tabs and Latin-1: no line break, so that a value cannot become a header of its own. */
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/

/**
 * The headers of a request with lower-case names and our defaults; throws `EgressError` (`bad_request`)
 * for a name or value that HTTP does not allow or that only the connection may set.
 */
export function requestHeaders(
  given: Readonly<Record<string, string>>,
  userAgent: string,
): Readonly<Record<string, string>> {
  const headers = new Map([
    ['user-agent', userAgent],
    ['accept', '*/*'],
    ['accept-encoding', 'gzip, br'],
  ])
  const seen = new Set<string>()
  let length = 0
  for (const [givenName, value] of Object.entries(given)) {
    const name = givenName.toLowerCase()
    const shown = JSON.stringify(givenName.slice(0, 100))
    if (!TOKEN.test(name)) throw badHeader(`The header name ${shown} is not valid.`)
    if (typeof value !== 'string' || !VALUE.test(value)) {
      throw badHeader(`The value of the header ${shown} contains characters that are not allowed.`)
    }
    if (CONNECTION_HEADERS.has(name)) throw badHeader(`The header ${shown} is set by the connection.`)
    if (seen.has(name)) throw badHeader(`The header ${shown} is given twice.`)
    seen.add(name)
    headers.set(name, value)
    length += name.length + value.length
  }
  if (length > MAX_HEADERS_LENGTH) throw badHeader('The headers are too large.')
  return Object.fromEntries(headers)
}

/** The headers that may follow a redirect, to the same origin or another one, with or without the body. */
export function redirectHeaders(
  headers: Readonly<Record<string, string>>,
  keep: { readonly sameOrigin: boolean; readonly body: boolean },
): Readonly<Record<string, string>> {
  const kept = Object.entries(headers).filter(
    ([name]) =>
      (keep.sameOrigin || HARMLESS_HEADERS.has(name)) && (keep.body || !name.startsWith('content-')),
  )
  return Object.fromEntries(kept)
}

function badHeader(message: string): EgressError {
  return new EgressError('bad_request', message)
}
