import type { Context } from '#platform/context.ts'
import { generalErrors } from '#platform/errors.ts'
import { pageOfRows, readIdCursor } from '#platform/http/page.ts'
import type { RunStatus } from './api.ts'
import type { DeadLetter, RunControl, RunSelection } from './control-api.ts'
import { flowErrors } from './errors.ts'
import { tellRuns } from './news.ts'
import { runSeen, seenRuns } from './run-sight.ts'

/** Runs that one bulk request reaches. */
const RUNS_MAX = 1_000

const OVER: ReadonlySet<string> = new Set(['completed', 'failed', 'cancelled'])

/** Asks a run under way to be cancelled, paused or resumed. Throws `not_found`, and `flow.run_over` when it has ended. */
export async function controlRun(
  ctx: Context,
  runId: string,
  action: RunControl,
): Promise<{ runId: string; status: RunStatus }> {
  const found = await ctx.db.query<{ status: RunStatus }>(
    `select r.status from flow.runs r where r.org_id = $1 and r.id = $2${runSeen(ctx, 'r')}`,
    [ctx.orgId, runId],
  )
  const row = found.rows[0]
  if (!row) throw generalErrors.not_found()
  if (OVER.has(row.status)) throw flowErrors.run_over()
  await tellRuns(ctx, [{ runId, input: { kind: action } }])
  return { runId, status: row.status }
}

/** Asks many runs; those that are over or foreign are passed over. Returns how many were asked. */
export async function controlRuns(
  ctx: Context,
  select: RunSelection,
  action: RunControl,
): Promise<{ runs: number; hasMore: boolean }> {
  const found =
    'runIds' in select
      ? await ctx.db.query<{ id: string }>(
          `select r.id from flow.runs r where r.org_id = $1 and r.id = any($2)
             and r.status not in ('completed', 'failed', 'cancelled')${runSeen(ctx, 'r')}
           order by r.id`,
          [ctx.orgId, select.runIds],
        )
      : await ctx.db.query<{ id: string }>(
          `select r.id from flow.runs r where r.org_id = $1 and r.workflow_id = $2 and r.status = any($3)
             and r.status not in ('completed', 'failed', 'cancelled')
             and not exists (select 1 from flow.inbox i where i.org_id = $1 and i.run_id = r.id and i.input->>'kind' = $4)${runSeen(ctx, 'r')}
           order by r.id limit ${RUNS_MAX + 1}`,
          [ctx.orgId, select.workflowId, select.statuses, action],
        )
  const ids = found.rows.slice(0, RUNS_MAX).map(row => row.id)
  await tellRuns(
    ctx,
    ids.map(runId => ({ runId, input: { kind: action } })),
  )
  return { runs: ids.length, hasMore: found.rows.length > RUNS_MAX }
}

// A run that was set aside before it had any state begins again. One that was counted gets in line for a place anew.
const TAKE_UP = `
  with letters as (
    delete from flow.dead_letters d where d.org_id = $1 and d.run_id = any($2)
    returning d.run_id, d.state
  ), states as (
    insert into flow.run_states (org_id, run_id, state) select $1, run_id, jsonb_set(state, '{end}', 'null') from letters where state is not null
    on conflict (org_id, run_id) do update set state = excluded.state
  ), places as (
    insert into flow.places (org_id, run_id, workflow_id, key, is_held)
    select $1, r.id, r.workflow_id, r.limit_key, false from letters l join flow.runs r on r.org_id = $1 and r.id = l.run_id
    where r.limit_key is not null
    on conflict (org_id, run_id) do nothing
    returning run_id, workflow_id
  ), queued as (
    insert into flow.queued (org_id, run_id, workflow_id) select $1, run_id, workflow_id from places
    on conflict (org_id, run_id) do nothing
  )
  update flow.runs r set status = 'pending', error = null, finished_at = null
  from letters where r.org_id = $1 and r.id = letters.run_id
  returning r.id`

/**
 * Takes a failed run up again where it failed: the steps that failed run anew, and what was called off with them is
 * waited for again. Throws `flow.run_not_failed` when it did not fail or nothing is kept of it.
 */
