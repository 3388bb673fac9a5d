import { createHash } from 'node:crypto'
import { mkdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { type EmbeddedServer, startEmbedded } from '#platform/db/embedded.ts'
import { type MigrationFile, migrate, readMigrations } from '#platform/db/migrate.ts'
import { migrationSources, openSecrets, type Secrets } from '#programs/kit.ts'

/** Where the suite's runner tells its test processes to find the cluster. */
export const CLUSTER_VARIABLE = 'MILLRACE_TEST_CLUSTER'

/** A throw-away cluster: nothing in it has to survive a power cut, so it does not wait for the disk. */
export async function startTestCluster(dir: string): Promise<EmbeddedServer> {
  mkdirSync(dir, { recursive: true })
  return startEmbedded({
    dir: join(dir, 'postgres'),
    settings: {
      fsync: 'off',
      synchronous_commit: 'off',
      full_page_writes: 'off',
      max_connections: '300',
      shared_buffers: '128MB',
      autovacuum_naptime: '10s',
    },
  })
}

export interface TestCluster {
  /** Superuser connection to the `postgres` database. */
  adminUrl: string
  ownerUrl: string
  secrets: Secrets
}

let opened: Promise<TestCluster> | undefined

/**
 * The cluster of this test run. Under `npm test` the runner started it and will remove it; a test file
 * run on its own starts one in the temporary folder and leaves it running for the next such run.
 */
export function testCluster(): Promise<TestCluster> {
  opened ??= openCluster()
  return opened
}

async function openCluster(): Promise<TestCluster> {
  const given = process.env[CLUSTER_VARIABLE]
  if (given) {
    const { adminUrl, ownerUrl, dir } = JSON.parse(given) as {
      adminUrl: string
      ownerUrl: string
      dir: string
    }
    return { adminUrl, ownerUrl, secrets: openSecrets(dir) }
  }
  const name = createHash('sha256')
    .update(import.meta.dirname)
    .digest('hex')
    .slice(0, 12)
  const dir = join(tmpdir(), `millrace-test-${process.getuid?.() ?? 0}-${name}`)
  const server = await startTestCluster(dir)
  return { adminUrl: server.adminUrl, ownerUrl: server.ownerUrl, secrets: openSecrets(dir) }
}

/** Stops a cluster and removes its folder. */
export async function removeTestCluster(server: EmbeddedServer, dir: string): Promise<void> {
  await server.stop()
  rmSync(dir, { recursive: true, force: true })
}

/** Opens one administrative connection for the length of `work`. */
export async function asAdmin<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

/** The same connection URL with another database. */
export function onDatabase(url: string, database: string): string {
  const copy = new URL(url)
  copy.pathname = `/${database}`
  return copy.toString()
}

/**
 * Creates a database with the given migrations applied, cloned from a template that is migrated once
 * for each distinct set of files.
 */
export async function createTestDatabase(
  cluster: TestCluster,
  files: readonly MigrationFile[],
): Promise<{ name: string; ownerUrl: string }> {
  const hash = createHash('sha256')
  for (const file of files) hash.update(`${file.module}/${file.name}:${file.checksum}\n`)
  const template = `template_${hash.digest('hex').slice(0, 16)}`
  const name = `test_${process.pid}_${Date.now().toString(36)}_${Math.random().toString(36).slice(2, 8)}`
  await asAdmin(cluster.adminUrl, async client => {
    // One template at a time over all test processes: cloning needs the template free of connections.
    await client.query('select pg_advisory_lock(7180021)')
    const ready = await client.query('select 1 from pg_database where datname = $1 and datistemplate', [
      template,
    ])
    if (ready.rowCount === 0) {
      await client.query(`drop database if exists ${template}`)
      await client.query(`create database ${template} owner millrace_owner`)
      await migrate(files, {
        ownerUrl: onDatabase(cluster.ownerUrl, template),
        runtimePassword: cluster.secrets.runtimePassword,
      })
      await client.query(`alter database ${template} with is_template true`)
    }
    await client.query(`create database ${name} template ${template} owner millrace_owner`)
  })
  return { name, ownerUrl: onDatabase(cluster.ownerUrl, name) }
}

/** The migrations of the platform alone, for its own tests. */
export function platformMigrations(): MigrationFile[] {
  return readMigrations(migrationSources([]))
}
