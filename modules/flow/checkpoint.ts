import { contextOn, type Kit } from '#platform/context.ts'
import type { Tx } from '#platform/db/database.ts'
import { faultPoint } from '#platform/faults.ts'
import { newId } from '#platform/ids.ts'
import { messageOf } from '#platform/log.ts'
import { applyEffect, subjectsOf } from './effects.ts'
import { announceEnd } from './run-end.ts'
import type { SliceResult, StepError } from './run-state.ts'
import { stepId } from './step-id.ts'
import type { ClaimedRun } from './store.ts'

/** A slice that wants to be stored. */
export interface Checkpoint {
  run: ClaimedRun
  result: SliceResult
  /** Inbox rows the slice has taken in. */
  consumed: readonly string[]
  /** Whether the worker keeps the run, because remote calls are on their way or there is more to do at once. */
  hold: boolean
}

/** What became of a checkpoint. */
export type CheckpointOutcome =
  | { kind: 'stored' }
  /** The lease was lost: somebody else has the run now and nothing of this slice happened. */
  | { kind: 'fenced' }
  /** The database refused a local effect; advance again from the state before, telling the core. */
  | { kind: 'refused'; refused: ReadonlyMap<string, StepError> }

// Locking the leases holds off a recovery until this commit is decided: the fence and the writes are one.
const FENCE = `
  select l.run_id from flow.leases l
  join unnest($2::uuid[], $3::uuid[]) as mine (run_id, claim_id) on l.run_id = mine.run_id and l.claim_id = mine.claim_id
  where l.org_id = $1 for update of l`

const STEPS = `
  insert into flow.steps (org_id, id, run_id, number, attempt, node_id, node_type, path, status, input, output, error, started_at, finished_at)
  select $1, s.id, s.run_id, s.number, s.attempt, s.node_id, s.node_type, s.path, s.status, s.input, s.output, s.error,
    to_timestamp(s.started_ms / 1000.0), to_timestamp(s.finished_ms / 1000.0)
  from unnest($2::uuid[], $3::uuid[], $4::int[], $5::smallint[], $6::text[], $7::text[], $8::text[], $9::text[],
    $10::jsonb[], $11::jsonb[], $12::jsonb[], $13::float8[], $14::float8[])
    as s (id, run_id, number, attempt, node_id, node_type, path, status, input, output, error, started_ms, finished_ms)
  on conflict (org_id, id) do update set
    status = excluded.status, input = excluded.input, output = excluded.output, error = excluded.error,
    finished_at = excluded.finished_at`

const RUNS = `
  update flow.runs r set status = c.status, steps = c.steps, error = c.error,
    started_at = coalesce(r.started_at, now()),
    finished_at = case when c.status in ('completed', 'failed', 'cancelled') then now() end
  from unnest($2::uuid[], $3::text[], $4::int[], $5::jsonb[]) as c (run_id, status, steps, error)
  where r.org_id = $1 and r.id = c.run_id and r.id = any($2::uuid[])`

const KEEP_STATES = `
  insert into flow.run_states (org_id, run_id, state)
  select $1, k.run_id, k.state from unnest($2::uuid[], $3::jsonb[]) as k (run_id, state)
  on conflict (org_id, run_id) do update set state = excluded.state`

const TIMERS = `
  insert into flow.timers (org_id, run_id, token, fire_at)
  select $1, t.run_id, t.token, to_timestamp(t.fire_ms / 1000.0)
  from unnest($2::uuid[], $3::text[], $4::float8[]) as t (run_id, token, fire_ms)
  on conflict (org_id, run_id, token) do update set fire_at = excluded.fire_at`

const LOGS = `
  insert into flow.logs (org_id, id, run_id, step, node_id, level, message)
  select $1, l.id, l.run_id, l.step, l.node_id, l.level, l.message
  from unnest($2::uuid[], $3::uuid[], $4::int[], $5::text[], $6::text[], $7::text[])
    as l (id, run_id, step, node_id, level, message)`

const DEAD_LETTERS = `
  insert into flow.dead_letters (org_id, run_id, workflow_id, node_id, reason, state)
  select $1, d.run_id, d.workflow_id, d.node_id, d.reason, d.state
  from unnest($2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::jsonb[])
    as d (run_id, workflow_id, node_id, reason, state)
  on conflict (org_id, run_id) do update set reason = excluded.reason, node_id = excluded.node_id, state = excluded.state`

/**
 * Stores a batch of slices of many organizations in one commit. Runs whose lease is gone are left out, runs
 * whose local effect was refused are left out too and can be advanced again; the others are all stored.
 */
