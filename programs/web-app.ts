import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'
import type { Kit } from '#platform/context.ts'
import { generalErrors } from '#platform/errors.ts'
import { sendProblem } from '#platform/http/answering.ts'

/** Scripts, styles and connections only from ourselves. */
const APP_POLICY =
  "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; frame-src 'self' data: blob:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

/** Paths that belong to the API or to public pages and never to the web app. */
const SERVER_PATHS = /^\/(v1|auth\/sso|f|docs|healthz|readyz|metrics|openapi\.json)(\/|$|\?)/

/**
 * Serves the built web app: hashed assets for a year, the one page for every path of the app, and a
 * problem document for everything else.
 */
export async function serveWebApp(app: FastifyInstance, kit: Kit, dir: string): Promise<void> {
  await app.register(fastifyStatic, {
    root: dir,
    index: false,
    wildcard: false,
    serveDotFiles: false,
    cacheControl: false,
    setHeaders(reply, path) {
      const hashed = path.startsWith(join(dir, 'assets'))
      reply.header('cache-control', hashed ? 'public, max-age=31536000, immutable' : 'no-cache')
    },
  })
  app.setNotFoundHandler((request, reply) => {
    const isPage =
      (request.method === 'GET' || request.method === 'HEAD') &&
      !SERVER_PATHS.test(request.url) &&
      (request.headers.accept ?? '').includes('text/html')
    if (!isPage) return sendProblem(kit, generalErrors.not_found(), request, reply)
    return reply
      .header('content-security-policy', APP_POLICY)
      .header('cache-control', 'no-cache')
      .sendFile('index.html')
  })
}
