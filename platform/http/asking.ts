import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Caller, Kit } from '../context.ts'
import type { AnyRoute } from '../contract/route.ts'
import { versionsOf } from './etags.ts'
import type { Http, Principal } from './handlers.ts'

/** Asks for the answer that somebody else would get, and says that it is one. */
const VIEW_AS = 'millrace-view-as'
const VIEWED_AS = 'millrace-viewed-as'
const NO_BYTES = new Uint8Array()

/**
 * Finds out who a request speaks for, from its cookie or Authorization header. Resolves null for
 * nobody; throws `request.not_signed_in` for a credential that is no good.
 */
export type Authenticate = (
  kit: Kit,
  request: {
    cookie(name: string): string | undefined
    readonly authorization: string | undefined
    readonly method: string
    readonly viewAs: string | undefined
    readonly from: { readonly address: string; readonly userAgent: string; readonly requestId: string }
  },
) => Promise<Principal | null>

/** A request as its handler gets it, and whether the handler has asked what the caller's change is based on. */
export interface Asked extends Http {
  readonly hasHeeded: boolean
}

/** The parts of a request that a handler may touch, with the one it speaks for. Throws what `authenticate` throws. */
export async function askedBy(
  { kit, authenticate }: { readonly kit: Kit; readonly authenticate: Authenticate },
  route: AnyRoute,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Asked> {
  const header = (name: string) => {
    const value = request.headers[name]
    return Array.isArray(value) ? value[0] : value
  }
  const identify = () =>
    authenticate(kit, {
      cookie: name => request.cookies[name],
      authorization: request.headers.authorization,
      method: request.method,
      viewAs: header(VIEW_AS),
      from: {
        address: request.ip,
        userAgent: request.headers['user-agent'] ?? '',
        requestId: request.id,
      },
    })
  const principal = route.access === 'public' ? null : await identify()
  if (principal?.viewedAs) reply.header(VIEWED_AS, header(VIEW_AS) ?? '')
  const closed = new AbortController()
  reply.raw.once('close', () => closed.abort())
  const expected = versionsOf(request.headers['if-match'])
  let hasHeeded = false
  return {
    kit,
    requestId: request.id,
    address: request.ip,
    principal,
    header,
    headers: request.headers,
    rawBody: route.raw && request.body instanceof Uint8Array ? request.body : NO_BYTES,
    cookie: name => request.cookies[name],
    setHeader: (name, value) => reply.header(name, value),
    setCookie: (name, value, { maxAgeS }) =>
      reply.setCookie(name, value, {
        path: '/',
        httpOnly: true,
        secure: true,
        sameSite: 'lax',
        maxAge: maxAgeS,
      }),
    get expected() {
      hasHeeded = true
      return expected
    },
    get hasHeeded() {
      return hasHeeded
    },
    principalNow: () => identify().catch(() => null),
    closed: closed.signal,
  }
}

/** Who sent a request and from where, for the audit log. */
export function callerOf(http: Http, { name }: Principal): Caller {
  return { name, address: http.address, userAgent: http.header('user-agent') ?? '' }
}
