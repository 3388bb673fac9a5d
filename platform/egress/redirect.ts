import { EgressError } from './errors.ts'
import type { Answer } from './exchange.ts'
import { redirectHeaders } from './headers.ts'
import { type Policy, parseTarget, type Target } from './target.ts'

/** One request of a chain of redirects. */
export type Hop = {
  readonly target: Target
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array | undefined
}

/** Whether a status asks to request another URL (RFC 9110, 15.4). */
export function isRedirect(status: number): boolean {
  return [301, 302, 303, 307, 308].includes(status)
}

/**
 * The request a redirect asks for, checked like a first one; undefined when it names no place to go.
 * Never from https to http, and without credentials to another origin. Throws `EgressError`.
 */
export function redirectedHop(hop: Hop, answer: Answer, policy: Policy): Hop | undefined {
  const location = answer.headers.location
  if (location === undefined) return undefined
  const from = hop.target
  const resolved = URL.parse(location, from.url.href)
  if (!resolved) throw new EgressError('redirect', `${from.host} redirects to a URL that is not valid.`)
  const target = parseTarget(resolved.href, policy)
  if (from.secure && !target.secure) {
    throw new EgressError('redirect', `${from.host} redirects from https to http, which is not followed.`)
  }
  // As browsers do (Fetch standard, HTTP-redirect fetch): 303 always becomes GET, 301 and 302 only for POST.
  const toGet =
    (answer.status === 303 && hop.method !== 'HEAD') || (answer.status < 303 && hop.method === 'POST')
  const body = toGet ? undefined : hop.body
  const sameOrigin = from.url.origin === target.url.origin
  return {
    target,
    method: toGet ? 'GET' : hop.method,
    headers: redirectHeaders(hop.headers, { sameOrigin, body: body !== undefined }),
    body,
  }
}
