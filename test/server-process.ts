import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { FaultPoint } from '#platform/faults.ts'
import type { TestKit } from './database.ts'

/** The product's server as a process of its own. */
export interface ServerProcess {
  readonly url: string
  /** Where e-mail for leads is received; NaN where it is not. */
  readonly mailPort: number
  /** Resolves with the signal that ended it. */
  ended(): Promise<NodeJS.Signals | null>
  /** Ends it in peace. */
  end(): Promise<void>
}

/** Processes on a test's database, with these settings. */
export function serverProcesses(t: TestKit, env: Record<string, string>) {
  const children: ChildProcess[] = []
  return {
    /** Starts one and resolves when it works; with a fault it ends itself where that is passed for the first time. */
    async start(fault?: FaultPoint): Promise<ServerProcess> {
      const child = spawn(process.execPath, ['chaos/process.ts'], {
        cwd: join(import.meta.dirname, '..'),
        env: {
          ...process.env,
          MILLRACE_DATA: t.kit.config.dataDir,
          MILLRACE_SEED: 'none',
          DATABASE_URL: t.ownerUrl,
          LOG_LEVEL: 'silent',
          PORT: '0',
          ...env,
          ...(fault === undefined ? {} : { MILLRACE_FAULT: `${fault}:1` }),
        },
        stdio: ['pipe', 'pipe', 'pipe'],
      })
      children.push(child)
      const ended = once(child, 'exit')
      let output = ''
      child.stderr.on('data', data => {
        output += data
      })
      const url = await new Promise<string>((resolve, reject) => {
        child.stdout.on('data', data => {
          output += data
          const ready = /^ready (\S+)$/m.exec(output)
          if (ready) resolve(ready[1] ?? '')
        })
        child.once('exit', () => reject(new Error(`The server did not start:\n${output}`)))
      })
      return {
        url,
        mailPort: Number(/^mail (\d+)$/m.exec(output)?.[1]),
        ended: async () => (await ended)[1],
        async end() {
          child.kill('SIGTERM')
          await ended
        },
      }
    },
    killAll() {
      for (const child of children) child.kill('SIGKILL')
    },
  }
}
