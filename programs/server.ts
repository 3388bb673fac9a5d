import type { FastifyInstance } from 'fastify'
import type { Kit } from '#platform/context.ts'
import type { AnyRoute } from '#platform/contract/route.ts'
import { buildServer, type ServerOptions } from '#platform/http/server.ts'
import type { Module } from '#platform/module.ts'
import { systemRoutes } from './system.ts'

/** The HTTP server with the routes of the given modules and those of the product as a whole. */
export async function createServer(
  kit: Kit,
  modules: readonly Module[],
  authenticate: ServerOptions['authenticate'],
): Promise<FastifyInstance> {
  const moduleRoutes = modules.flatMap(module => module.routes ?? [])
  const documented: AnyRoute[] = moduleRoutes.map(implemented => implemented.route)
  const system = systemRoutes(documented)
  return buildServer({
    kit,
    routes: [...moduleRoutes, ...system.routes],
    authenticate,
    onFinish: system.observe,
  })
}