export async function storeCheckpoints(
  kit: Kit,
  batch: readonly Checkpoint[],
): Promise<Map<Checkpoint, CheckpointOutcome>> {
  // At first without a net, so that nothing waits for anything. Only when that fails is each run's part put
  // between savepoints, to find out whose effect it was.
  if (!batch.some(({ result }) => result.effects.length > 0)) return storeBatch(kit, batch, false)
  try {
    return await storeBatch(kit, batch, false)
  } catch {
    return storeBatch(kit, batch, true)
  }
}

async function storeBatch(
  kit: Kit,
  batch: readonly Checkpoint[],
  careful: boolean,
): Promise<Map<Checkpoint, CheckpointOutcome>> {
  const groups = Map.groupBy(batch, checkpoint => checkpoint.run.orgId)
  return kit.db.withBatch(async transaction => {
    const outcomes = new Map<Checkpoint, CheckpointOutcome>()
    for (const [orgId, group] of groups) {
      await transaction.inOrg(orgId, tx => storeGroup(kit, tx, { orgId, group, careful }, outcomes))
    }
    faultPoint('checkpoint.before_commit')
    return outcomes
  })
}

async function storeGroup(
  kit: Kit,
  tx: Tx,
  { orgId, group, careful }: { orgId: string; group: readonly Checkpoint[]; careful: boolean },
  outcomes: Map<Checkpoint, CheckpointOutcome>,
): Promise<void> {
  const fence = await tx.query<{ run_id: string }>(FENCE, [
    orgId,
    group.map(({ run }) => run.runId),
    group.map(({ run }) => run.claimId),
  ])
  const mine = new Set(fence.rows.map(row => row.run_id))
  const owned = group.filter(checkpoint => mine.has(checkpoint.run.runId))
  for (const checkpoint of group) outcomes.set(checkpoint, { kind: 'fenced' })
  const stored: Checkpoint[] = []
  const decide = (checkpoint: Checkpoint, refused: ReadonlyMap<string, StepError> | null) => {
    outcomes.set(checkpoint, refused ? { kind: 'refused', refused } : { kind: 'stored' })
    if (!refused) stored.push(checkpoint)
  }
  if (careful) {
    for (const checkpoint of owned) decide(checkpoint, await tryEffects(kit, tx, checkpoint))
  } else {
    // Side by side, so that the runs of a batch share their round trips; each run's own effects stay in order.
    await Promise.all(owned.map(checkpoint => applyEffects(kit, tx, checkpoint)))
    for (const checkpoint of owned) decide(checkpoint, null)
  }
  if (stored.length > 0) await write(kit, tx, orgId, stored)
}

async function applyEffects(kit: Kit, tx: Tx, { run, result }: Checkpoint): Promise<void> {
  if (result.effects.length === 0) return
  const ctx = contextOf(kit, tx, run)
  for (const effect of result.effects) await applyEffect(ctx, run, effect)
}

/** A refused effect takes back only its own run's effects; the rest of the batch is not touched. */
async function tryEffects(
  kit: Kit,
  tx: Tx,
  { run, result }: Checkpoint,
): Promise<ReadonlyMap<string, StepError> | null> {
  if (result.effects.length === 0) return null
  const ctx = contextOf(kit, tx, run)
  tx.flush()
  tx.send('savepoint effects')
  for (const effect of result.effects) {
    try {
      await applyEffect(ctx, run, effect)
      await tx.settle()
    } catch (error) {
      tx.discard()
      await tx.settle().catch(() => {})
      await tx.query('rollback to savepoint effects')
      return new Map([[effect.key, refusalOf(error)]])
    }
  }
  tx.send('release savepoint effects')
  return null
}

function contextOf(kit: Kit, tx: Tx, run: ClaimedRun) {
  return contextOn(kit, tx, {
    orgId: run.orgId,
    actor: { type: 'run', runId: run.runId, workflowId: run.workflowId },
  })
}

function refusalOf(error: unknown): StepError {
  return {
    code: 'effect.refused',
    message: messageOf(error),
    retryable: false,
    retryAfterMs: null,
    details: null,
  }
}

