import type { Database } from '../db/database.ts'
import { newId } from '../ids.ts'
import { type Log, messageOf } from '../log.ts'

/** How long a worker's leases outlive its last sign of life; the upper part of the time to resume after kill -9. */
export const LEASE_MS = 2000
const BEAT_MS = 500

const BEAT = `
  insert into jobs.workers (id, name, lease_until) values ($1, $2, now() + make_interval(secs => $3))
  on conflict (id) do update set lease_until = excluded.lease_until`

/** The identity of a process that holds leases. */
export interface Heartbeat {
  readonly workerId: string
  /** False once our lease may have run out or was given up: stop claiming, and expect our commits to be fenced off. */
  isAlive(): boolean
  /** Gives the leases up at once, so that others need not wait for the time-out. */
  stop(): Promise<void>
}

/**
 * Announces this process as a worker and keeps its lease alive: one small write per beat, however much
 * work is in flight. The lease is judged by the database's clock; our own monotonic clock only decides
 * when we stop trusting ourselves, which is earlier.
 */
export async function startHeartbeat(db: Database, log: Log, name: string): Promise<Heartbeat> {
  const workerId = newId()
  let lastBeat = performance.now()
  let isOver = false
  const beat = async () => {
    const before = performance.now()
    await db.withGlobal(tx => tx.query(BEAT, [workerId, name, LEASE_MS / 1000]))
    lastBeat = before
  }
  await beat()
  let beating = Promise.resolve()
  const timer = setInterval(() => {
    beating = beat().catch(error =>
      log.error({ worker: workerId, error: messageOf(error) }, 'jobs.heartbeat_failed'),
    )
  }, BEAT_MS)
  return {
    workerId,
    isAlive: () => !isOver && performance.now() - lastBeat < LEASE_MS * 0.8,
    async stop() {
      isOver = true
      clearInterval(timer)
      // A beat that is under way would bring the worker back that is deleted here.
      await beating
      await db
        .withGlobal(tx => tx.query('delete from jobs.workers where id = $1', [workerId]))
        .catch(() => {})
    },
  }
}
