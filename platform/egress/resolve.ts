import { lookup, Resolver } from 'node:dns/promises'
import { isIP } from 'node:net'
import { codeOf, EgressError } from './errors.ts'
import { forbiddenAddress } from './target.ts'

const NOT_FOUND: ReadonlySet<string> = new Set(['ENOTFOUND', 'ENODATA'])

/** Gives all addresses, or all texts, of a name; rejects or gives none when there are none. */
export type Resolve = (host: string) => Promise<readonly string[]>

/**
 * Resolves all IPv4 and IPv6 addresses of a public name straight from name servers: those of the system,
 * or the given `address:port` ones. Not `getaddrinfo`: that occupies one of the four worker threads per
 * name, which one slow name server could fill.
 */
export function publicResolve(nameServers?: readonly string[]): Resolve {
  return async host => {
    const resolver = new Resolver({ timeout: 2000, tries: 2 })
    if (nameServers) resolver.setServers(nameServers)
    const answers = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)])
    const addresses = answers.flatMap(answer => (answer.status === 'fulfilled' ? answer.value : []))
    if (addresses.length > 0) return addresses
    // A server in trouble says more than a missing record of the other family.
    const reasons = answers.flatMap(answer => (answer.status === 'rejected' ? [answer.reason] : []))
    throw reasons.find(reason => !NOT_FOUND.has(codeOf(reason))) ?? reasons[0]
  }
}

/** Resolves the texts of a public name as `publicResolve` its addresses; a text in parts comes as one. */
export function publicResolveText(nameServers?: readonly string[]): Resolve {
  return async name => {
    const resolver = new Resolver({ timeout: 2000, tries: 2 })
    if (nameServers) resolver.setServers(nameServers)
    const records = await resolver.resolveTxt(name)
    return records.map(parts => parts.join(''))
  }
}

/** The texts of a name: none when the name or its texts do not exist. Throws `EgressError` when nobody answers. */
export async function lookUpText(name: string, resolve: Resolve): Promise<readonly string[]> {
  try {
    return await resolve(name)
  } catch (error) {
    if (NOT_FOUND.has(codeOf(error))) return []
    throw new EgressError('dns', `The name ${name} could not be looked up just now.`, { cause: error })
  }
}

/** As the operating system resolves, hosts file included: for names the operator allowed. */
export const resolveLocal: Resolve = async host => {
  const answers = await lookup(host, { all: true })
  return answers.map(answer => answer.address)
}

/**
 * The addresses a host may be connected to. One forbidden address among them refuses the host: a mixed
 * answer is how a name is made to pass a check and lead inside. `exempt` hosts may lead anywhere.
 */
export async function checkedAddresses(
  target: { readonly host: string; readonly exempt: boolean },
  forbidden: (address: string) => boolean,
  resolve: Resolve,
): Promise<readonly string[]> {
  const { host, exempt } = target
  const addresses = isIP(host) === 0 ? await lookUp(host, resolve) : [host]
  if (!exempt && addresses.some(forbidden)) throw forbiddenAddress(host)
  return addresses
}

async function lookUp(host: string, resolve: Resolve): Promise<readonly string[]> {
  let addresses: readonly string[]
  try {
    addresses = await resolve(host)
  } catch (error) {
    const missing = NOT_FOUND.has(codeOf(error))
    const message = missing
      ? `The host ${host} was not found.`
      : `The host ${host} could not be looked up just now.`
    throw new EgressError('dns', message, { cause: error })
  }
  if (addresses.length === 0) throw new EgressError('dns', `The host ${host} was not found.`)
  return addresses
}