async function write(kit: Kit, tx: Tx, orgId: string, stored: readonly Checkpoint[]): Promise<void> {
  const ended = stored.filter(({ result }) => result.state.end !== null)
  const open = stored.filter(({ result }) => result.state.end === null)
  const put: Put = (text, values) => tx.send(text, [orgId, ...values])
  putSteps(stored, put)
  put(RUNS, [
    stored.map(({ run }) => run.runId),
    stored.map(({ result }) => statusOf(result)),
    stored.map(({ result }) => result.state.step),
    stored.map(({ result }) => jsonOrNull(result.error)),
  ])
  if (open.length > 0) {
    put(KEEP_STATES, [
      open.map(({ run }) => run.runId),
      open.map(({ result }) => JSON.stringify(result.state)),
    ])
  }
  putTimersAndLogs(stored, put)
  putEnds(ended, put)
  const readers = stored.filter(checkpoint => checkpoint.consumed.length > 0)
  if (readers.length > 0) {
    put('delete from flow.inbox where org_id = $1 and run_id = any($2) and id = any($3)', [
      readers.map(({ run }) => run.runId),
      readers.flatMap(checkpoint => checkpoint.consumed),
    ])
  }
  const released = stored.filter(checkpoint => !checkpoint.hold).map(({ run }) => run.runId)
  if (released.length > 0) put('delete from flow.leases where org_id = $1 and run_id = any($2)', [released])
  await Promise.all(
    ended
      .filter(({ result }) => result.outcome !== 'cancelled')
      .map(({ run, result: { error } }) =>
        announceEnd(kit, tx, run, error ? { nodeId: error.nodeId, reason: error.message } : null),
      ),
  )
  tx.afterCommit(() => {
    for (const { run } of stored) sendProgress(kit, run)
  })
}

type Put = (text: string, values: readonly unknown[]) => void

function putSteps(stored: readonly Checkpoint[], put: Put): void {
  const steps = stored.flatMap(({ run, result }) => result.steps.map(step => ({ runId: run.runId, ...step })))
  if (steps.length === 0) return
  put(STEPS, [
    steps.map(step => stepId(step.runId, step.number, step.attempt)),
    steps.map(step => step.runId),
    steps.map(step => step.number),
    steps.map(step => step.attempt),
    steps.map(step => step.nodeId),
    steps.map(step => step.type),
    steps.map(step => step.path),
    steps.map(step => step.status),
    steps.map(step => jsonOrNull(step.input)),
    steps.map(step => jsonOrNull(step.output)),
    steps.map(step => jsonOrNull(step.error)),
    steps.map(step => step.startedAt),
    steps.map(step => step.finishedAt),
  ])
}

function putTimersAndLogs(stored: readonly Checkpoint[], put: Put): void {
  const timers = stored.flatMap(({ run, result }) =>
    result.timers.map(timer => ({ runId: run.runId, ...timer })),
  )
  if (timers.length > 0) {
    put(TIMERS, [
      timers.map(timer => timer.runId),
      timers.map(timer => timer.token),
      timers.map(timer => timer.fireAt),
    ])
  }
  const logs = stored.flatMap(({ run, result }) => result.logs.map(log => ({ runId: run.runId, ...log })))
  if (logs.length > 0) {
    put(LOGS, [
      logs.map(() => newId()),
      logs.map(log => log.runId),
      logs.map(log => log.step),
      logs.map(log => log.nodeId),
      logs.map(log => log.level),
      logs.map(log => log.message),
    ])
  }
}

/** A run that is over leaves nothing in the engine's tables; a failed one leaves a dead letter to go on from. */
function putEnds(ended: readonly Checkpoint[], put: Put): void {
  const failed = ended.filter(({ result }) => result.outcome === 'failed')
  if (failed.length > 0) {
    put(DEAD_LETTERS, [
      failed.map(({ run }) => run.runId),
      failed.map(({ run }) => run.workflowId),
      failed.map(({ result }) => result.error?.nodeId ?? null),
      failed.map(({ result }) => result.error?.message ?? 'The run failed.'),
      failed.map(({ result }) => JSON.stringify(result.state)),
    ])
  }
  // A run that went from start to end in one slice has none of these rows.
  const lived = ended.filter(({ run }) => run.state !== null).map(({ run }) => run.runId)
  if (lived.length === 0) return
  for (const table of ['run_states', 'timers', 'inbox', 'ready']) {
    put(`delete from flow.${table} where org_id = $1 and run_id = any($2)`, [lived])
  }
}

function statusOf(result: SliceResult): string {
  switch (result.outcome) {
    case 'continue':
      return 'running'
    case 'waiting':
      return result.remote.length > 0 ? 'running' : 'waiting'
    case 'paused':
      return 'waiting'
    default:
      return result.outcome
  }
}

function sendProgress(kit: Kit, run: ClaimedRun): void {
  kit.live.send({ id: newId(), orgId: run.orgId, type: 'run.progressed', subjects: subjectsOf(run) })
}

function jsonOrNull(value: unknown): string | null {
  return value === null || value === undefined ? null : JSON.stringify(value)
}
