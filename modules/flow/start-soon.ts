import { type Actor, contextOn, type Kit } from '#platform/context.ts'
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

/** A batch that fails is tried one by one, so that each start gets its own error and nobody else's. */
async function commit(kit: Kit, batch: readonly Waiting[]): Promise<void> {
  try {
    const started = await store(kit, batch)
    for (const [index, waiting] of batch.entries()) {
      const answer = started[index]
      if (answer) waiting.resolve(answer)
    }
  } catch (error) {
    const [first, ...others] = batch
    if (others.length === 0) first?.reject(error)
    else for (const waiting of batch) await commit(kit, [waiting])
  }
}

async function store(kit: Kit, batch: readonly Waiting[]): Promise<Started[]> {
  const groups = [...Map.groupBy(batch, ({ orgId }) => orgId)].sort(([a], [b]) => (a < b ? -1 : 1))
  const answers = new Map<Waiting, Started>()
  await kit.db.withBatch(async transaction => {
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
  })
  return batch.flatMap(waiting => answers.get(waiting) ?? [])
}
