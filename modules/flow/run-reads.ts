import type { z } from 'zod'
import type { Context } from '#platform/context.ts'
import { generalErrors } from '#platform/errors.ts'
import { type FilteredRequest, type ListShape, readList, readPage } from '#platform/filter/list.ts'
import { readIncludes } from '#platform/http/sparse.ts'
import { RUN_FIELDS, RUN_INCLUDES, type Run, type RunDetail, type RunStatus, type Step } from './api.ts'
import { type Graph, MAIN_HANDLE } from './graph.ts'
import { runSeen } from './run-sight.ts'
import { stepIdRange } from './step-id.ts'

interface RunRow {
  id: string
  workflow_id: string
  version_id: string
  status: RunStatus
  trigger_type: string
  lead_id: string | null
  lead_name: string | null
  steps: number
  error: z.input<typeof Run>['error']
  created_at: Date
  started_at: Date | null
  finished_at: Date | null
}

const RUN_COLUMNS =
  "r.id, r.workflow_id, r.version_id, r.status, r.trigger_type, r.lead_id, r.input->'lead'->>'name' as lead_name, r.steps, r.error, r.created_at, r.started_at, r.finished_at"

function runOf(row: RunRow): z.input<typeof Run> {
  return {
    id: row.id,
    workflowId: row.workflow_id,
    versionId: row.version_id,
    status: row.status,
    triggerType: row.trigger_type,
    leadId: row.lead_id,
    leadName: row.lead_name,
    steps: row.steps,
    error: row.error,
    createdAt: row.created_at.toISOString(),
    startedAt: row.started_at?.toISOString() ?? null,
    finishedAt: row.finished_at?.toISOString() ?? null,
  }
}

export interface RunFilter extends FilteredRequest {
  include?: string | undefined
  status?: RunStatus | undefined
  leadId?: string | undefined
}

const RUN_LIST: ListShape = {
  fields: RUN_FIELDS,
  id: 'r.id',
  sql: {
    status: { sql: 'r.status', isNeverNull: true },
    triggerType: { sql: 'r.trigger_type', isNeverNull: true },
    versionId: { sql: 'r.version_id', isNeverNull: true },
    leadId: { sql: 'r.lead_id' },
    replayOf: { sql: 'r.replay_of' },
    steps: { sql: 'r.steps', isNeverNull: true },
    // Ids are made in order of time, and they are what the index is in order of.
    createdAt: { sql: 'r.created_at', isNeverNull: true, order: { sql: 'r.id', cast: 'uuid' } },
    startedAt: { sql: 'r.started_at' },
    finishedAt: { sql: 'r.finished_at' },
  },
}

/** A page of a workflow's runs that the filter lets through, the newest first when no order is asked for. */
export async function listRuns(ctx: Context, workflowId: string, filter: RunFilter) {
  const includes = readIncludes(filter, RUN_INCLUDES)
  const exists = await ctx.db.query(
    'select 1 from flow.workflows where org_id = $1 and id = $2 and deleted_at is null',
    [ctx.orgId, workflowId],
  )
  if (exists.rowCount === 0) throw generalErrors.not_found()
  const values = [ctx.orgId, workflowId, filter.status ?? null, filter.leadId ?? null]
  const list = readList(RUN_LIST, filter, values)
  const text = `select ${RUN_COLUMNS}${list.columns} from flow.runs r
     where r.org_id = $1 and r.workflow_id = $2 and ($3::text is null or r.status = $3)
       and ($4::uuid is null or r.lead_id = $4)${runSeen(ctx, 'r')}${list.where}
     ${list.order}`
  const page = await readPage(ctx.db, list, text, runOf)
  if (!includes.has('steps')) return page
  const steps = await Promise.all(page.items.map(run => readSteps(ctx, run.id, STEPS_LISTED)))
  return { ...page, items: page.items.map((run, index) => ({ ...run, stepList: steps[index] ?? [] })) }
}

const STEPS_LISTED = 100
export const STEPS_SHOWN = 2_000

async function readSteps(ctx: Context, runId: string, limit: number): Promise<z.input<typeof Step>[]> {
  const found = await ctx.db.query<StepRow>(
    `select number, attempt, node_id, node_type, status, handle, path, input, output, error, started_at, finished_at
     from flow.steps where org_id = $1 and id between $2 and $3 order by id limit $4`,
    [ctx.orgId, ...stepIdRange(runId), limit],
  )
  return found.rows.map(stepOf)
}

interface StepRow {
  number: number
  attempt: number
  node_id: string
  node_type: string
  status: z.input<typeof Step>['status']
  handle: string | null
  path: string
  input: unknown
  output: unknown
  error: z.input<typeof Step>['error']
  started_at: Date
  finished_at: Date | null
}

interface RunDetailRow extends RunRow {
  input: unknown
  replay_of: string | null
  name: string
  number: number
  graph: Graph
}

/** One run with everything its page shows. */
export async function getRun(ctx: Context, runId: string): Promise<z.input<typeof RunDetail>> {
  const found = await ctx.db.query<RunDetailRow>(
    `select ${RUN_COLUMNS}, r.input, r.replay_of, w.name, v.number, v.graph
     from flow.runs r
     join flow.workflows w on w.org_id = $1 and w.id = r.workflow_id
     join flow.versions v on v.org_id = $1 and v.id = r.version_id
     where r.org_id = $1 and r.id = $2${runSeen(ctx, 'r')}`,
    [ctx.orgId, runId],
  )
  const row = found.rows[0]
  if (!row) throw generalErrors.not_found()
  const [steps, logs, timer] = await Promise.all([
    readSteps(ctx, runId, STEPS_SHOWN),
    ctx.db.query<{
      level: 'info'
      message: string
      node_id: string | null
      step: number | null
      created_at: Date
    }>(
      `select level, message, node_id, step, created_at from flow.logs
       where org_id = $1 and run_id = $2 and id >= $2 order by id limit 1001`,
      [ctx.orgId, runId],
    ),
    ctx.db.query<{ at: Date | null }>(
      'select min(fire_at) as at from flow.timers where org_id = $1 and run_id = $2',
      [ctx.orgId, runId],
    ),
  ])
  return {
    ...runOf(row),
    workflowName: row.name,
    version: row.number,
    graph: row.graph,
    input: row.input,
    stepList: steps,
    logs: logs.rows.map(log => ({
      level: log.level,
      message: log.message,
      nodeId: log.node_id,
      step: log.step,
      at: log.created_at.toISOString(),
    })),
    replayOf: row.replay_of,
    nextWakeAt: timer.rows[0]?.at?.toISOString() ?? null,
  }
}

function stepOf(step: StepRow): z.input<typeof Step> {
  return {
    number: step.number,
    attempt: step.attempt,
    nodeId: step.node_id,
    nodeType: step.node_type,
    status: step.status,
    exits: exitsOf(step),
    path: step.path,
    input: step.input,
    output: step.output,
    error: step.error,
    startedAt: step.started_at.toISOString(),
    finishedAt: step.finished_at?.toISOString() ?? null,
  }
}

/** Steps keep the exit only when it was not the main one, and several with commas between them. */
export function exitsOf({ status, handle }: Pick<StepRow, 'status' | 'handle'>): string[] {
  if (handle === null) return status === 'completed' ? [MAIN_HANDLE] : []
  return handle === '' ? [] : handle.split(',')
}
