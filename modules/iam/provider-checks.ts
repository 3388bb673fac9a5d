import type { Kit } from '#platform/context.ts'
import type { RouteReply } from '#platform/contract/route.ts'
import { generalErrors } from '#platform/errors.ts'
import type { testIdentityProvider } from './identity-providers-api.ts'
import { tryClient } from './openid.ts'
import { OpenIdFault, openIdFaultOf } from './openid-faults.ts'
import { discover, type Party, readKeys } from './openid-provider.ts'

type Check = RouteReply<typeof testIdentityProvider>['checks'][number]

/** Checks hold a database connection while somebody else's server thinks, so few may run at once. */
const AT_ONCE = 2
let running = 0

/** Runs a check that waits for other servers. Throws `request.rate_limited` while too many others do. */
export async function checkedInTurn<T>(work: () => Promise<T>): Promise<T> {
  if (running >= AT_ONCE) throw generalErrors.too_many({ retryAfterS: 5 })
  running += 1
  try {
    return await work()
  } finally {
    running -= 1
  }
}

/**
 * Tells whether a provider can be reached and is set up right, as sentences for whoever set it up: what it publishes
 * (OpenID Connect Discovery), its keys, that it knows what we use, and whether it accepts the client id and secret.
 * Later checks are left out when they cannot be made.
 */
export async function checkProvider(kit: Kit, party: Party): Promise<Check[]> {
  const checks: Check[] = []
  const run = async (what: Check['what'], work: () => Promise<string>): Promise<boolean> => {
    try {
      checks.push({ what, ok: true, words: await work() })
      return true
    } catch (error) {
      checks.push({ what, ok: false, words: openIdFaultOf(error).message })
      return false
    }
  }
  const isReached = await run('address', async () => {
    const { metadata } = await discover(kit, party)
    return `${metadata.issuer} answers as an OpenID provider.`
  })
  if (!isReached) return checks
  await run('keys', async () => {
    const count = await readKeys(kit, party)
    return count === 1 ? 'It publishes one key for signatures.' : `It publishes ${count} keys for signatures.`
  })
  await run('methods', async () => methodsWords((await discover(kit, party)).metadata))
  await run('client', () => tryClient(kit, party))
  return checks
}

function methodsWords(metadata: Awaited<ReturnType<typeof discover>>['metadata']): string {
  const types = metadata.response_types_supported
  if (types && !types.includes('code'))
    throw new OpenIdFault('misconfigured', 'It does not know the authorization code flow.')
  const challenges = metadata.code_challenge_methods_supported
  if (challenges && !challenges.includes('S256'))
    throw new OpenIdFault('misconfigured', 'It does not know PKCE with S256.')
  return challenges
    ? 'It knows the authorization code with PKCE.'
    : 'It knows the authorization code and does not say whether it checks PKCE.'
}
