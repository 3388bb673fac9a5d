import type { Context } from '#platform/context.ts'
import type { Json } from '#platform/contract/plain-data.ts'
import { MAIN_HANDLE } from '../graph.ts'
import { runSeen } from '../run-sight.ts'
import type { StepError } from '../run-state.ts'
import { stepIdRange } from '../step-id.ts'
import { attemptAt } from './trial-run.ts'

/** So many of the last runs are looked at for what a step gave last. */
const RUNS_LOOKED_AT = 20
const STEPS_MAX = 5_000
/** What is read of past steps at most, as the database holds it. */
const BYTES_MAX = 4 * 1024 * 1024

/** A step as it went in a real run. */
export interface PastStep {
  readonly nodeId: string
  readonly nodeType: string
  readonly path: string
  readonly attempt: number
  readonly status: 'completed' | 'failed'
  readonly exit: string
  readonly output: Json
  readonly error: StepError | null
  readonly at: Date
  readonly tookMs: number
}

interface StepRow {
  node_id: string
  node_type: string
  path: string
  attempt: number
  status: 'completed' | 'failed'
  handle: string | null
  output: Json
  error: StepError | null
  started_at: Date
  finished_at: Date | null
}

function stepOf(row: StepRow): PastStep {
  return {
    nodeId: row.node_id,
    nodeType: row.node_type,
    path: row.path,
    attempt: row.attempt,
    status: row.status,
    exit: row.handle ?? MAIN_HANDLE,
    output: row.output,
    error: row.error,
    at: row.started_at,
    tookMs: Math.max(0, (row.finished_at?.getTime() ?? 0) - row.started_at.getTime()),
  }
}

const COLUMNS = 'node_id, node_type, path, attempt, status, handle, output, error, started_at, finished_at'

/** The last runs of a workflow that may be seen, the newest first. */
export async function lastRunIds(ctx: Context, workflowId: string): Promise<string[]> {
  const found = await ctx.db.query<{ id: string }>(
    `select r.id from flow.runs r where r.org_id = $1 and r.workflow_id = $2${runSeen(ctx, 'r')}
     order by r.id desc limit ${RUNS_LOOKED_AT}`,
    [ctx.orgId, workflowId],
  )
  return found.rows.map(row => row.id)
}

/** How these nodes went last in any of the runs, when they left by an exit of their own; by node. */
export async function lastSteps(
  ctx: Context,
  runIds: readonly string[],
  nodeIds: readonly string[],
): Promise<Map<string, PastStep>> {
  if (runIds.length === 0 || nodeIds.length === 0) return new Map()
  const ranges = runIds.map(stepIdRange)
  const found = await ctx.db.query<StepRow>(
    `with last as materialized (
       select distinct on (s.node_id) s.id, s.node_id, pg_column_size(s.output) as bytes
       from unnest($2::uuid[], $3::uuid[]) as run(lo, hi)
       cross join lateral (
         select id, node_id, output from flow.steps
         where org_id = $1 and id between run.lo and run.hi and node_id = any($4) and status = 'completed'
         order by id desc limit ${STEPS_MAX}
       ) s order by s.node_id, s.id desc
     ), small as (select id, sum(bytes) over (order by node_id) as bytes from last)
     select ${COLUMNS} from flow.steps
     where org_id = $1 and id = any(array(select id from small where bytes is null or bytes <= ${BYTES_MAX}))`,
    [ctx.orgId, ranges.map(([lo]) => lo), ranges.map(([, hi]) => hi), nodeIds],
  )
  return new Map(found.rows.map(row => [row.node_id, stepOf(row)]))
}

/** Every attempt of these nodes in one run that is over, by place and attempt. */
export async function stepsOfRun(
  ctx: Context,
  runId: string,
  nodeIds: readonly string[],
): Promise<Map<string, PastStep>> {
  const found = await ctx.db.query<StepRow>(
    `select ${COLUMNS} from (
       select *, sum(pg_column_size(output)) over (order by id) as bytes from (
         select * from flow.steps where org_id = $1 and id between $2 and $3 and node_id = any($4)
           and status in ('completed', 'failed') order by id limit ${STEPS_MAX}
       ) first
     ) s where s.bytes is null or s.bytes <= ${BYTES_MAX} order by id`,
    [ctx.orgId, ...stepIdRange(runId), nodeIds],
  )
  return new Map(found.rows.map(stepOf).map(step => [attemptAt(step), step]))
}
