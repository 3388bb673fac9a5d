import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Kit } from '../context.ts'
import { isUnsafe } from '../contract/route.ts'
import { generalErrors } from '../errors.ts'
import type { Implemented } from './handlers.ts'

/** What a page of another site may read of an answer beside its body. */
const EXPOSED = 'retry-after, x-request-id'
const PREFLIGHT_S = '600'

/**
 * Browsers say where a request comes from. Anything that changes state and comes from another site is
 * refused, cookie or not; programs send neither header and authenticate by token. A public route can say which sites are
 * welcome: these may call it and read its answer.
 */
export async function admitSite(
  kit: Kit,
  { route, admits }: Implemented,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  if (admits) {
    reply.header('vary', 'origin')
    const origin = otherOrigin(request)
    if (origin !== null && (await admits(kit, origin, request.params))) {
      reply.header('access-control-allow-origin', origin.origin)
      reply.header('access-control-expose-headers', EXPOSED)
      return
    }
  }
  if (!isUnsafe(route) || route.form || route.raw) return
  const site = request.headers['sec-fetch-site']
  if (site === 'cross-site' || site === 'same-site') throw generalErrors.cross_site()
  const { origin, host } = request.headers
  if (site === undefined && origin !== undefined && URL.parse(origin)?.host !== host) {
    throw generalErrors.cross_site()
  }
}

/** The origin of another site that a browser names; null for our own, for none and for a page that has none to tell. */
function otherOrigin({ headers: { origin, host } }: FastifyRequest): URL | null {
  const url = URL.parse(origin ?? '')
  return url !== null && url.origin === origin && url.host !== host ? url : null
}

/** Answers what a browser asks before it sends JSON from the page of another site. */
export function answerPreflights(app: FastifyInstance, kit: Kit, implemented: Implemented): void {
  const { route } = implemented
  if (!implemented.admits || !isUnsafe(route)) return
  app.options(route.path, async (request, reply) => {
    await admitSite(kit, implemented, request, reply)
    return reply
      .code(204)
      .header('access-control-allow-methods', route.method)
      .header('access-control-allow-headers', 'accept, content-type')
      .header('access-control-max-age', PREFLIGHT_S)
      .send()
  })
}
