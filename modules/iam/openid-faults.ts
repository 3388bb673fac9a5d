import { AuthorizationResponseError, ClientError, ResponseBodyError } from 'openid-client'
import { EgressError } from '#platform/egress/errors.ts'

/**
 * What went wrong between a provider and us: `denied` is the person's own no or the provider's to them,
 * `unreachable` may pass by itself, `misconfigured` is for whoever set it up, `refused` is an answer that cannot be
 * trusted.
 */
export type OpenIdFaultCode = 'denied' | 'unreachable' | 'misconfigured' | 'refused'

/** A sign-in or test that a provider did not let come to its end. The message is fit for who set the provider up. */
export class OpenIdFault extends Error {
  readonly code: OpenIdFaultCode

  constructor(code: OpenIdFaultCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = 'OpenIdFault'
    this.code = code
  }
}

/** Faults of an address or a certificate, which trying again cannot mend. */
const LASTING: ReadonlySet<string> = new Set([
  'bad_url',
  'bad_port',
  'bad_request',
  'forbidden_address',
  'tls',
])

/** Whatever was thrown while speaking with a provider, as a fault with a sentence. */
export function openIdFaultOf(error: unknown): OpenIdFault {
  const chain = causesOf(error)
  const own = chain.find(each => each instanceof OpenIdFault)
  if (own) return own
  const away = chain.find(each => each instanceof EgressError)
  if (away)
    return new OpenIdFault(LASTING.has(away.code) ? 'misconfigured' : 'unreachable', away.message, error)
  if (error instanceof AuthorizationResponseError) {
    const isAway = error.error === 'temporarily_unavailable' || error.error === 'server_error'
    return new OpenIdFault(
      isAway ? 'unreachable' : 'denied',
      `The provider answered ${said(error.error)}.`,
      error,
    )
  }
  if (error instanceof ResponseBodyError) {
    const isOurs = ['invalid_client', 'unauthorized_client', 'invalid_scope'].includes(error.error)
    const code = error.status >= 500 ? 'unreachable' : isOurs ? 'misconfigured' : 'refused'
    return new OpenIdFault(code, `The provider answered ${said(error.error)}.`, error)
  }
  if (!(error instanceof ClientError))
    return new OpenIdFault('refused', 'The provider answered something unexpected.', error)
  if (error.code === 'OAUTH_TIMEOUT')
    return new OpenIdFault('unreachable', 'The provider took too long to answer.', error)
  const status = chain.find(each => each instanceof Response)?.status
  if (status !== undefined) {
    const code = status >= 500 ? 'unreachable' : 'misconfigured'
    return new OpenIdFault(code, `The provider answered with the status ${status}.`, error)
  }
  return new OpenIdFault(
    'refused',
    `The answer of the provider is not acceptable: ${reasonOf(chain)}.`,
    error,
  )
}

function causesOf(error: unknown): unknown[] {
  const chain: unknown[] = []
  for (let at = error; at !== undefined && at !== null && chain.length < 8; ) {
    chain.push(at)
    at = at instanceof Error ? at.cause : undefined
  }
  return chain
}

/** A code of the protocol; anything else a stranger may have put there is not repeated. */
function said(code: string): string {
  return /^[a-z_]{1,60}$/.test(code) ? code : 'with an error'
}

/** The most exact sentence of the library, which names claims and never their values. */
function reasonOf(chain: readonly unknown[]): string {
  const sentences = chain.flatMap(each => (each instanceof Error ? [each.message] : []))
  return (sentences.at(-1) ?? 'unknown').slice(0, 200)
}
