import { isIP } from 'node:net'
import type { Endpoint } from './connect.ts'
import type { Deadline } from './deadline.ts'
import { EgressError } from './errors.ts'
import { type Answer, type Exchange, exchange } from './exchange.ts'
import type { Pools } from './pools.ts'
import { type Hop, isRedirect, redirectedHop } from './redirect.ts'
import type { Policy, Target } from './target.ts'

/** How this installation reaches others. */
export type Network = {
  readonly policy: Policy
  readonly pools: Pools
  /** All addresses of a host, none of them forbidden; rejects with `EgressError`. */
  addressesOf(target: Pick<Target, 'host' | 'exempt'>): Promise<readonly string[]>
  /** Where to connect; the time to connect is shared by as many `attempts`. */
  endpointOf(target: Target, address: string, attempts: number): Endpoint
}

/** One request with all its hops. */
export type Run = {
  readonly deadline: Deadline
  readonly partition: string
  readonly redirects: number
  readonly headersTimeoutMs: number
  readonly maxResponseBytes: number
  /** The host of the current hop. */
  host: string
  /** Whether any byte of any hop may have reached its server. */
  sent: boolean
}

/** The last answer and where it came from. */
export type Sent = { readonly answer: Answer; readonly address: string; readonly hop: Hop }

/** How many addresses of a host are tried before its connection counts as failed. */
const MAX_ADDRESSES_TRIED = 2

/** Sends a request and follows as many redirects as the run allows, each checked like a first request. */
export async function send(network: Network, first: Hop, run: Run): Promise<Sent> {
  let hop = first
  for (let followed = 0; ; followed += 1) {
    const { answer, address } = await sendHop(network, hop, run)
    const follows = run.redirects > 0 && isRedirect(answer.status)
    const next = follows ? redirectedHop(hop, answer, network.policy) : undefined
    if (!next) return { answer, address, hop }
    if (followed === run.redirects) {
      throw new EgressError('redirect', `${first.target.host} redirects more than ${run.redirects} times.`)
    }
    hop = next
  }
}

async function sendHop(network: Network, hop: Hop, run: Run): Promise<Omit<Sent, 'hop'>> {
  const { target } = hop
  run.host = target.host
  const addresses = firstToTry(await run.deadline.race(network.addressesOf(target)))
  let failure: unknown
  for (const address of addresses) {
    let sent = false
    const onSent = () => {
      sent = true
      run.sent = true
    }
    try {
      const endpoint = network.endpointOf(target, address, addresses.length)
      const pool = network.pools.get(run.partition, target.url.origin, endpoint)
      return { answer: await exchange(pool, exchangeOf(hop, run, onSent)), address }
    } catch (error) {
      failure = error
      const unreached = error instanceof EgressError && (error.code === 'connect' || error.code === 'timeout')
      if (sent || run.deadline.signal.aborted || !unreached) throw error
    }
  }
  throw failure
}

function exchangeOf(hop: Hop, run: Run, onSent: () => void): Exchange {
  const { target, method, headers, body } = hop
  return {
    host: target.host,
    path: target.url.pathname + target.url.search,
    method,
    headers,
    body,
    headersTimeoutMs: run.headersTimeoutMs,
    // The body of a redirect that is followed interests nobody.
    maxBytes: status => (run.redirects > 0 && isRedirect(status) ? 0 : run.maxResponseBytes),
    signal: run.deadline.signal,
    onSent,
  }
}

/**
 * The addresses to try, in order: IPv4 before IPv6, one of each where there are both, since many machines
 * have IPv6 addresses and no way out by them.
 */
export function firstToTry(addresses: readonly string[]): readonly string[] {
  const v4 = addresses.filter(address => isIP(address) === 4)
  const v6 = addresses.filter(address => isIP(address) === 6)
  const paired = v4.length > 0 && v6.length > 0 ? [...v4.slice(0, 1), ...v6.slice(0, 1)] : [...v4, ...v6]
  return paired.slice(0, MAX_ADDRESSES_TRIED)
}
