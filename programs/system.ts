import { setImmediate } from 'node:timers/promises'
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import { z } from 'zod'
import { type AnyRoute, defineRoute } from '#platform/contract/route.ts'
import { declaredErrors } from '#platform/errors.ts'
import { Answer, type Implemented, implement, implementPublic } from '#platform/http/handlers.ts'
import { openApiDocument } from '#platform/http/openapi.ts'
import { errorsPage, referencePage } from '#platform/http/reference.ts'
import { SCRIPT_SOURCE } from '#platform/http/reference-look.ts'
import { messageOf } from '#platform/log.ts'
import { engineGauges } from './engine-gauges.ts'
import { liveGauges } from './live-gauges.ts'
import { liveStream } from './live-stream.ts'
import { conventions, routeGroups } from './route-groups.ts'
import { VERSION } from './version.ts'

/** Answers as long as the process lives. */
export const healthz = defineRoute({
  id: 'system.health',
  method: 'GET',
  path: '/healthz',
  summary: 'Whether the process is alive',
  access: 'public',
  response: z.object({ status: z.literal('ok'), version: z.string() }),
})

const readyz = defineRoute({
  id: 'system.readiness',
  method: 'GET',
  path: '/readyz',
  summary: 'Whether the process can do its work',
  access: 'public',
  produces: 'application/json',
})

const metrics = defineRoute({
  id: 'system.metrics',
  method: 'GET',
  path: '/metrics',
  summary: 'Metrics in the Prometheus text format',
  access: 'public',
  produces: 'text/plain',
})

const openapi = defineRoute({
  id: 'system.openapi',
  method: 'GET',
  path: '/openapi.json',
  summary: 'This API as OpenAPI 3.1',
  access: 'public',
  produces: 'application/json',
})

const reference = defineRoute({
  id: 'system.reference',
  method: 'GET',
  path: '/docs/api',
  summary: 'The API reference as a page',
  access: 'public',
  produces: 'text/html',
})

const errorReference = defineRoute({
  id: 'system.errors',
  method: 'GET',
  path: '/docs/errors',
  summary: 'The errors of the API as a page',
  access: 'public',
  produces: 'text/html',
})

/** Live updates of the caller's organization as server-sent events. */
export const live = defineRoute({
  id: 'live.stream',
  method: 'GET',
  path: '/v1/live',
  summary: 'Follow changes as they happen',
  description:
    'Server-sent events. Each message says what kind of thing changed and which records it is about; read the records to see the change. ' +
    'With `many` it stands for so many changes that only the records they share are named. ' +
    'The first event is `hello`, and a `beat` comes every 5 seconds. Every event carries an `id`: give the last one as Last-Event-ID, or as `after`, and a stream that was cut off goes on within a minute, ' +
    'where messages may come twice, with the same `id` in their data. An event `reset` says that something may have been missed: read anew what you show. ' +
    'A reader that does not keep up is cut off.',
  access: 'live:read',
  query: z.strictObject({
    after: z
      .string()
      .max(40)
      .optional()
      .describe('Where to go on; Last-Event-ID, when given, counts instead.'),
  }),
  produces: 'text/event-stream',
})

const PAGE_POLICY = `default-src 'none'; style-src 'unsafe-inline'; script-src ${SCRIPT_SOURCE}; img-src 'self'; base-uri 'none'; frame-ancestors 'none'`

/** The documents of the API. Making them takes a tenth of a second, so it is done once, and in pieces. */
class Documents {
  readonly #routes: readonly AnyRoute[]
  readonly #made = new Map<string, Promise<{ json: string; html: string }>>()
  constructor(routes: readonly AnyRoute[]) {
    this.#routes = routes
  }
  of(serverUrl: string): Promise<{ json: string; html: string }> {
    const known = this.#made.get(serverUrl)
    if (known) return known
    const made = this.#make(serverUrl)
    this.#made.set(serverUrl, made)
    return made
  }

  async #make(serverUrl: string): Promise<{ json: string; html: string }> {
    const document = await openApiDocument(this.#routes, {
      serverUrl,
      version: VERSION,
      groups: routeGroups,
      description: conventions,
    })
    const json = JSON.stringify(document)
    await setImmediate()
    return { json, html: referencePage(document) }
  }
}

/** Routes that belong to no module, and the observer that feeds their metrics. */
export function systemRoutes(documented: readonly AnyRoute[]) {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const seconds = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time to answer a request, by route.',
    labelNames: ['route', 'method', 'status'],
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
    registers: [registry],
  })
  const connections = new Gauge({
    name: 'db_connections',
    help: 'Connections of the pool by state.',
    labelNames: ['state'],
    registers: [registry],
  })
  const refreshEngine = engineGauges(registry)
  const refreshLive = liveGauges(registry)
  const all = [...documented, live]
  const documents = new Documents(all)
  const routes: Implemented[] = [
    implementPublic(healthz, async () => ({ status: 'ok' as const, version: VERSION })),
    implementPublic(readyz, async http => {
      try {
        await http.kit.db.withGlobal(tx => tx.query('select 1'))
        return new Answer(200, JSON.stringify({ status: 'ready' }), { 'content-type': 'application/json' })
      } catch (error) {
        http.kit.log.warn({ error: messageOf(error) }, 'system.not_ready')
        return new Answer(503, JSON.stringify({ status: 'not ready' }), {
          'content-type': 'application/json',
          'retry-after': '1',
        })
      }
    }),
    implementPublic(metrics, async http => {
      const stats = http.kit.db.stats()
      for (const [state, count] of Object.entries(stats)) connections.set({ state }, count)
      refreshLive(http.kit.live)
      await refreshEngine(http.kit)
      return new Answer(200, await registry.metrics(), { 'content-type': registry.contentType })
    }),
    implementPublic(
      openapi,
      async http =>
        new Answer(200, (await documents.of(http.kit.config.publicUrl)).json, {
          'content-type': 'application/json',
        }),
    ),
    implementPublic(reference, async http => page((await documents.of(http.kit.config.publicUrl)).html)),
    implementPublic(errorReference, async () => page(errorsPage(declaredErrors()))),
    implement(live, async (ctx, { query }, http) =>
      liveStream(ctx.kit, ctx.orgId, http, http.header('last-event-id') ?? query.after),
    ),
  ]
  return {
    routes,
    observe(route: string, method: string, status: number, durationS: number) {
      seconds.observe({ route, method, status }, durationS)
    },
  }
}

function page(html: string): Answer {
  return new Answer(200, html, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': PAGE_POLICY,
  })
}
