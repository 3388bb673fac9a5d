import * as client from 'openid-client'
import { z } from 'zod'
import type { Kit } from '#platform/context.ts'
import type { Secret } from '#platform/crypto/secret.ts'
import type { EgressMethod } from '#platform/egress/egress.ts'
import { OpenIdFault } from './openid-faults.ts'

/** What is needed to speak with an OpenID provider on behalf of an organization, or of the installation. */
export interface Party {
  /** Null for the installation's own provider. */
  readonly orgId: string | null
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: Secret
  readonly scopes: readonly string[]
  /** Where the provider sends people back; no two providers share one, so that none can answer for another. */
  readonly redirectUrl: string
}

const TIMEOUT_MS = 10_000
const ANSWER_BYTES_MAX = 512 * 1024
const METADATA_MAX_AGE_MS = 5 * 60_000
const KEYS_MAX_AGE_S = 300
/** The library fetches keys again for an unknown key id only when those it has are at least this old. */
const KEYS_REFETCH_AGE_S = 60
const KNOWN_MAX = 500

const KeySet = z.object({ keys: z.array(z.object({ kty: z.string(), use: z.string().optional() })) })

/** What a provider published, and when. */
export interface Known {
  readonly metadata: client.ServerMetadata
  readonly at: number
  keys: client.ExportedJWKSCache | undefined
}

/** What providers published, for a few minutes; each organization has its own copy, as it has its own connections. */
const knownOf = new WeakMap<Kit['db'], Map<string, Known>>()

/** What a provider published, at most 5 minutes old. Throws `OpenIdFault` and what the library throws. */
export async function discover(kit: Kit, party: Party): Promise<Known> {
  const known = knownOf.get(kit.db) ?? new Map<string, Known>()
  knownOf.set(kit.db, known)
  const key = `${party.orgId} ${party.issuer}`
  const found = known.get(key)
  if (found && performance.now() - found.at < METADATA_MAX_AGE_MS) return found
  const metadata = await readMetadata(kit, party)
  const fresh: Known = { metadata, at: performance.now(), keys: found?.keys }
  known.delete(key)
  known.set(key, fresh)
  if (known.size > KNOWN_MAX) known.delete(known.keys().next().value ?? key)
  return fresh
}

/** Keeps the keys a sign-in used, for the next one. */
export function rememberKeys(kit: Kit, party: Party, config: client.Configuration): void {
  const known = knownOf.get(kit.db)?.get(`${party.orgId} ${party.issuer}`)
  const keys = client.getJwksCache(config)
  if (known && keys) known.keys = keys
}

/** Forgets what the provider published, so that the next request sees what it publishes now. */
export function forgetMetadata(kit: Kit, party: Party): void {
  knownOf.get(kit.db)?.delete(`${party.orgId} ${party.issuer}`)
}

/**
 * Reads what a provider publishes about itself now (OpenID Connect Discovery 1.0): that it is who it is asked to be and
 * that every address may be reached. Throws `OpenIdFault` and what the library throws.
 */
export async function readMetadata(kit: Kit, party: Party): Promise<client.ServerMetadata> {
  const issuer = URL.parse(party.issuer)
  if (!issuer) throw new OpenIdFault('misconfigured', 'The issuer is not a URL.')
  const found = await client.discovery(issuer, party.clientId, {}, client.None(), {
    [client.customFetch]: throughEgress(kit, party),
    timeout: TIMEOUT_MS / 1000,
    execute: issuer.protocol === 'http:' ? [client.allowInsecureRequests] : [],
  })
  const metadata = found.serverMetadata()
  // The library lets a provider with one address for many tenants name a pattern; whoever signs in by it would be unknown.
  if (URL.parse(metadata.issuer)?.href !== issuer.href)
    throw new OpenIdFault('misconfigured', `The provider calls itself ${metadata.issuer.slice(0, 200)}.`)
  for (const name of ['authorization_endpoint', 'token_endpoint', 'jwks_uri'] as const) {
    const endpoint = metadata[name]
    if (endpoint === undefined) throw new OpenIdFault('misconfigured', `The provider names no ${name}.`)
    checkReach(kit, endpoint, name)
  }
  if (metadata.userinfo_endpoint !== undefined)
    checkReach(kit, metadata.userinfo_endpoint, 'userinfo_endpoint')
  return metadata
}

