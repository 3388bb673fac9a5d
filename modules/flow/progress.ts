/** Writes what slices have come to, in the transaction of their checkpoint: a few statements for a whole batch. */

import { randomInt } from 'node:crypto'
import type { Kit } from '#platform/context.ts'
import type { Tx } from '#platform/db/database.ts'
import { newId } from '#platform/ids.ts'
import type { Checkpoint } from './checkpoint.ts'
import { subjectsOf } from './effects.ts'
import { putMetrics } from './metrics.ts'
import { announceEnds, announceStarts, tellParents } from './run-end.ts'
import { leavePlaces } from './run-limits.ts'
import type { SliceResult } from './run-state.ts'
import { stepId } from './step-id.ts'
import { withdraw } from './withdrawal.ts'

const STEPS = `
  insert into flow.steps (org_id, id, run_id, number, attempt, handle, node_id, node_type, path, status, input, output, error, started_at, finished_at)
  select $1, s.id, s.run_id, s.number, s.attempt, s.handle, s.node_id, s.node_type, s.path, s.status, s.input, s.output, s.error,
    to_timestamp(s.started_ms / 1000.0), to_timestamp(s.finished_ms / 1000.0)
  from unnest($2::uuid[], $3::uuid[], $4::int[], $5::smallint[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[],
    $11::jsonb[], $12::jsonb[], $13::jsonb[], $14::float8[], $15::float8[])
    as s (id, run_id, number, attempt, handle, node_id, node_type, path, status, input, output, error, started_ms, finished_ms)`

// A step that waited or ran elsewhere is told of again when it is over.
const STEPS_AGAIN = `${STEPS}
  on conflict (org_id, id) do update set
    status = excluded.status, handle = excluded.handle, input = excluded.input, output = excluded.output,
    error = excluded.error, finished_at = excluded.finished_at`

const RUNS = `
  update flow.runs r set status = c.status, version_id = c.version_id, steps = c.steps, error = c.error, output = c.output,
    started_at = coalesce(r.started_at, now()),
    finished_at = case when c.status in ('completed', 'failed', 'cancelled') then now() end
  from unnest($2::uuid[], $3::text[], $4::int[], $5::jsonb[], $6::jsonb[], $7::uuid[]) as c (run_id, status, steps, error, output, version_id)
  where r.org_id = $1 and r.id = c.run_id and r.id = any($2::uuid[])`

const FRESH_RUNS = `
  insert into flow.runs (org_id, id, workflow_id, version_id, trigger_type, input, lead_id, depth, status, steps, error, output,
    started_at, finished_at)
  select $1, c.run_id, c.workflow_id, c.version_id, c.trigger_type, c.input, c.lead_id, c.depth, c.status, c.steps, c.error, c.output,
    case when c.status <> 'pending' then now() end, case when c.status in ('completed', 'failed', 'cancelled') then now() end
  from unnest($2::uuid[], $3::text[], $4::int[], $5::jsonb[], $6::jsonb[], $7::uuid[], $8::uuid[], $9::text[], $10::jsonb[], $11::uuid[],
    $12::smallint[]) as c (run_id, status, steps, error, output, version_id, workflow_id, trigger_type, input, lead_id, depth)`

const FRESH_READY = `
  insert into flow.ready (org_id, run_id) select $1, r.run_id from unnest($2::uuid[]) as r (run_id)`

const KEEP_STATES = `
  insert into flow.run_states (org_id, run_id, state)
  select $1, k.run_id, k.state from unnest($2::uuid[], $3::jsonb[]) as k (run_id, state)
  on conflict (org_id, run_id) do update set state = excluded.state`

const KEEP_VALUES = `
  insert into flow.run_values (org_id, run_id, key, value)
  select $1, v.run_id, v.key, v.value from unnest($2::uuid[], $3::text[], $4::jsonb[]) as v (run_id, key, value)
  on conflict (org_id, run_id, key) do update set value = excluded.value`

