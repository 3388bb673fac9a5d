import type { FastifyInstance } from 'fastify'
import type { Kit } from '#platform/context.ts'
import type { AnyRoute } from '#platform/contract/route.ts'
import { buildServer, type ServerOptions } from '#platform/http/server.ts'
import type { Module } from '#platform/module.ts'
import { mcpRoutes } from './mcp/routes.ts'
import { systemRoutes } from './system.ts'
import { VERSION } from './version.ts'

const HEALTH: ReadonlySet<string> = new Set(['/healthz', '/readyz', '/metrics'])

/** The HTTP server with the routes of the given modules and those of the product as a whole. */
export async function createServer(
  kit: Kit,
  modules: readonly Module[],
  authenticate: ServerOptions['authenticate'],
): Promise<FastifyInstance> {
  const moduleRoutes = modules.flatMap(module => module.routes ?? [])
  const documented: AnyRoute[] = moduleRoutes.map(implemented => implemented.route)
  const system = systemRoutes(documented)
  const mcp = mcpRoutes({ routes: documented, version: VERSION, authenticate, app: () => app })
  const app = await buildServer({
    kit,
    routes: [...moduleRoutes, ...system.routes, ...mcp],
    authenticate,
    onFinish: system.observe,
  })
  return app
}

/** What a process that serves nobody answers: whether it is alive and ready, and its metrics. */
export function createHealthServer(kit: Kit): Promise<FastifyInstance> {
  const { routes, observe } = systemRoutes([])
  return buildServer({
    kit,
    routes: routes.filter(({ route }) => HEALTH.has(route.path)),
    authenticate: async () => null,
    onFinish: observe,
  })
}