function isPlainHttp(metadata: client.ServerMetadata): boolean {
  return metadata.issuer.startsWith('http:')
}

/** HTTPS, or plain HTTP to an address the operator allowed by name, as of a provider on the same machine. */
function checkReach(kit: Kit, text: string, what: string): void {
  const url = URL.parse(text)
  if (url?.protocol === 'https:') return
  if (url?.protocol === 'http:' && kit.config.egressAllow.includes(url.host)) return
  throw new OpenIdFault('misconfigured', `The ${what} does not begin with https://.`)
}

/** Whether an issuer may be used at all: HTTPS, or an address that the operator allowed. Throws `OpenIdFault`. */
export function checkIssuer(kit: Kit, issuer: string): void {
  checkReach(kit, issuer, 'issuer')
}

/** Counts the keys for signatures that a provider publishes. Throws `OpenIdFault`. */
export async function readKeys(kit: Kit, party: Party): Promise<number> {
  const { metadata } = await discover(kit, party)
  const answer = await throughEgress(kit, party)(metadata.jwks_uri ?? '', {
    method: 'GET',
    headers: { accept: 'application/json' },
    body: null,
    redirect: 'manual',
  })
  const found = answer.status === 200 ? KeySet.safeParse(await answer.json().catch(() => null)) : null
  if (!found?.success)
    throw new OpenIdFault('misconfigured', 'The address of its keys does not answer with keys.')
  const count = found.data.keys.filter(key => key.kty !== 'oct' && key.use !== 'enc').length
  if (count === 0) throw new OpenIdFault('misconfigured', 'It publishes no key for signatures.')
  return count
}

function throughEgress(kit: Kit, party: Party): client.CustomFetch {
  return async (url, options) => {
    checkReach(kit, url, 'address')
    const { body } = options
    const answer = await kit.egress.request({
      url,
      method: options.method as EgressMethod,
      headers: options.headers,
      ...(body === undefined || body === null ? {} : { body: String(body) }),
      timeoutMs: TIMEOUT_MS,
      maxResponseBytes: ANSWER_BYTES_MAX,
      ...(party.orgId === null ? {} : { partition: party.orgId }),
      ...(options.signal ? { signal: options.signal } : {}),
    })
    if (answer.truncated) throw new OpenIdFault('refused', 'The answer of the provider is too large.')
    const hasBody = answer.body.length > 0 && answer.status !== 204 && answer.status !== 304
    return new Response(hasBody ? Buffer.from(answer.body) : null, {
      status: answer.status,
      headers: answer.headers,
    })
  }
}

/** A configuration with one way for the client to prove itself. */
export function configured(kit: Kit, party: Party, known: Known, method: AuthMethod): client.Configuration {
  const secret = party.clientSecret.reveal()
  const authentication =
    method === 'basic' ? client.ClientSecretBasic(secret) : client.ClientSecretPost(secret)
  const config = new client.Configuration({ ...known.metadata }, party.clientId, {}, authentication)
  config[client.customFetch] = throughEgress(kit, party)
  config.timeout = TIMEOUT_MS / 1000
  // Without this the signature would not be looked at, because the token came over TLS from the provider itself.
  client.enableNonRepudiationChecks(config)
  if (isPlainHttp(known.metadata)) client.allowInsecureRequests(config)
  const { keys } = known
  if (keys && epochSeconds() - keys.uat < KEYS_MAX_AGE_S) {
    const uat = Math.min(keys.uat, epochSeconds() - KEYS_REFETCH_AGE_S)
    client.setJwksCache(config, { jwks: keys.jwks, uat })
  }
  return config
}

export type AuthMethod = 'basic' | 'post'

/** OpenID Connect Discovery: what a provider does not say is `client_secret_basic`. */
export function preferredMethod(metadata: client.ServerMetadata): AuthMethod {
  const methods = metadata.token_endpoint_auth_methods_supported
  return methods === undefined || methods.includes('client_secret_basic') ? 'basic' : 'post'
}

const epochSeconds = () => Math.floor(Date.now() / 1000)
