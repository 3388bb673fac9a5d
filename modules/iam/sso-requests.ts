import type { Kit } from '#platform/context.ts'
import { hmacSign, randomToken, sha256 } from '#platform/crypto/tokens.ts'
import type { Http } from '#platform/http/handlers.ts'
import type { Binding } from './openid.ts'

const LIFETIME = '10 minutes'
const COOKIE_S = 10 * 60
const NEXT_MAX = 500

/** A sign-in that came back to the browser it left from. */
export interface ReturnedRequest {
  /** Both null for the installation's own provider. */
  readonly orgId: string | null
  readonly providerId: string | null
  readonly binding: Binding
  /** The path of the app to go on to. */
  readonly next: string | undefined
}

/**
 * Notes that the browser is sent to a provider. The state is stored as a hash and works once within 10 minutes, in this
 * browser only: its cookie holds the secret from which verifier and nonce are derived, so the database has neither. Each
 * request has a cookie of its own, so that two tabs do not disturb each other.
 */
export async function beginRequest(
  http: Http,
  provider: { orgId: string | null; providerId: string | null },
  next: string | undefined,
): Promise<Binding> {
  const state = randomToken()
  const secret = randomToken()
  await http.kit.db.withGlobal(tx =>
    tx.query(
      `insert into iam.authorization_requests (state_hash, browser_hash, org_id, provider_id, expires_at)
       values ($1, $2, $3, $4, now() + interval '${LIFETIME}')`,
      [sha256(state), sha256(secret), provider.orgId, provider.providerId],
    ),
  )
  const path = Buffer.from(next ?? '').toString('base64url')
  http.setCookie(cookieOf(state), `${secret}.${path}`, { maxAgeS: COOKIE_S })
  return bindingOf(state, secret)
}

/** Takes the request that a state belongs to; null when it was used, is over, or left from another browser. */
export async function takeRequest(http: Http, state: string): Promise<ReturnedRequest | null> {
  const [secret = '', path = ''] = (http.cookie(cookieOf(state)) ?? '').split('.')
  const taken = await deleteRequest(http.kit, state, secret)
  if (!taken) return null
  http.setCookie(cookieOf(state), '', { maxAgeS: 0 })
  return {
    orgId: taken.org_id,
    providerId: taken.provider_id,
    binding: bindingOf(state, secret),
    next: pathOfApp(Buffer.from(path, 'base64url').toString()),
  }
}

async function deleteRequest(kit: Kit, state: string, secret: string) {
  const result = await kit.db.withGlobal(tx =>
    tx.query<{ org_id: string | null; provider_id: string | null }>(
      `delete from iam.authorization_requests
       where state_hash = $1 and browser_hash = $2 and expires_at > now() returning org_id, provider_id`,
      [sha256(state), sha256(secret)],
    ),
  )
  return result.rows[0]
}

/**
 * A path of this app; undefined for everything that a browser could read as another site: "//elsewhere",
 * "/\elsewhere", "https:", and paths with control characters, which browsers drop.
 */
export function pathOfApp(text: string | undefined): string | undefined {
  if (text === undefined || text.length > NEXT_MAX) return undefined
  return /^\/(?![/\\])/.test(text) && !/\p{Cc}/u.test(text) ? text : undefined
}

function cookieOf(state: string): string {
  return `__Host-sso-${sha256(state).toString('hex').slice(0, 16)}`
}

function bindingOf(state: string, secret: string): Binding {
  const key = sha256(secret)
  return { state, nonce: hmacSign(key, 'nonce'), verifier: hmacSign(key, 'verifier') }
}
