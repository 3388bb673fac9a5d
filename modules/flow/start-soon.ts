import { type Actor, contextOn, type Kit } from '#platform/context.ts'
import { CommitError, sqlState } from '#platform/db/database.ts'
import { isPassing } from './effect-refused.ts'
import { startRuns } from './fresh-runs.ts'
import type { Started, StartRun } from './runs.ts'

/** Starts that go into one commit. */
const BATCH_MAX = 500
/** Commits under way at once: while the database writes one, the next gathers. */
const COMMITS_MAX = 2

interface Waiting {
  orgId: string
  actor: Actor
  start: StartRun
  resolve(started: Started): void
  reject(error: unknown): void
}

interface Starter {
  waiting: Waiting[]
  commits: number
}

const starters = new WeakMap<Kit, Starter>()

/**
 * Starts a run in a transaction that it shares with whatever else is being started at this moment, and resolves when
 * that is durable. For callers that have nothing of their own to store with it. Rejects as `startRun` throws.
 */
export function startSoon(kit: Kit, orgId: string, actor: Actor, start: StartRun): Promise<Started> {
  const starter = starters.get(kit) ?? { waiting: [], commits: 0 }
  starters.set(kit, starter)
  return new Promise((resolve, reject) => {
    starter.waiting.push({ orgId, actor, start, resolve, reject })
    // After this turn of the event loop, so that requests that came together are started together.
    setImmediate(() => void flush(kit, starter))
  })
}

async function flush(kit: Kit, starter: Starter): Promise<void> {
  if (starter.commits >= COMMITS_MAX) return
  starter.commits += 1
  try {
    while (starter.waiting.length > 0) await commit(kit, starter.waiting.splice(0, BATCH_MAX))
  } finally {
    starter.commits -= 1
  }
}

/**
 * A batch that fails is tried one by one, so that each start gets its own error and nobody else's. But when the answer to
 * its commit was lost it may have happened, and what is tried again would be started twice: then all hear of the loss.
 */
async function commit(kit: Kit, batch: readonly Waiting[]): Promise<void> {
  const progress = { isCommitting: false }
  try {
    const answers = await store(kit, batch, progress)
    for (const [waiting, answer] of answers) waiting.resolve(answer)
  } catch (error) {
    const isLost = progress.isCommitting && !isRefusal(error)
    if (batch.length === 1 || isLost) for (const waiting of batch) waiting.reject(error)
    else for (const waiting of batch) await commit(kit, [waiting])
  }
}

/** Whether the database has said that a commit did not happen. */
function isRefusal(error: unknown): boolean {
  return error instanceof CommitError || (sqlState(error) !== undefined && !isPassing(error))
}

async function store(
  kit: Kit,
  batch: readonly Waiting[],
  progress: { isCommitting: boolean },
): Promise<Map<Waiting, Started>> {
  const groups = [...Map.groupBy(batch, ({ orgId }) => orgId)].sort(([a], [b]) => (a < b ? -1 : 1))
  const answers = new Map<Waiting, Started>()
  await kit.db.withBatch(async transaction => {
    progress.isCommitting = false
    for (const [orgId, group] of groups) {
      const actor = group[0]?.actor ?? { type: 'system', name: 'flow' }
      const started = await transaction.inOrg(orgId, tx =>
        startRuns(
          contextOn(kit, tx, { orgId, actor }),
          group.map(({ start }) => start),
        ),
      )
      for (const [index, waiting] of group.entries()) {
        const answer = started[index]
        if (answer) answers.set(waiting, answer)
      }
    }
    progress.isCommitting = true
  })
  return answers
}
