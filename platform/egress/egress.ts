import { isIP } from 'node:net'
import { getCACertificates } from 'node:tls'
import { isForbidden, sameAddress } from './addresses.ts'
import { type Dial, dialTcp } from './connect.ts'
import { startDeadline } from './deadline.ts'
import { asEgressError, EgressError } from './errors.ts'
import type { Answer } from './exchange.ts'
import { requestHeaders } from './headers.ts'
import { createPools } from './pools.ts'
import type { Hop } from './redirect.ts'
import {
  checkedAddresses,
  lookUpText,
  publicResolve,
  publicResolveText,
  type Resolve,
  resolveLocal,
} from './resolve.ts'
import { firstToTry, type Network, type Run, send } from './send.ts'
import { type Policy, parseAllowed, parseHostPort, parseTarget } from './target.ts'

export type EgressMethod = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS'

/** A request to somebody else's server. */
export type EgressRequest = {
  readonly url: string
  readonly method?: EgressMethod
  /** One value per name; `Host`, `Content-Length` and the other headers of the connection are refused. */
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  /** For everything together, redirects included: 30 seconds unless said, at most 15 minutes. */
  readonly timeoutMs?: number
  /** From sending to the last header of the answer, per hop: 10 seconds unless said. */
  readonly headersTimeoutMs?: number
  /** Of the decoded body: 5 MiB unless said. What is over is cut off and `truncated` says so. */
  readonly maxResponseBytes?: number
  /** How many redirects are followed: 0 unless said, which gives the redirect itself as the answer. */
  readonly redirects?: 0 | 1 | 2 | 3
  /** The organization on whose behalf: connections are reused within a partition only. */
  readonly partition?: string
  readonly signal?: AbortSignal
}

/** An answer, whatever its status. */
export type EgressResponse = {
  readonly status: number
  /** Lower-case names, one value each. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
  /** The body as text, in the character set the server named, else UTF-8. */
  text(): string
  readonly truncated: boolean
  readonly ms: number
  /** The address the answer came from. For operators: showing it would map networks for strangers. */
  readonly address: string
  /** Where the answer came from, after redirects. */
  readonly url: string
}

/** A checked place for a socket of another protocol: connect to `address`, verify the certificate for `host`. */
export type CheckedHost = {
  readonly host: string
  readonly port: number
  readonly address: string
  readonly family: 4 | 6
}

/** The only way out of the installation to hosts that an organization chose. */
export interface Egress {
  /** Sends a request; rejects with `EgressError`, or `RangeError` for limits that make no sense. */
  request(request: EgressRequest): Promise<EgressResponse>
  /** Checks the host of an SMTP or IMAP account on one of their usual ports; rejects with `EgressError`. */
  checkHost(host: string, port: number): Promise<CheckedHost>
  /** The texts that the owner of a public name published in the DNS; none when there are none. Rejects with `EgressError`. */
  textRecords(name: string): Promise<readonly string[]>
  close(): Promise<void>
}

/** Where each request that ended is noted: host and port, never a path, a header or a body. */
export type EgressLog = {
  debug(fields: Record<string, string | number | boolean | null | undefined>, message: string): void
  warn(fields: Record<string, string | number | boolean | null | undefined>, message: string): void
}

export type EgressOptions = {
  /** Exact `host:port` pairs that may be private and on any port: self-hosted neighbours, test servers. */
  readonly allowPrivate?: readonly string[]
  /** Ports besides 80 and 443, for every public host. */
  readonly alternatePorts?: readonly (8080 | 8443)[]
  /** This installation's own public addresses, which outsiders must not reach through it. */
  readonly ownAddresses?: readonly string[]
  /** Certificate authorities in PEM, trusted besides the usual ones. */
  readonly extraCa?: readonly string[]
  /** Replaces the name servers. */
  readonly resolve?: Resolve
  /** Replaces the name servers for texts. */
  readonly resolveText?: Resolve
  /** Replaces how a TCP connection is opened. Where it ends is verified all the same. */
  readonly dial?: Dial
  readonly connectTimeoutMs?: number
  readonly userAgent?: string
  readonly log?: EgressLog
}

const CONNECT_TIMEOUT_MS = 5_000
const HEADERS_TIMEOUT_MS = 10_000
const TOTAL_TIMEOUT_MS = 30_000
const MAX_TIMEOUT_MS = 900_000
const MAX_RESPONSE_BYTES = 5 * 1024 * 1024
const CHECK_TIMEOUT_MS = 10_000
const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

/** SMTP with its submission ports, and IMAP. */
const MAIL_PORTS: ReadonlySet<number> = new Set([25, 465, 587, 2525, 143, 993])

/**
 * Builds the way out. It parses a URL once, resolves and checks every address, connects to the checked
 * address and verifies where the connection ended, for each redirect again; and it never uses a proxy.
 */
