import { inOrganization, type Kit } from '#platform/context.ts'

/** How long a look at the run may be off when its end was told in another process, in milliseconds. */
const POLL_MS = 500

/** How a run ended. `result` is what it ended with, null when it did not complete. */
export interface RunResult {
  readonly status: 'completed' | 'failed' | 'cancelled'
  readonly result: unknown
}

/** Waits for the end of a run until the signal fires; null when it is not over by then. */
export async function waitForResult(
  kit: Kit,
  run: { orgId: string; runId: string },
  signal: AbortSignal,
): Promise<RunResult | null> {
  let wakeUp = () => {}
  const stop = kit.live.listen(run.orgId, ({ subjects }) => {
    if (subjects.some(({ type, id }) => type === 'run' && id === run.runId)) wakeUp()
  })
  try {
    for (;;) {
      // Whoever tells of the end while the run is being read must not be missed, so the ear is open before.
      const heard = new Promise<void>(resolve => {
        wakeUp = resolve
      })
      const result = await readResult(kit, run)
      if (result || signal.aborted) return result
      await Promise.race([heard, pause(POLL_MS, signal)])
    }
  } finally {
    stop()
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done, { once: true })
  })
}

const OVER: ReadonlySet<string> = new Set(['completed', 'failed', 'cancelled'])

async function readResult(
  kit: Kit,
  { orgId, runId }: { orgId: string; runId: string },
): Promise<RunResult | null> {
  return inOrganization(kit, { orgId, actor: { type: 'system', name: 'webhook' } }, async ctx => {
    const found = await ctx.db.query<{ status: RunResult['status']; output: unknown }>(
      'select status, output from flow.runs where org_id = $1 and id = $2',
      [orgId, runId],
    )
    const run = found.rows[0]
    if (!run || !OVER.has(run.status)) return null
    return { status: run.status, result: run.status === 'completed' ? run.output : null }
  })
}
