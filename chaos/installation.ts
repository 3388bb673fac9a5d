import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type EmbeddedServer, startEmbedded } from '#platform/db/embedded.ts'
import { type CommitProxy, startCommitProxy } from './commit-proxy.ts'

const root = join(import.meta.dirname, '..')
const START_TRIES_MAX = 40
const RETRY_MS = 250

/** The processes an installation under test consists of. */
export const SLOTS = ['api', 'worker 1', 'worker 2'] as const
export type Slot = (typeof SLOTS)[number]

/** What a process is started with beyond the ordinary. */
export interface Start {
  /** `<point>:<nth>`, see platform/faults.ts. */
  fault?: string
  /** How far its wall clock is off, in milliseconds. */
  clockMs?: number
}

interface Live {
  readonly child: ChildProcess
  readonly url: string
  readonly ended: Promise<void>
}

/** PostgreSQL, one API process and two workers that share it, through a proxy that can cut connections. */
export class Installation {
  readonly #dir: string
  readonly #env: Readonly<Record<string, string>>
  readonly #live = new Map<Slot, Live>()
  #postgres: EmbeddedServer
  readonly proxy: CommitProxy
  /** Deaths nobody asked for; a process has to live through whatever happens around it. */
  readonly unexpectedDeaths: string[] = []
  readonly #expected = new Set<ChildProcess>()

  private constructor(
    dir: string,
    env: Readonly<Record<string, string>>,
    postgres: EmbeddedServer,
    proxy: CommitProxy,
  ) {
    this.#dir = dir
    this.#env = env
    this.#postgres = postgres
    this.proxy = proxy
  }

  /** Starts everything in a folder that PostgreSQL's account may enter. */
  static async start(dir: string, env: Readonly<Record<string, string>>): Promise<Installation> {
    const postgres = await startServer(dir)
    let installation: Installation | undefined
    const proxy = await startCommitProxy(() =>
      Number(new URL(installation?.adminUrl ?? postgres.adminUrl).port),
    )
    installation = new Installation(dir, env, postgres, proxy)
    try {
      // The API first: of the three, one has to migrate an empty database.
      await installation.startProcess('api')
      await Promise.all([installation.startProcess('worker 1'), installation.startProcess('worker 2')])
    } catch (error) {
      await installation.stop()
      throw error
    }
    return installation
  }

  /** Superuser connection past the proxy; sees every row. */
  get adminUrl(): string {
    const url = new URL(this.#postgres.adminUrl)
    url.pathname = '/millrace'
    return url.toString()
  }

  /** Where the API listens now; it changes with every start. */
  get url(): string {
    return this.#live.get('api')?.url ?? ''
  }

  /** The name under which a process announces itself as a worker. */
  workerName(slot: Slot): string {
    return `${hostname()}:${this.#live.get(slot)?.child.pid ?? 0}`
  }

  /** Starts a process, again and again while the database is away. */
  async startProcess(slot: Slot, how: Start = {}): Promise<void> {
    for (let tries = 1; ; tries++) {
      try {
        this.#live.set(slot, await this.#spawn(slot, how))
        return
      } catch (error) {
        if (tries >= START_TRIES_MAX) throw error
        await delay(RETRY_MS)
      }
    }
  }

  async #spawn(slot: Slot, { fault, clockMs }: Start): Promise<Live> {
    const database = new URL(this.#postgres.ownerUrl)
    database.port = String(this.proxy.port)
    const preload = clockMs === undefined ? [] : ['--import', './chaos/stepped-clock.ts']
    const child = spawn(process.execPath, [...preload, 'chaos/process.ts'], {
      cwd: root,
      env: {
        ...process.env,
        ...this.#env,
        // What a process that ends in peace leaves here makes the next start quicker.
        NODE_COMPILE_CACHE: join(this.#dir, 'compiled'),
        MILLRACE_ROLE: slot === 'api' ? 'api' : 'worker',
        MILLRACE_DATA: this.#dir,
        DATABASE_URL: database.toString(),
        PORT: '0',
        ...(fault === undefined ? {} : { MILLRACE_FAULT: fault }),
        ...(clockMs === undefined ? {} : { STEPPED_CLOCK_MS: String(clockMs) }),
      },
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    let output = ''
    const ended = once(child, 'exit').then(([code, signal]) => {
      if (!this.#expected.has(child) && fault === undefined && this.#live.get(slot)?.child === child)
        this.unexpectedDeaths.push(`${slot} ended with ${signal ?? code}: ${output.slice(-500)}`)
    })
    child.stderr.on('data', data => {
      output += data
    })
    const url = await new Promise<string>((resolve, reject) => {
      child.stdout.on('data', data => {
        output += data
        const ready = /^ready (\S*)$/m.exec(output)
        if (ready) resolve(ready[1] ?? '')
      })
      child.once('exit', () => reject(new Error(`${slot} did not start:\n${output.slice(-2000)}`)))
    })
    return { child, url, ended }
  }

  /** Resolves when the process has ended by itself, false when that takes longer than `ms`. */
  async endsWithin(slot: Slot, ms: number): Promise<boolean> {
    const live = this.#live.get(slot)
    const patience = new AbortController()
    const late = delay(ms, false, { signal: patience.signal }).catch(() => false)
    try {
      return await Promise.race([live?.ended.then(() => true) ?? false, late])
    } finally {
      patience.abort()
    }
  }

  /** Ends a process at once and resolves when it is gone. */
  async kill(slot: Slot): Promise<void> {
    const live = this.#live.get(slot)
    if (!live) return
    this.#expected.add(live.child)
    live.child.kill('SIGKILL')
    await live.ended
  }

  /** Lets a process finish what it does and stop. */
  async stopProcess(slot: Slot): Promise<void> {
    const live = this.#live.get(slot)
    if (!live) return
    this.#expected.add(live.child)
    live.child.kill('SIGTERM')
    if (!(await this.endsWithin(slot, 20_000))) await this.kill(slot)
  }

  /** Stops a process in its tracks, or lets it go on as if nothing had happened. */
  freeze(slot: Slot, isFrozen: boolean): void {
    this.#live.get(slot)?.child.kill(isFrozen ? 'SIGSTOP' : 'SIGCONT')
  }

  /** Ends PostgreSQL without a checkpoint (`immediate`) or with kill -9 of its first process, and starts it again. */
  async crashDatabase(how: 'immediate' | 'kill'): Promise<void> {
    process.kill(serverPid(this.#dir), how === 'immediate' ? 'SIGQUIT' : 'SIGKILL')
    if (how === 'immediate') await delay(100)
    this.#postgres = await startServer(this.#dir)
  }

  async stop(): Promise<void> {
    await Promise.all(SLOTS.map(slot => this.kill(slot)))
    await this.proxy.close()
    await this.#postgres.stop()
  }
}

/** The process id of the server is the first line of its lock file. */
function serverPid(dir: string): number {
  return Number(readFileSync(join(dir, 'postgres/cluster/postmaster.pid'), 'utf8').split('\n')[0])
}

/** A commit has to survive the end of the server, so it is handed to the operating system; no disk is waited for. */
function startServer(dir: string): Promise<EmbeddedServer> {
  return startEmbedded({
    dir: join(dir, 'postgres'),
    settings: { fsync: 'off', full_page_writes: 'off', max_connections: '200', shared_buffers: '128MB' },
  })
}
