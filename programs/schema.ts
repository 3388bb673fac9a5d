import { readFileSync, writeFileSync } from 'node:fs'
import { Kysely, PostgresDialect } from 'kysely'
import { PostgresDialect as GeneratorDialect, generate } from 'kysely-codegen'
import pg from 'pg'
import { readMigrations } from '#platform/db/migrate.ts'
import { asAdmin, createTestDatabase, testCluster } from '#test/cluster.ts'
import { migrationSources } from './kit.ts'
import { modules } from './modules.ts'

/** Where the types of all tables are kept, relative to this file. */
export const SCHEMA_FILE = new URL('../platform/db/schema.generated.ts', import.meta.url)

/** Describes every table of a freshly migrated database as TypeScript; partitions are left out. */
export async function describeSchema(): Promise<string> {
  const cluster = await testCluster()
  const database = await createTestDatabase(cluster, readMigrations(migrationSources(modules)))
  const pool = new pg.Pool({ connectionString: database.ownerUrl, max: 2 })
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) })
  try {
    return await generate({
      db,
      dialect: new GeneratorDialect({ dateParser: 'string' }),
      defaultSchemas: ['none'],
      includePattern: `(${['platform', 'events', 'jobs', 'http', 'audit', ...modules.map(module => module.name)].join('|')}).*`,
      partitions: false,
      print: false,
      outFile: null,
    } as Parameters<typeof generate>[0])
  } finally {
    await db.destroy()
    await asAdmin(cluster.adminUrl, client => client.query(`drop database ${database.name} with (force)`))
  }
}

/** `--check` fails when the committed file is not what the migrations say. */
async function main(): Promise<void> {
  const text = await describeSchema()
  if (process.argv.includes('--check')) {
    if (readFileSync(SCHEMA_FILE, 'utf8') === text) return
    console.error('platform/db/schema.generated.ts is stale. Run: npm run schema')
    process.exitCode = 1
    return
  }
  writeFileSync(SCHEMA_FILE, text)
}

if (import.meta.main) await main()
