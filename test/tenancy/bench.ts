import pg from 'pg'
import { authenticate } from '#modules/iam/index.ts'
import type { AnyRoute } from '#platform/contract/route.ts'
import type { Database } from '#platform/db/database.ts'
import type { ServerOptions } from '#platform/http/server.ts'
import type { Module } from '#platform/module.ts'
import { modules } from '#programs/modules.ts'
import { subscriptions } from '#programs/subscriptions.ts'
import { systemRoutes } from '#programs/system.ts'
import { type TestKit, testKit } from '#test/database.ts'
import { testServer } from '#test/http.ts'
import { readCatalogue } from './catalogue.ts'
import { assemble } from './principals.ts'
import { findRecords, makeRecords } from './records.ts'
import { rehearsalOf } from './rehearsal.ts'
import type { RouteBench } from './route-probe.ts'
import { idsOf, readState } from './state.ts'

/** Parts of the server that a test may replace by damaged ones. */
export interface Parts {
  readonly db?: Database
  readonly authenticate?: ServerOptions['authenticate']
  readonly modules?: readonly Module[]
}

/** The product with two organizations, and servers on it. */
export interface Bench {
  readonly t: TestKit
  readonly admin: pg.Client
  /** Every route that the server has. */
  readonly routes: readonly AnyRoute[]
  /** The organizations of the probe, own and other. */
  readonly twins: { readonly own: string; readonly other: string }
  /** The Authorization header of the member who was suspended. */
  readonly suspended: string | undefined
  /** Starts a server, runs `work` on it and stops it. */
  serve<T>(parts: Parts, work: (bench: RouteBench) => Promise<T>): Promise<T>
  close(): Promise<void>
}

/** Makes the database, the organizations with their people and the records. */
export async function openBench({ isThorough = false } = {}): Promise<Bench> {
  const t = await testKit({ modules, reactions: subscriptions })
  const admin = new pg.Client({ connectionString: t.adminUrl })
  await admin.connect()
  const server = await testServer(t, modules, authenticate)
  const cast = await assemble(t, server.url, isThorough)
  await server.close()
  const { own, other } = cast
  const all = await readCatalogue(admin)
  for (const person of [own, other]) await makeRecords(t.kit, person)
  const each = async <T>(read: (orgId: string) => Promise<T>) =>
    new Map([
      [own.orgId, await read(own.orgId)],
      [other.orgId, await read(other.orgId)],
    ])
  const records = await each(orgId => findRecords(admin, orgId))
  const ids = await each(orgId => idsOf(admin, all, orgId))
  const moduleRoutes = modules.flatMap(({ routes = [] }) => routes.map(({ route }) => route))
  return {
    t,
    admin,
    routes: [...moduleRoutes, ...systemRoutes(moduleRoutes).routes.map(({ route }) => route)],
    suspended: cast.principals.find(({ name }) => name === 'suspended admin')?.headers.authorization,
    twins: { own: own.orgId, other: other.orgId },
    async serve(parts, work) {
      const rehearsal = rehearsalOf(parts.db ?? t.kit.db)
      // Name servers are not asked.
      const egress = { ...t.kit.egress, textRecords: async () => [] }
      const kit = { ...t.kit, db: rehearsal.db, egress }
      const served = await testServer(
        { ...t, kit },
        parts.modules ?? modules,
        parts.authenticate ?? authenticate,
      )
      const watch = { last: await readState(admin, all, [own.orgId, other.orgId]) }
      try {
        return await work({ url: served.url, cast, rehearsal, admin, all, records, ids, watch })
      } finally {
        await served.close()
      }
    },
    async close() {
      await admin.end()
      await t.close()
    },
  }
}
