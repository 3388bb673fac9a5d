import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { flowModule } from '#modules/flow/index.ts'
import { startHeartbeat } from '#platform/jobs/heartbeat.ts'
import type { Installation } from './installation.ts'

const root = join(import.meta.dirname, '../..')

/** What runs the workflows: this process itself, and others beside it. */
export interface Workers {
  /** Calls back when progress of a run is durable, with the time. Only what this process has stored is heard. */
  listen(orgId: string, heard: (runId: string, at: number) => void): () => void
  stop(): Promise<void>
}

export async function startWorkers(on: Installation, count: number, sliceNodes: number): Promise<Workers> {
  const { kit } = on
  const heartbeat = await startHeartbeat(kit.db, kit.log, 'bench')
  const abort = new AbortController()
  const loop = flowModule.loops?.find(({ name }) => name === 'engine')?.run(kit, heartbeat, abort.signal)
  const others: ChildProcess[] = []
  for (let n = 1; n < count; n++) others.push(await startOther(on, sliceNodes))
  return {
    listen: (orgId, heard) =>
      kit.live.listen(orgId, ({ type, subjects }) => {
        const run = subjects.find(subject => subject.type === 'run')
        if (type === 'run.progressed' && run) heard(run.id, performance.now())
      }),
    async stop() {
      for (const child of others) {
        child.kill('SIGTERM')
        await once(child, 'exit')
      }
      abort.abort()
      await loop
      await heartbeat.stop()
    },
  }
}

async function startOther(on: Installation, sliceNodes: number): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['programs/millrace.ts'], {
    cwd: root,
    env: {
      ...process.env,
      MILLRACE_ROLE: 'worker',
      MILLRACE_DATA: on.dir,
      MILLRACE_SLICE_NODES: String(sliceNodes),
      DATABASE_URL: on.ownerUrl,
      LOG_LEVEL: 'warn',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(child.stdout, 'data')
  return child
}
