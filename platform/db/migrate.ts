import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { asOwnerRole } from './owner.ts'

/** Any constant will do; it only has to be the same in every version of Millrace. */
const MIGRATION_LOCK = 4_017_220_118

/** A folder of `NNNN_name.sql` files and the name its history is kept under. */
export interface MigrationSource {
  readonly module: string
  readonly dir: string
}

export interface MigrationFile {
  readonly module: string
  readonly name: string
  readonly sql: string
  readonly checksum: string
}

/** The database cannot be brought up to date; the message says what was found and what to do. */
export class MigrationError extends Error {}

/** Reads the migrations of the given folders, in order: folder by folder, number by number. */
export function readMigrations(sources: readonly MigrationSource[]): MigrationFile[] {
  return sources.flatMap(source =>
    readdirSync(source.dir)
      .filter(name => name.endsWith('.sql'))
      .sort()
      .map(name => {
        const sql = readFileSync(join(source.dir, name), 'utf8')
        return { module: source.module, name, sql, checksum: createHash('sha256').update(sql).digest('hex') }
      }),
  )
}

export interface MigrateOptions {
  /** Connection of the role that owns the schemas. */
  ownerUrl: string
  /** Password the runtime role gets; derived from the installation's master key. */
  runtimePassword: string
  onApply?: (file: MigrationFile) => void
}

/**
 * Brings the database up to the given migrations and returns how many were applied. One transaction
 * each, under a lock, so that two programs starting at once do it once. Refuses a database that is newer
 * than this program, whose history differs, or where a migration without a transaction stopped half-way.
 */
export async function migrate(files: readonly MigrationFile[], options: MigrateOptions): Promise<number> {
  const client = new pg.Client({ connectionString: options.ownerUrl, application_name: 'millrace migrate' })
  // A lost connection fails the statements; the event alone would end the process.
  client.on('error', () => {})
  await client.connect()
  try {
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK])
    await prepare(client, options.runtimePassword)
    const pending = compare(files, await history(client))
    for (const file of pending) {
      await apply(client, file)
      options.onApply?.(file)
    }
    return pending.length
  } finally {
    await client.end()
  }
}

async function prepare(client: pg.Client, runtimePassword: string): Promise<void> {
  const version = await client.query<{ n: number }>(`select current_setting('server_version_num')::int as n`)
  const major = Math.floor((version.rows[0]?.n ?? 0) / 10_000)
  if (major < 15)
    throw new MigrationError(`Millrace needs PostgreSQL 15 or newer; this server is version ${major}.`)
  await ensureRuntimeRole(client, runtimePassword)
  await client.query(`
    create schema if not exists platform;
    grant usage on schema platform to millrace_runtime;
    create table if not exists platform.migrations (
      module text not null,
      name text not null,
      checksum text not null,
      started_at timestamptz not null default now(),
      applied_at timestamptz,
      primary key (module, name)
    )`)
}

/** The role the program works as: it owns nothing, bypasses nothing and belongs to no other role. */
async function ensureRuntimeRole(client: pg.Client, password: string): Promise<void> {
  if (!/^[A-Za-z0-9_-]{20,}$/.test(password))
    throw new Error('The runtime password must be long and URL-safe.')
  const role = await client.query(`select 1 from pg_roles where rolname = 'millrace_runtime'`)
  try {
    if (role.rowCount === 0) {
      await client.query(
        'create role millrace_runtime login nosuperuser nobypassrls nocreatedb nocreaterole noinherit',
      )
    }
    await client.query(`
      alter role millrace_runtime password '${password}';
      alter role millrace_runtime set statement_timeout = '30s';
      alter role millrace_runtime set lock_timeout = '10s';
      alter role millrace_runtime set idle_in_transaction_session_timeout = '30s';
      alter role millrace_runtime set jit = off;
      alter role millrace_runtime set timezone = 'UTC'`)
  } catch (error) {
    throw new MigrationError(
      `The role millrace_runtime could not be created or set up (${error instanceof Error ? error.message : error}). The user of DATABASE_URL needs CREATEROLE, or a superuser must run: create role millrace_runtime login noinherit; grant millrace_runtime to <that user> with admin option.`,
    )
  }
}

interface HistoryRow {
  module: string
  name: string
  checksum: string
  applied_at: Date | null
}

async function history(client: pg.Client): Promise<HistoryRow[]> {
  const result = await client.query<HistoryRow>(
    'select module, name, checksum, applied_at from platform.migrations order by started_at, module, name',
  )
  return result.rows
}

function compare(files: readonly MigrationFile[], rows: readonly HistoryRow[]): MigrationFile[] {
  const known = new Map(files.map(file => [`${file.module}/${file.name}`, file]))
  const applied = new Set<string>()
  for (const row of rows) {
    const id = `${row.module}/${row.name}`
    const file = known.get(id)
    if (!row.applied_at) {
      throw new MigrationError(
        `Migration ${id} was started and never finished. Restore the last backup, or finish it by hand and set applied_at in platform.migrations.`,
      )
    }
    if (!file) {
      throw new MigrationError(
        `This database has migration ${id}, which this version of Millrace does not know. Start a newer version.`,
      )
    }
    if (file.checksum !== row.checksum) {
      throw new MigrationError(
        `Migration ${id} was edited after it ran. Restore the file, or add a new migration.`,
      )
    }
    applied.add(id)
  }
  return files.filter(file => !applied.has(`${file.module}/${file.name}`))
}

async function apply(client: pg.Client, file: MigrationFile): Promise<void> {
  const inTransaction = !file.sql.startsWith('-- no-transaction')
  try {
    if (inTransaction) await client.query('begin')
    await client.query(`set ${inTransaction ? 'local ' : ''}lock_timeout = '5s'`)
    await client.query('insert into platform.migrations (module, name, checksum) values ($1, $2, $3)', [
      file.module,
      file.name,
      file.checksum,
    ])
    await client.query(file.sql)
    await client.query(
      'update platform.migrations set applied_at = clock_timestamp() where module = $1 and name = $2',
      [file.module, file.name],
    )
    if (inTransaction) await client.query('commit')
  } catch (error) {
    if (inTransaction) await client.query('rollback')
    throw new MigrationError(
      `Migration ${file.module}/${file.name} failed: ${error instanceof Error ? error.message : error}`,
      {
        cause: error,
      },
    )
  }
}

/** The runtime role's connection to the same database as the owner's. */
export function runtimeUrl(ownerUrl: string, password: string): string {
  const url = new URL(ownerUrl)
  url.username = 'millrace_runtime'
  url.password = password
  return url.toString()
}

/** Makes the monthly partitions of the coming two months; run at start and daily by the schedule. */
export function ensurePartitions(ownerUrl: string): Promise<number> {
  return asOwnerRole(ownerUrl, 'partitions', async client => {
    const made = await client.query<{ made: number }>(`
      select coalesce(sum(platform.ensure_partitions(
        name::regclass, now()::date, (now() + interval '2 months')::date)), 0)::int as made
      from platform.partitioned_tables`)
    return made.rows[0]?.made ?? 0
  })
}
