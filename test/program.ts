import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')

/** `npm start` as a process of its own, on a data folder of its own. */
export interface Program {
  url: string
  formKey: string
  /** Where e-mail for leads is received. */
  mailPort: number
  email: string
  password: string
  pid: number
  /** Everything it printed so far. */
  output(): string
  /** Ends at once, like a power cut of the process; with `database`, PostgreSQL too. */
  killNow(options?: { database?: boolean }): Promise<void>
  /** Sends SIGTERM and resolves with the exit code. */
  stop(): Promise<number | null>
}

/** A data folder that PostgreSQL's unprivileged account may enter. */
export function makeDataDir(): { dir: string; remove: () => void } {
  const dir = mkdtempSync(join(tmpdir(), 'millrace-program-'))
  chmodSync(dir, 0o755)
  return { dir, remove: () => rmSync(dir, { recursive: true, force: true }) }
}

/** The owner's connection to the embedded database of a data folder. */
export function ownerUrlOf(dir: string): string {
  const file = JSON.parse(readFileSync(join(dir, 'postgres/cluster.json'), 'utf8')) as {
    port: number
    ownerPassword: string
  }
  return `postgres://millrace_owner:${file.ownerPassword}@127.0.0.1:${file.port}/millrace`
}

/** The superuser's connection to the embedded database of a data folder; sees every row. */
export function superuserUrlOf(dir: string): string {
  const file = JSON.parse(readFileSync(join(dir, 'postgres/cluster.json'), 'utf8')) as {
    port: number
    adminPassword: string
  }
  return `postgres://postgres:${file.adminPassword}@127.0.0.1:${file.port}/millrace`
}

/** Starts the program and resolves when it says that it is ready. */
export async function startProgram(dir: string, env: Record<string, string> = {}): Promise<Program> {
  const child = spawn(process.execPath, ['programs/millrace.ts'], {
    cwd: root,
    env: {
      ...process.env,
      MILLRACE_DATA: dir,
      PORT: '0',
      INTAKE_SMTP_PORT: '0',
      FORM_POSTS_PER_MINUTE: '1000000',
      API_REQUESTS_PER_MINUTE: '1000000',
      API_REQUESTS_PER_MINUTE_ORGANIZATION: '1000000',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  child.stdout.on('data', data => {
    output += data
  })
  child.stderr.on('data', data => {
    output += data
  })
  await ready(child, () => output)
  const find = (pattern: RegExp) => pattern.exec(output)?.[1] ?? ''
  const ended = new Promise<number | null>(resolve => child.once('exit', code => resolve(code)))
  return {
    url: find(/Millrace is ready: (\S+)/),
    formKey: find(/\/f\/(\S+)/),
    mailPort: Number(find(/SMTP at port (\d+)/)),
    email: find(/Sign in\s+(\S+)/),
    password: find(/password (\S+)/),
    pid: child.pid ?? 0,
    output: () => output,
    async killNow({ database = false } = {}) {
      if (database) {
        const pid = Number(readFileSync(join(dir, 'postgres/cluster/postmaster.pid'), 'utf8').split('\n')[0])
        process.kill(pid, 'SIGKILL')
      }
      child.kill('SIGKILL')
      await ended
    },
    stop() {
      child.kill('SIGTERM')
      return ended
    },
  }
}

function ready(child: ChildProcess, output: () => string): Promise<void> {
  return new Promise((resolve, reject) => {
    const check = () => {
      if (/Stop with Ctrl-C/.test(output())) resolve()
    }
    child.stdout?.on('data', check)
    child.once('exit', code => reject(new Error(`The program ended with code ${code}:\n${output()}`)))
  })
}