export async function retryRun(ctx: Context, runId: string): Promise<{ runId: string; status: RunStatus }> {
  const known = await ctx.db.query(
    `select 1 from flow.runs r where r.org_id = $1 and r.id = $2${runSeen(ctx, 'r')}`,
    [ctx.orgId, runId],
  )
  if (known.rowCount === 0) throw generalErrors.not_found()
  if ((await takeUp(ctx, [runId])) === 0) throw flowErrors.run_not_failed()
  return { runId, status: 'pending' }
}

/** Takes many failed runs up again, the oldest first; returns how many. */
export async function retryRuns(
  ctx: Context,
  select: { runIds: string[] } | { workflowId: string; nodeId?: string | undefined },
): Promise<{ runs: number; hasMore: boolean }> {
  if ('runIds' in select) return { runs: await takeUp(ctx, select.runIds), hasMore: false }
  const found = await ctx.db.query<{ run_id: string }>(
    `select run_id from flow.dead_letters
     where org_id = $1 and workflow_id = $2 and ($3::text is null or node_id = $3)
     order by created_at, run_id limit ${RUNS_MAX + 1}`,
    [ctx.orgId, select.workflowId, select.nodeId ?? null],
  )
  const ids = found.rows.slice(0, RUNS_MAX).map(row => row.run_id)
  return { runs: await takeUp(ctx, ids), hasMore: found.rows.length > RUNS_MAX }
}

async function takeUp(ctx: Context, runIds: readonly string[]): Promise<number> {
  if (runIds.length === 0) return 0
  const seen = await seenRuns(ctx, runIds)
  const taken = await ctx.db.query<{ id: string }>(TAKE_UP, [ctx.orgId, seen])
  await tellRuns(
    ctx,
    taken.rows.map(row => ({ runId: row.id, input: { kind: 'retry' } })),
  )
  return taken.rows.length
}

interface LetterRow {
  id: string
  workflow_id: string
  workflow_name: string
  node_id: string | null
  reason: string
  lead_name: string | null
  created_at: Date
}

/** A page of runs that failed for good, the newest runs first. */
export async function listDeadLetters(
  ctx: Context,
  filter: { workflowId?: string | undefined; limit: number; cursor?: string | undefined },
): Promise<{ items: DeadLetter[]; nextCursor: string | null }> {
  const rows = await ctx.db.query<LetterRow>(
    `select d.run_id as id, d.workflow_id, w.name as workflow_name, d.node_id, d.reason, r.input->'lead'->>'name' as lead_name, d.created_at
     from flow.dead_letters d
     join flow.workflows w on w.org_id = $1 and w.id = d.workflow_id
     left join flow.runs r on r.org_id = $1 and r.id = d.run_id
     where d.org_id = $1 and ($2::uuid is null or d.workflow_id = $2) and ($3::uuid is null or d.run_id < $3)${runSeen(ctx, 'r')}
     order by d.run_id desc limit $4`,
    [ctx.orgId, filter.workflowId ?? null, readIdCursor(filter), filter.limit + 1],
  )
  return pageOfRows(filter, rows.rows, row => ({
    runId: row.id,
    workflowId: row.workflow_id,
    workflowName: row.workflow_name,
    nodeId: row.node_id,
    reason: row.reason,
    leadName: row.lead_name,
    failedAt: row.created_at.toISOString(),
  }))
}

/** Forgets what was kept of failed runs; returns of how many. */
export async function discardDeadLetters(ctx: Context, wanted: readonly string[]): Promise<number> {
  const runIds = await seenRuns(ctx, wanted)
  ctx.db.send(
    `delete from flow.run_values v using flow.dead_letters d
     where v.org_id = $1 and d.org_id = $1 and v.run_id = d.run_id and d.run_id = any($2)`,
    [ctx.orgId, runIds],
  )
  const gone = await ctx.db.query('delete from flow.dead_letters where org_id = $1 and run_id = any($2)', [
    ctx.orgId,
    runIds,
  ])
  return gone.rowCount ?? 0
}
