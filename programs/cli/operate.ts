/** Commands on the database of this machine's settings instead of on the API: for whoever runs an installation. */

import { join } from 'node:path'
import { readConfig } from '#platform/config.ts'
import { openDatabase } from '#platform/db/database.ts'
import { startEmbedded } from '#platform/db/embedded.ts'
import { ensurePartitions, migrate, readMigrations, runtimeUrl } from '#platform/db/migrate.ts'
import { migrationSources, openSecrets, type Secrets } from '../kit.ts'
import { modules } from '../modules.ts'

/** A process that works in the background. */
export interface WorkerRow {
  id: string
  name: string
  startedAt: string
  /** Whether its lease is in force: it works, or died less than two seconds ago. */
  isAlive: boolean
}

/** Brings the database to this version; says how many migrations it took. */
export function migrateNow(): Promise<{ applied: number }> {
  return onDatabase(async (ownerUrl, secrets) => {
    const applied = await migrate(readMigrations(migrationSources(modules)), {
      ownerUrl,
      runtimePassword: secrets.runtimePassword,
    })
    await ensurePartitions(ownerUrl)
    return { applied }
  })
}

/** The processes that hold leases, by the database. */
export function listWorkers(): Promise<{ items: WorkerRow[] }> {
  return onDatabase(async (ownerUrl, secrets) => {
    const db = openDatabase({ url: runtimeUrl(ownerUrl, secrets.runtimePassword), max: 1 })
    try {
      const found = await db.withGlobal(tx =>
        tx.query<{ id: string; name: string; started_at: Date; alive: boolean }>(
          'select id, name, started_at, lease_until > now() as alive from jobs.workers order by started_at',
        ),
      )
      return {
        items: found.rows.map(({ id, name, started_at, alive }) => ({
          id,
          name,
          startedAt: started_at.toISOString(),
          isAlive: alive,
        })),
      }
    } finally {
      await db.close()
    }
  })
}

/** The database of the settings; an embedded server that was not running is stopped again. */
async function onDatabase<T>(work: (ownerUrl: string, secrets: Secrets) => Promise<T>): Promise<T> {
  const config = readConfig()
  const secrets = openSecrets(config.dataDir)
  if (config.databaseUrl !== undefined) return work(config.databaseUrl, secrets)
  const server = await startEmbedded({ dir: join(config.dataDir, 'postgres') })
  try {
    return await work(server.ownerUrl, secrets)
  } finally {
    if (!server.adopted) await server.stop()
  }
}