const DROP_VALUES = `
  delete from flow.run_values v using unnest($2::uuid[], $3::text[]) as gone (run_id, key)
  where v.org_id = $1 and v.run_id = gone.run_id and v.key = gone.key`

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

/** Slices of one organization that are stored together. */
export interface Progress {
  orgId: string
  stored: readonly Checkpoint[]
  /** Whether anything in the organization starts or goes on when a run ends. */
  isHeard: boolean
}

export async function writeProgress(kit: Kit, tx: Tx, progress: Progress): Promise<void> {
  const { orgId, stored } = progress
  const put: Put = (text, values) => tx.send(text, [orgId, ...values])
  const ended = stored.filter(({ result }) => result.state.end !== null)
  putRuns(stored, put)
  putSteps(stored, put)
  putStates(stored, put)
  putTimersAndLogs(stored, put)
  putEnds(ended, put)
  const readers = stored.filter(checkpoint => checkpoint.consumed.length > 0)
  if (readers.length > 0) {
    put('delete from flow.inbox where org_id = $1 and run_id = any($2) and id = any($3)', [
      readers.map(({ run }) => run.runId),
      readers.flatMap(checkpoint => checkpoint.consumed),
    ])
  }
  // Deaths count against a run only as long as it gets no further.
  const further = stored.filter(({ run, result, hold }) => hold && run.recoveries > 0 && isFurther(result))
  if (further.length > 0)
    put('update flow.leases set recoveries = 0 where org_id = $1 and run_id = any($2)', [
      further.map(({ run }) => run.runId),
    ])
  const released = stored.filter(({ fresh, hold }) => fresh === null && !hold).map(({ run }) => run.runId)
  if (released.length > 0) put('delete from flow.leases where org_id = $1 and run_id = any($2)', [released])
  putFigures(ended, put)
  const leaving = ended.filter(({ run }) => run.limitKey !== null).map(({ run }) => run.runId)
  leavePlaces(put, leaving)
  await withdraw(kit, tx, orgId, stored)
  await Promise.all([
    announceStarts(kit, tx, stored),
    announceEnds(kit, tx, ended, progress.isHeard),
    tellParents(kit, tx, orgId, ended),
  ])
  tx.afterCommit(() => {
    // Others may be waiting for the places that are free now.
    if (leaving.length > 0) kit.wake.signal('flow')
    for (const { run } of stored)
      kit.live.send({ id: newId(), orgId, type: 'run.progressed', subjects: subjectsOf(run) })
  })
}

function isFurther({ steps }: SliceResult): boolean {
  return steps.some(step => step.status === 'completed')
}

type Put = (text: string, values: readonly unknown[]) => void

function putRuns(stored: readonly Checkpoint[], put: Put): void {
  // A run that stays in hand and goes on as it did leaves its row alone; its steps are counted there when it is let go.
  const changed = stored.filter(checkpoint => checkpoint.fresh === null && !isStanding(checkpoint))
  if (changed.length > 0) put(RUNS, standingOf(changed))
  const fresh = stored.filter(checkpoint => checkpoint.fresh !== null)
  if (fresh.length === 0) return
  put(FRESH_RUNS, [
    ...standingOf(fresh),
    fresh.map(({ run }) => run.workflowId),
    fresh.map(({ run }) => run.triggerType),
    fresh.map(({ run }) => JSON.stringify(run.input)),
    fresh.map(({ run }) => run.leadId),
    fresh.map(({ run }) => run.depth),
  ])
  const unfinished = fresh.filter(({ hold }) => hold).map(({ run }) => run.runId)
  if (unfinished.length > 0) put(FRESH_READY, [unfinished])
}

function standingOf(stored: readonly Checkpoint[]): unknown[] {
  return [
    stored.map(({ run }) => run.runId),
    stored.map(statusOf),
    stored.map(({ result }) => result.state.step),
    stored.map(({ result }) => jsonOrNull(result.error)),
    stored.map(({ result }) => jsonOrNull(result.state.end?.output)),
    stored.map(({ run }) => run.versionId),
  ]
}

