import type { Kit } from '#platform/context.ts'

/** What the engine has before it, over all organizations. */
export interface Backlog {
  /** Runs that may be advanced now. */
  readyRuns: number
  /** How long the longest waiting of them has been ready, in seconds; 0 without any. */
  readyOldestS: number
  /** Runs in the hands of workers. */
  leasedRuns: number
  /** Of those, runs whose worker is dead; they are taken over within seconds. */
  orphanedRuns: number
  /** Timers whose time has come and that have not fired. */
  dueTimers: number
  /** How late the latest of them is, in seconds; 0 without any. */
  dueOldestS: number
}

const READ = `
  select ready.*, leased.*, due.* from
    (select count(*)::int as ready, coalesce(extract(epoch from now() - min(ready_at)), 0)::float8 as ready_s
     from flow.ready where ready_at <= now()) as ready,
    (select count(*)::int as leased, count(*) filter (where w.id is null or w.lease_until < now())::int as orphaned
     from flow.leases l left join jobs.workers w on w.id = l.worker_id) as leased,
    (select count(*)::int as due, coalesce(extract(epoch from now() - min(fire_at)), 0)::float8 as due_s
     from flow.timers where fire_at <= now()) as due`

interface Row {
  ready: number
  ready_s: number
  leased: number
  orphaned: number
  due: number
  due_s: number
}

/** Reads the backlog from the dispatch tables, which are as long as the backlog; sleeping runs cost nothing here. */
export async function readBacklog(kit: Kit): Promise<Backlog> {
  const found = await kit.db.withDispatch(tx => tx.query<Row & Record<string, unknown>>(READ))
  const row = found.rows[0]
  return {
    readyRuns: row?.ready ?? 0,
    readyOldestS: row?.ready_s ?? 0,
    leasedRuns: row?.leased ?? 0,
    orphanedRuns: row?.orphaned ?? 0,
    dueTimers: row?.due ?? 0,
    dueOldestS: row?.due_s ?? 0,
  }
}
