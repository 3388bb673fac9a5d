import { Gauge, type Registry } from 'prom-client'
import { type Backlog, readBacklog } from '#modules/flow/index.ts'
import type { Kit } from '#platform/context.ts'
import { messageOf } from '#platform/log.ts'

/** Scrapes closer together than this share one reading of the database. */
const FRESH_MS = 5000

const GAUGES: readonly [of: keyof Backlog, name: string, help: string][] = [
  ['readyRuns', 'flow_ready_runs', 'Runs that may be advanced now.'],
  ['readyOldestS', 'flow_ready_oldest_seconds', 'How long the longest waiting ready run has waited.'],
  ['leasedRuns', 'flow_leased_runs', 'Runs in the hands of workers.'],
  ['orphanedRuns', 'flow_orphaned_runs', 'Runs in the hands of workers that are dead.'],
  ['dueTimers', 'flow_due_timers', 'Timers whose time has come and that have not fired.'],
  ['dueOldestS', 'flow_due_timers_oldest_seconds', 'How late the latest due timer is.'],
]

/** Registers the engine's gauges; the returned function brings them up to date and never throws. */
export function engineGauges(registry: Registry): (kit: Kit) => Promise<void> {
  const gauges = GAUGES.map(([of, name, help]) => ({
    of,
    gauge: new Gauge({ name, help, registers: [registry] }),
  }))
  let readAt = Number.NEGATIVE_INFINITY
  let reading = Promise.resolve()
  return kit => {
    if (performance.now() - readAt < FRESH_MS) return reading
    readAt = performance.now()
    reading = readBacklog(kit).then(
      backlog => {
        for (const { of, gauge } of gauges) gauge.set(backlog[of])
      },
      error => {
        // Figures of a while ago would look like figures of now.
        for (const { gauge } of gauges) gauge.set(Number.NaN)
        kit.log.warn({ error: messageOf(error) }, 'system.backlog_unknown')
      },
    )
    return reading
  }
}