function putSteps(stored: readonly Checkpoint[], put: Put): void {
  const rows = stored.flatMap(({ run, fresh, result }) =>
    result.steps.map(step => ({ runId: run.runId, isFresh: fresh !== null, ...step })),
  )
  const [fresh, others] = [rows.filter(row => row.isFresh), rows.filter(row => !row.isFresh)]
  for (const [text, steps] of [
    [STEPS, fresh],
    [STEPS_AGAIN, others],
  ] as const) {
    if (steps.length === 0) continue
    put(text, [
      steps.map(step => stepId(step.runId, step.number, step.attempt)),
      steps.map(step => step.runId),
      steps.map(step => step.number),
      steps.map(step => step.attempt),
      steps.map(step => step.handle),
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
}

function putStates(stored: readonly Checkpoint[], put: Put): void {
  const open = stored.filter(({ result, before }) => result.state.end === null && result.state !== before)
  if (open.length > 0)
    put(KEEP_STATES, [open.map(({ run }) => run.runId), open.map(({ packed }) => packed.json)])
  const kept = stored.filter(({ result }) => result.outcome !== 'completed' && result.outcome !== 'cancelled')
  const added = kept.flatMap(({ run, packed }) => packed.added.map(value => ({ runId: run.runId, ...value })))
  if (added.length > 0)
    put(KEEP_VALUES, [
      added.map(value => value.runId),
      added.map(value => value.key),
      added.map(value => value.json),
    ])
  const gone = kept.flatMap(({ run, packed }) => packed.gone.map(key => ({ runId: run.runId, key })))
  if (gone.length > 0) put(DROP_VALUES, [gone.map(value => value.runId), gone.map(value => value.key)])
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
      failed.map(({ packed }) => packed.json),
    ])
  }
  // A run that went from start to end in one slice has none of these rows.
  const lived = ended.filter(({ run }) => run.state !== null)
  if (lived.length === 0) return
  const ids = lived.map(({ run }) => run.runId)
  for (const table of ['run_states', 'timers', 'inbox', 'ready'])
    put(`delete from flow.${table} where org_id = $1 and run_id = any($2)`, [ids])
  const emptied = lived.filter(({ result, packed }) => result.outcome !== 'failed' && packed.hasValues)
  if (emptied.length > 0)
    put('delete from flow.run_values where org_id = $1 and run_id = any($2)', [
      emptied.map(({ run }) => run.runId),
    ])
}

function putFigures(ended: readonly Checkpoint[], put: Put): void {
  const figures = ended.map(({ run, result, at }) => ({
    workflowId: run.workflowId,
    outcome: result.state.end?.outcome ?? 'completed',
    durationMs: Math.max(at - run.createdAt.getTime(), 0),
    steps: result.state.step,
    error: result.error,
    endedAt: new Date(at),
  }))
  putMetrics(put, figures, nextShard())
}

let commits = randomInt(16)

/** Another one for every commit, so that those under way at once do not wait for each other's rows. */
function nextShard(): number {
  commits = (commits + 1) % 16
  return commits
}

function isStanding(checkpoint: Checkpoint): boolean {
  const { standing, run, hold } = checkpoint
  return (
    hold &&
    standing !== null &&
    standing.status === statusOf(checkpoint) &&
    standing.versionId === run.versionId
  )
}

/** The status of a run once this is stored. */
export function statusOf({ run, result, before }: Checkpoint): string {
  switch (result.outcome) {
    case 'continue':
      if (result.state === before) return 'pending'
      return run.isHeldBack ? 'pending' : 'running'
    case 'waiting':
      return result.state.tokens.some(token => token.parked?.for === 'answer') ? 'running' : 'waiting'
    default:
      return result.outcome
  }
}

function jsonOrNull(value: unknown): string | null {
  return value === null || value === undefined ? null : JSON.stringify(value)
}
