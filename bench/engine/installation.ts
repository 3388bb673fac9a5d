import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import pg from 'pg'
import { signUpOrganization } from '#modules/iam/index.ts'
import { readConfig } from '#platform/config.ts'
import { type Context, inOrganization, type Kit } from '#platform/context.ts'
import { startEmbedded } from '#platform/db/embedded.ts'
import { ensurePartitions, migrate, readMigrations } from '#platform/db/migrate.ts'
import { createKit, migrationSources, openSecrets } from '#programs/kit.ts'
import { modules } from '#programs/modules.ts'
import { subscriptions } from '#programs/subscriptions.ts'
import { makeDataDir, superuserUrlOf } from '#test/program.ts'

/** A database server with the settings of `npm start`, an organization on it, and the parts of a worker. */
export interface Installation {
  kit: Kit
  dir: string
  ownerUrl: string
  orgId: string
  act<T>(work: (ctx: Context) => Promise<T>): Promise<T>
  /** Runs SQL as superuser. */
  sql<R extends object>(text: string, values?: unknown[]): Promise<R[]>
  close(): Promise<void>
}

export async function openInstallation(): Promise<Installation> {
  const data = makeDataDir()
  const secrets = openSecrets(data.dir)
  const embedded = await startEmbedded({ dir: join(data.dir, 'postgres') })
  const { ownerUrl } = embedded
  await migrate(readMigrations(migrationSources(modules)), {
    ownerUrl,
    runtimePassword: secrets.runtimePassword,
  })
  await ensurePartitions(ownerUrl)
  const config = readConfig({ LOG_LEVEL: 'warn', FORM_POSTS_PER_MINUTE: '1000000' })
  const kit = createKit({ config, ownerUrl, secrets, modules, reactions: subscriptions })
  const { orgId, userId } = await signUpOrganization(kit, {
    name: 'Measured',
    email: 'measured@example.com',
    password: randomUUID(),
    organizationName: 'Measured',
  })
  const superuser = new pg.Client({ connectionString: superuserUrlOf(data.dir) })
  await superuser.connect()
  return {
    kit,
    dir: data.dir,
    ownerUrl,
    orgId,
    act: work => inOrganization(kit, { orgId, actor: { type: 'user', userId } }, work),
    sql: async <R extends object>(text: string, values: unknown[] = []) =>
      (await superuser.query<R & Record<string, unknown>>(text, values)).rows,
    async close() {
      await superuser.end()
      await kit.db.close()
      await embedded.stop()
      data.remove()
    },
  }
}
