import { isIP } from 'node:net'
import { EgressError } from './errors.ts'

/** What may be reached beyond public addresses on the usual ports. */
export type Policy = {
  /** `host:port` pairs exempt from the address and port rules, as `parseAllowed` gives them. */
  readonly allowed: ReadonlySet<string>
  readonly ports: ReadonlySet<number>
}

/** Where a request goes, read once; everything later uses this and never the text again. */
export type Target = {
  readonly url: URL
  /** Host name or address without brackets and without a trailing dot. */
  readonly host: string
  readonly port: number
  readonly secure: boolean
  /** Whether the operator allowed exactly this host and port. */
  readonly exempt: boolean
}

const MAX_URL_LENGTH = 8192
const MAX_HOST_LENGTH = 253

/** Spaces, control characters and backslashes: URL parsers disagree about them, so attackers hide hosts in them. */
const AMBIGUOUS = /[\p{Cc}\p{Z}\\]/u

/** Names that only mean something on one machine or one network (RFC 6761, RFC 6762, RFC 8375 and ICANN). */
const LOCAL_NAME = /(^|\.)(localhost|local|internal|intranet|lan|home\.arpa)$/

/** Reads a URL an organization entered; throws `EgressError` when it must not be requested whatever it resolves to. */
export function parseTarget(text: string, policy: Policy): Target {
  if (text.length > MAX_URL_LENGTH) throw new EgressError('bad_url', 'The URL is too long.')
  if (AMBIGUOUS.test(text)) {
    throw new EgressError('bad_url', 'The URL contains a space, a backslash or a control character.')
  }
  const url = URL.parse(text)
  if (!url) throw new EgressError('bad_url', 'The URL is not valid.')
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new EgressError('bad_url', 'The URL must begin with https:// or http://.')
  }
  if (url.username !== '' || url.password !== '') {
    throw new EgressError('bad_url', 'The URL must not contain a user name or password.')
  }
  const secure = url.protocol === 'https:'
  const host = checkName(url.hostname)
  url.hostname = isIP(host) === 6 ? `[${host}]` : host
  url.hash = ''
  const port = url.port === '' ? (secure ? 443 : 80) : Number(url.port)
  return { url, secure, host, port, exempt: checkReach(host, port, policy) }
}

/**
 * Reads a host and port of a mail account or another socket; the spellings of an address that a URL
 * would normalise (`0x7f.1`) are normalised here too, since a resolver would follow them as well.
 */
export function parseHostPort(text: string, port: number, policy: Policy): Omit<Target, 'url' | 'secure'> {
  const host = parseHost(text)
  return { host, port, exempt: checkReach(host, port, policy) }
}

/** Reads an operator's `host:port`; throws a `RangeError` when it is not exactly that, so that a typo allows nothing. */
export function parseAllowed(entry: string): string {
  const match = /^(.+):(\d{1,5})$/.exec(entry)
  const port = Number(match?.[2])
  if (!match?.[1] || port < 1 || port > 65_535) {
    throw new RangeError(`An allowed address must be exactly host:port, not ${JSON.stringify(entry)}.`)
  }
  try {
    return `${parseHost(match[1])}:${port}`
  } catch (error) {
    throw new RangeError(`The host of the allowed address ${JSON.stringify(entry)} is not valid.`, {
      cause: error,
    })
  }
}

function parseHost(text: string): string {
  const bracketed = isIP(text) === 6 ? `[${text}]` : text
  // Anything that could end the host of a URL early would make the parser see another host than the resolver.
  if (AMBIGUOUS.test(text) || /[/?#@%]/.test(text) || /^[^[].*:/.test(bracketed)) throw badHost()
  const url = URL.parse(`http://${bracketed}/`)
  if (url?.port !== '') throw badHost()
  return checkName(url.hostname)
}

/** The host as a URL parser gave it, without brackets and trailing dot, when it is a possible name or address. */
function checkName(hostname: string): string {
  if (hostname.startsWith('[')) return hostname.slice(1, -1)
  const host = hostname.replace(/\.$/, '')
  const labels = host.split('.')
  if (host.length > MAX_HOST_LENGTH || !labels.every(label => /^[a-z0-9_-]{1,63}$/.test(label))) {
    throw badHost()
  }
  return host
}

function badHost(): EgressError {
  return new EgressError('bad_url', 'The host name is not valid.')
}

/** Whether the operator allowed this host and port; if not, the port and the name must be usual ones. */
function checkReach(host: string, port: number, policy: Policy): boolean {
  if (policy.allowed.has(`${host}:${port}`)) return true
  if (!policy.ports.has(port)) {
    const ports = [...policy.ports].join(', ')
    throw new EgressError('bad_port', `Port ${port} is not allowed; these are: ${ports}.`)
  }
  // A name without a dot would be completed by the search list of this machine's own network.
  if (isIP(host) === 0 && (!host.includes('.') || LOCAL_NAME.test(host))) throw forbiddenAddress(host)
  return false
}

/** The refusal of a host. It does not say what the name resolved to, which would map the inside for strangers. */
export function forbiddenAddress(host: string): EgressError {
  return new EgressError(
    'forbidden_address',
    `${host} leads to a private or reserved network, which is not allowed.`,
  )
}
