import { forgetExpiredSignIns } from '#modules/iam/index.ts'
import type { Kit } from '#platform/context.ts'
import { ensurePartitions } from '#platform/db/migrate.ts'
import { messageOf } from '#platform/log.ts'

const HOUR_MS = 3_600_000

interface Recurring {
  name: string
  everyMs: number
  run: (kit: Kit, ownerUrl: string) => Promise<unknown>
}

/** Everything that recurs, one line each. Each is harmless when two processes do it at once. */
const schedule: readonly Recurring[] = [
  { name: 'partitions', everyMs: 6 * HOUR_MS, run: (_kit, ownerUrl) => ensurePartitions(ownerUrl) },
  { name: 'expired sign-ins', everyMs: HOUR_MS, run: forgetExpiredSignIns },
  {
    name: 'dead workers',
    everyMs: HOUR_MS,
    run: kit =>
      kit.db.withGlobal(tx =>
        tx.query(`delete from jobs.workers where lease_until < now() - interval '1 day'`),
      ),
  },
]

/** Runs the schedule until aborted. A failure is logged and the next turn tries again. */
export async function startSchedule(kit: Kit, ownerUrl: string, abort: AbortSignal): Promise<void> {
  const timers = schedule.map(entry =>
    setInterval(() => {
      entry
        .run(kit, ownerUrl)
        .catch(error => kit.log.error({ task: entry.name, error: messageOf(error) }, 'schedule.failed'))
    }, entry.everyMs),
  )
  await new Promise<void>(resolve => {
    if (abort.aborted) resolve()
    abort.addEventListener('abort', () => resolve(), { once: true })
  })
  for (const timer of timers) clearInterval(timer)
}
