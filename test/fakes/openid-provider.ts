import { createSign, generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Provider } from 'oidc-provider'

/** Who signs in at the provider: the claims it gives out. */
export type Account = Readonly<Record<string, unknown>> & { readonly sub: string }

/** One part of an ID token. */
type Part = Record<string, unknown>

/**
 * A real, certified OpenID provider on the loopback interface, between which and us a test can stand: it signs with keys
 * of the test and rewrites what is published and what is signed.
 */
export interface OpenIdProvider {
  readonly issuer: string
  /** `host:port`, for EGRESS_ALLOW. */
  readonly host: string
  readonly client: { readonly id: string; readonly secret: string }
  /** Who signs in from now on, or what the provider refuses with. */
  account: Account | { readonly error: string }
  /** Rewrites the ID token before it is signed. */
  tamper: ((header: Part, claims: Part) => void) | undefined
  /** Replaces the signature of the ID token. */
  signature: string | undefined
  /** Rewrites what the provider publishes about itself. */
  publish: ((metadata: Part) => void) | undefined
  /** Answers instead of the provider when it returns true. */
  intercept: ((request: IncomingMessage, response: ServerResponse) => boolean) | undefined
  /** How often each path was asked for. */
  readonly asked: Map<string, number>
  /** Signs with a new key from now on; the old one is published no longer. */
  rollKeys(): void
  close(): Promise<void>
}

const CLIENT = { id: 'millrace', secret: 'a secret: of the client & more' }
const KEYS = '/jwks'

interface Key {
  readonly kid: string
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
}

/** Starts a provider that knows one client. */
export async function startOpenIdProvider(): Promise<OpenIdProvider> {
  const server = createServer()
  await new Promise<void>(ready => server.listen(0, '127.0.0.1', ready))
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  const issuer = `http://${host}`
  let key = newKey()
  const asked = new Map<string, number>()
  const fake: OpenIdProvider = {
    issuer,
    host,
    client: CLIENT,
    account: { sub: 'nobody' },
    tamper: undefined,
    signature: undefined,
    publish: undefined,
    intercept: undefined,
    asked,
    rollKeys() {
      key = newKey()
    },
    close: () =>
      new Promise(done => {
        server.closeAllConnections()
        server.close(() => done())
      }),
  }
  const accounts = new Map<string, Account>()
  const provider = createProvider(issuer, accounts)
  const answer = provider.callback()

  async function interact(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { params } = await provider.interactionDetails(request, response)
    const { account } = fake
    if (typeof account.error === 'string') {
      return provider.interactionFinished(request, response, { error: account.error })
    }
    const { sub } = account as Account
    accounts.set(sub, account as Account)
    const grant = new provider.Grant({ accountId: sub, clientId: params.client_id ?? '' })
    grant.addOIDCScope(params.scope ?? '')
    const grantId = await grant.save()
    return provider.interactionFinished(request, response, {
      login: { accountId: sub },
      consent: { grantId },
    })
  }

  function rewritten(path: string, body: Part): Part {
    if (path === KEYS)
      return { keys: [{ ...key.publicKey.export({ format: 'jwk' }), kid: key.kid, use: 'sig' }] }
    if (path === '/.well-known/openid-configuration') fake.publish?.(body)
    if (typeof body.id_token === 'string') return { ...body, id_token: signedAnew(body.id_token) }
    return body
  }

  function signedAnew(token: string): string {
    const [header = {}, claims = {}] = token
      .split('.')
      .slice(0, 2)
      .map(part => JSON.parse(Buffer.from(part, 'base64url').toString()) as Part)
    header.kid = key.kid
    fake.tamper?.(header, claims)
    const text = [header, claims]
      .map(part => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.')
    const own = () => createSign('sha256').update(text).sign(key.privateKey, 'base64url')
    return `${text}.${fake.signature ?? own()}`
  }

  server.on('request', (request, response) => {
    const path = new URL(request.url ?? '', issuer).pathname
    asked.set(path, (asked.get(path) ?? 0) + 1)
    if (fake.intercept?.(request, response)) return
    if (path.startsWith('/interaction/')) void interact(request, response)
    else {
      if (path !== '/auth' && !path.startsWith('/auth/')) rewriteJson(response, body => rewritten(path, body))
      void answer(request, response)
    }
  })
  return fake
}

function createProvider(issuer: string, accounts: ReadonlyMap<string, Account>): Provider {
  const { privateKey } = newKey()
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: CLIENT.id,
        client_secret: CLIENT.secret,
        redirect_uris: ['https://app.example.com/auth/sso/callback'],
        token_endpoint_auth_method: 'client_secret_basic',
      },
    ],
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), kid: 'inner', use: 'sig' }] },
    cookies: { keys: [randomUUID()] },
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    // As many providers do: what is asked for is in the ID token and not only at the userinfo endpoint.
    conformIdTokenClaims: false,
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_ctx: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
    findAccount: (_ctx: unknown, sub: string) => ({
      accountId: sub,
      claims: () => accounts.get(sub) ?? { sub },
    }),
    pkce: { required: () => true },
    routes: { jwks: KEYS },
  })
  // The addresses of the tests' own providers are not known beforehand.
  provider.Client.prototype.redirectUriAllowed = url =>
    /\/auth\/sso\/callback(\/[0-9a-f-]{36}){0,2}$/.test(url)
  return provider
}

function newKey(): Key {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  return { kid: randomUUID(), privateKey, publicKey }
}

/** Lets a function rewrite the JSON that the provider answers. */
function rewriteJson(response: ServerResponse, rewrite: (body: Part) => Part): void {
  const end = response.end.bind(response)
  response.end = ((chunk?: unknown, ...rest: unknown[]) => {
    if (typeof chunk !== 'string' && !Buffer.isBuffer(chunk)) return end(chunk as never, ...(rest as []))
    try {
      const body = JSON.stringify(rewrite(JSON.parse(chunk.toString()) as Part))
      response.setHeader('content-length', Buffer.byteLength(body))
      return end(body)
    } catch {
      return end(chunk as never, ...(rest as []))
    }
  }) as typeof response.end
}
