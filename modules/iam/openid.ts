import * as client from 'openid-client'
import type { Kit } from '#platform/context.ts'
import { randomToken } from '#platform/crypto/tokens.ts'
import { OpenIdFault, openIdFaultOf } from './openid-faults.ts'
import { configured, discover, type Party, preferredMethod, rememberKeys } from './openid-provider.ts'

/** What one sign-in is bound to. */
export interface Binding {
  readonly state: string
  readonly nonce: string
  readonly verifier: string
}

/** What a provider says about the person; `issuer` and `subject` together name them for ever. */
export interface Claims {
  readonly issuer: string
  readonly subject: string
  readonly email: string | null
  /** Null when the provider does not say. */
  readonly emailVerified: boolean | null
  readonly name: string | null
}

/** Where a browser signs in: the provider's own page. Throws `OpenIdFault`. */
export async function authorizationUrl(
  kit: Kit,
  party: Party,
  binding: Binding,
  hint: string | undefined,
): Promise<string> {
  return orFault(async () => {
    const config = await configurationOf(kit, party)
    const url = client.buildAuthorizationUrl(config, {
      redirect_uri: party.redirectUrl,
      response_type: 'code',
      scope: party.scopes.join(' '),
      state: binding.state,
      nonce: binding.nonce,
      code_challenge: await client.calculatePKCECodeChallenge(binding.verifier),
      code_challenge_method: 'S256',
      ...(hint === undefined ? {} : { login_hint: hint }),
    })
    return url.href
  })
}

/**
 * Exchanges the code that the browser brought back and checks what comes for it: `iss` and `state` of the answer;
 * signature, issuer, audience, authorized party, nonce and times of the ID token. Asks the userinfo endpoint for what
 * is missing. Throws `OpenIdFault`.
 */
export async function finishAuthorization(
  kit: Kit,
  party: Party,
  binding: Binding,
  answer: URLSearchParams,
): Promise<Claims> {
  return orFault(async () => {
    const config = await configurationOf(kit, party)
    const tokens = await exchange(kit, party, config, binding, answer)
    rememberKeys(kit, party, config)
    const claims = tokens.claims()
    if (!claims) throw new OpenIdFault('refused', 'The provider sent no ID token.')
    const isComplete = claims.email !== undefined && claims.email_verified !== undefined
    const more =
      isComplete || config.serverMetadata().userinfo_endpoint === undefined
        ? {}
        : await client.fetchUserInfo(config, tokens.access_token, claims.sub)
    return claimsOf({ ...more, ...claims })
  })
}

/** Some providers hold a client to one of the two methods and name both; the code is not used up by the wrong one. */
async function exchange(
  kit: Kit,
  party: Party,
  config: client.Configuration,
  binding: Binding,
  answer: URLSearchParams,
) {
  const url = new URL(`${party.redirectUrl}?${answer}`)
  const checks = () => ({
    expectedState: binding.state,
    expectedNonce: binding.nonce,
    pkceCodeVerifier: binding.verifier,
    idTokenExpected: true,
  })
  try {
    return await client.authorizationCodeGrant(config, url, checks())
  } catch (error) {
    const { metadata, ...rest } = await discover(kit, party)
    const other = preferredMethod(metadata) === 'basic' ? 'post' : 'basic'
    const isOffered = metadata.token_endpoint_auth_methods_supported?.includes(`client_secret_${other}`)
    if (!isOffered || !isInvalidClient(error)) throw error
    const second = configured(kit, party, { metadata, ...rest }, other)
    const tokens = await client.authorizationCodeGrant(second, url, checks())
    rememberKeys(kit, party, second)
    return tokens
  }
}

async function configurationOf(kit: Kit, party: Party): Promise<client.Configuration> {
  const known = await discover(kit, party)
  return configured(kit, party, known, preferredMethod(known.metadata))
}

/**
 * Asks for tokens with a code that cannot be good, and tells by the refusal whether the client was accepted. Returns a
 * sentence; throws `OpenIdFault`.
 */
export async function tryClient(kit: Kit, party: Party): Promise<string> {
  const config = await configurationOf(kit, party)
  const { issuer } = config.serverMetadata()
  const answer = new URLSearchParams({ code: randomToken(), state: 'test', iss: issuer })
  const binding = { state: 'test', nonce: randomToken(), verifier: randomToken() }
  try {
    await exchange(kit, party, config, binding, answer)
  } catch (error) {
    if (isInvalidClient(error))
      throw new OpenIdFault('misconfigured', 'It does not accept the client id and secret.', error)
    if (error instanceof client.ResponseBodyError && error.error === 'invalid_grant')
      return 'It accepts the client id and secret.'
    throw openIdFaultOf(error)
  }
  throw new OpenIdFault('refused', 'It gives tokens for a code that it never made.')
}

/** Whether the provider refused the client's id or secret, as opposed to anything about the sign-in. */
function isInvalidClient(error: unknown): boolean {
  if (error instanceof client.ResponseBodyError) return error.error === 'invalid_client'
  return error instanceof client.WWWAuthenticateChallengeError
}

const YES: ReadonlySet<unknown> = new Set([true, 'true', 1, '1'])

function claimsOf(claims: Record<string, unknown>): Claims {
  const text = (value: unknown, max: number) =>
    typeof value === 'string' && value.trim() !== '' && value.length <= max ? value.trim() : null
  const subject = typeof claims.sub === 'string' && claims.sub.length <= 255 ? claims.sub : ''
  if (subject === '') throw new OpenIdFault('refused', 'The subject of the ID token is missing or too long.')
  // What Microsoft Entra sends instead of `email_verified`, when its administrator asks for it.
  const verified = claims.email_verified ?? claims.xms_edov
  return {
    issuer: String(claims.iss),
    subject,
    email: text(claims.email, 254),
    // Some providers send words or numbers instead of the values.
    emailVerified: verified === undefined || verified === null ? null : YES.has(verified),
    name: text(claims.name, 200) ?? text(claims.preferred_username, 200),
  }
}

async function orFault<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw openIdFaultOf(error)
  }
}
