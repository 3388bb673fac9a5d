import { randomBytes } from 'node:crypto'
import { dirname } from 'node:path'
import { fixedClock } from '#platform/clock.ts'
import { readConfig } from '#platform/config.ts'
import type { Kit } from '#platform/context.ts'
import { readMigrations } from '#platform/db/migrate.ts'
import type { Reaction } from '#platform/events/reactions.ts'
import { newId } from '#platform/ids.ts'
import type { Module } from '#platform/module.ts'
import { createKit, migrationSources } from '#programs/kit.ts'
import { asAdmin, createTestDatabase, onDatabase, testCluster } from './cluster.ts'

export interface TestKit {
  kit: Kit
  /** Connection of the owner role, for catalogue queries and acts the runtime role may not do. */
  ownerUrl: string
  /** Connection of a superuser. */
  adminUrl: string
  /** The kit's clock when `frozenAt` was given. */
  clock: ReturnType<typeof fixedClock>
  /** Runs SQL as the owner role, for example to prove that even the owner is refused. */
  asOwner<R extends Record<string, unknown>>(text: string, values?: unknown[]): Promise<R[]>
  /** Runs SQL as superuser: sees every row, for counting what really is stored. */
  asSuperuser<R extends Record<string, unknown>>(text: string, values?: unknown[]): Promise<R[]>
  close(): Promise<void>
}

export interface TestKitOptions {
  /** Modules whose tables, jobs and routes exist; in dependency order. */
  modules?: readonly Module[]
  reactions?: readonly Reaction[]
  /** Environment settings that differ from the test's own. */
  env?: Record<string, string>
  /** Freezes the kit's clock at this instant; move it with `clock.advance`. */
  frozenAt?: Date
}

/** A kit on a database of its own. Close it in `after`. */
export async function testKit(options: TestKitOptions = {}): Promise<TestKit> {
  const cluster = await testCluster()
  const modules = options.modules ?? []
  const database = await createTestDatabase(cluster, readMigrations(migrationSources(modules)))
  const config = readConfig({
    LOG_LEVEL: 'silent',
    DATABASE_POOL: '10',
    MILLRACE_DATA: dirname(cluster.secrets.keyFilePath),
    FORM_POSTS_PER_MINUTE: '1000000',
    API_REQUESTS_PER_MINUTE: '100000000',
    API_REQUESTS_PER_MINUTE_ORGANIZATION: '100000000',
    ...options.env,
  })
  const clock = fixedClock(options.frozenAt ?? new Date())
  const kit = createKit({
    config,
    ownerUrl: database.ownerUrl,
    secrets: cluster.secrets,
    modules,
    reactions: options.reactions ?? [],
    ...(options.frozenAt ? { clock } : {}),
  })
  const adminUrl = onDatabase(cluster.adminUrl, database.name)
  return {
    kit,
    ownerUrl: database.ownerUrl,
    adminUrl,
    clock,
    asOwner: (text, values = []) =>
      asAdmin(database.ownerUrl, async client => (await client.query(text, values)).rows),
    asSuperuser: (text, values = []) =>
      asAdmin(adminUrl, async client => (await client.query(text, values)).rows),
    async close() {
      await kit.db.close()
      await asAdmin(cluster.adminUrl, client =>
        client.query(`drop database if exists ${database.name} with (force)`),
      )
    },
  }
}

/** An organization id that no table knows; enough for tables without a foreign key to organizations. */
export function anyOrgId(): string {
  return newId()
}

/** A short random word for names that must not collide. */
export function word(): string {
  return randomBytes(5).toString('hex')
}