export function createEgress(options: EgressOptions = {}): Egress {
  const network = createNetwork(options)
  const { log, userAgent = 'Millrace', resolveText = publicResolveText() } = options

  return {
    async request(request) {
      const started = performance.now()
      const { timeoutMs, ...limits } = limitsOf(request)
      const deadline = startDeadline(timeoutMs, request.signal)
      const run: Run = { deadline, partition: request.partition ?? '', host: '', sent: false, ...limits }
      try {
        const { answer, address, hop } = await send(
          network,
          firstHop(request, network.policy, userAgent),
          run,
        )
        const ms = Math.round(performance.now() - started)
        log?.debug({ host: run.host, status: answer.status, ms }, 'request out')
        return { ...answer, text: () => decodeText(answer), ms, address, url: hop.target.url.href }
      } catch (error) {
        throw noted(log, asEgressError(error, run.host, run.sent), run.host)
      } finally {
        deadline.clear()
      }
    },

    async checkHost(name, port) {
      const deadline = startDeadline(CHECK_TIMEOUT_MS)
      try {
        const target = parseHostPort(name, port, { ...network.policy, ports: MAIL_PORTS })
        const [address = ''] = firstToTry(await deadline.race(network.addressesOf(target)))
        return { host: target.host, port, address, family: isIP(address) === 6 ? 6 : 4 }
      } catch (error) {
        throw noted(log, asEgressError(error, name, false), name)
      } finally {
        deadline.clear()
      }
    },

    async textRecords(name) {
      const deadline = startDeadline(CHECK_TIMEOUT_MS)
      try {
        return await deadline.race(lookUpText(name, resolveText))
      } catch (error) {
        throw noted(log, asEgressError(error, name, false), name)
      } finally {
        deadline.clear()
      }
    },

    close: () => network.pools.close(),
  }
}

function createNetwork(options: EgressOptions): Network {
  const allowed = new Set((options.allowPrivate ?? []).map(parseAllowed))
  const own = options.ownAddresses ?? []
  const ca = options.extraCa && [...getCACertificates('default'), ...options.extraCa]
  const connectTimeoutMs = milliseconds('connectTimeoutMs', options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS)
  const resolvePublic = publicResolve()
  const forbidden = (address: string) => isForbidden(address) || own.some(mine => sameAddress(mine, address))

  return {
    policy: { allowed, ports: new Set([80, 443, ...(options.alternatePorts ?? [])]) },
    pools: createPools(),
    addressesOf(target) {
      const resolve = options.resolve ?? (target.exempt ? resolveLocal : resolvePublic)
      return checkedAddresses(target, forbidden, resolve)
    },
    endpointOf: (target, address, attempts) => ({
      host: target.host,
      address,
      port: target.port,
      secure: target.secure,
      timeoutMs: Math.floor(connectTimeoutMs / attempts),
      dial: options.dial ?? dialTcp,
      accepts: remote => sameAddress(remote, address) && (target.exempt || !forbidden(remote)),
      ca,
    }),
  }
}

function firstHop(request: EgressRequest, policy: Policy, userAgent: string): Hop {
  const method = request.method ?? 'GET'
  if (!METHODS.has(method)) throw new EgressError('bad_request', 'The method is not allowed.')
  const target = parseTarget(request.url, policy)
  return { target, method, headers: requestHeaders(request.headers ?? {}, userAgent), body: request.body }
}

/** Limits that make no sense are a mistake in the calling code, and would otherwise mean no limit at all. */
function limitsOf(request: EgressRequest) {
  const { redirects = 0, maxResponseBytes = MAX_RESPONSE_BYTES } = request
  if (![0, 1, 2, 3].includes(redirects)) throw new RangeError('redirects must be 0, 1, 2 or 3.')
  if (!(maxResponseBytes >= 0)) throw new RangeError('maxResponseBytes must not be negative.')
  const timeoutMs = milliseconds('timeoutMs', request.timeoutMs ?? TOTAL_TIMEOUT_MS)
  const headersTimeoutMs = milliseconds('headersTimeoutMs', request.headersTimeoutMs ?? HEADERS_TIMEOUT_MS)
  return { redirects, maxResponseBytes, timeoutMs, headersTimeoutMs }
}

function milliseconds(name: string, value: number): number {
  if (!(value > 0 && value <= MAX_TIMEOUT_MS))
    throw new RangeError(`${name} must be above 0 and at most ${MAX_TIMEOUT_MS}.`)
  return value
}

function decodeText(answer: Answer): string {
  const label = /;\s*charset="?([^\s";]+)/i.exec(answer.headers['content-type'] ?? '')?.[1] ?? 'utf-8'
  try {
    return new TextDecoder(label).decode(answer.body)
  } catch {
    return new TextDecoder().decode(answer.body)
  }
}

function noted(log: EgressLog | undefined, failure: EgressError, host: string): EgressError {
  const fields = { host: host.slice(0, 253), code: failure.code, sent: failure.sent }
  if (failure.code === 'forbidden_address') log?.warn(fields, 'request out refused')
  else log?.debug(fields, 'request out failed')
  return failure
}
