import { createApiKey, signIn } from '#modules/iam/contract.ts'
import type { SignedIn } from './people.ts'

/** Signs a person in as a browser does; resolves with the Cookie header. */
export async function cookieOfSignIn(baseUrl: string, person: SignedIn): Promise<string> {
  const { email, password } = person
  const response = await post(baseUrl + signIn.path, { email, password })
  return response.headers
    .getSetCookie()
    .map(line => line.split(';')[0])
    .join('; ')
}

/** The secret of a new API key, made by a person who has just signed in. */
export async function newApiKey(baseUrl: string, person: SignedIn, scopes: string[]): Promise<string> {
  const cookie = await cookieOfSignIn(baseUrl, person)
  const response = await post(
    baseUrl + createApiKey.path,
    { name: 'Test', scopes, expiresInDays: 1 },
    { cookie, 'sec-fetch-site': 'same-origin' },
  )
  const { secret } = (await response.json()) as { secret?: string }
  if (secret === undefined) throw new Error(`No key was made: ${response.status}.`)
  return secret
}

function post(url: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
}
