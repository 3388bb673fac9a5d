import { hostname } from 'node:os'
import type { Kit } from '#platform/context.ts'
import { dispatchEvents } from '#platform/events/dispatch.ts'
import { startHeartbeat } from '#platform/jobs/heartbeat.ts'
import { workJobs } from '#platform/jobs/work.ts'
import { modules } from './modules.ts'
import { startSchedule } from './schedule.ts'

/** Starts everything that works in the background; the returned function ends it and waits for it. */
export async function startWorker(kit: Kit, ownerUrl: string): Promise<() => Promise<void>> {
  const stop = new AbortController()
  const heartbeat = await startHeartbeat(kit.db, kit.log, `${hostname()}:${process.pid}`)
  const loops = modules.flatMap(module => module.loops ?? [])
  const running = [
    dispatchEvents(kit, stop.signal),
    workJobs(kit, heartbeat, stop.signal),
    ...loops.map(loop => loop.run(kit, heartbeat, stop.signal)),
    startSchedule(kit, ownerUrl, stop.signal),
  ]
  return async () => {
    stop.abort()
    await Promise.allSettled(running)
    await heartbeat.stop()
  }
}
