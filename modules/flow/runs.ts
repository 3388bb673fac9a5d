import type { z } from 'zod'
import { recordLeadEvent } from '#modules/intake/index.ts'
import type { Context } from '#platform/context.ts'
import { generalErrors } from '#platform/errors.ts'
import { publish } from '#platform/events/publish.ts'
import { faultPoint } from '#platform/faults.ts'
import { newId } from '#platform/ids.ts'
import type { Run, RunDetail, RunStatus, Step } from './api.ts'
import { subjectsOf } from './effects.ts'
import { flowErrors } from './errors.ts'
import { workflowStarted } from './events.ts'
import type { Graph } from './graph.ts'
import type { JsonObject } from './plain-data.ts'
import { stepIdRange } from './step-id.ts'

export interface StartRun {
  workflowId: string
  /** Kind of the trigger; the workflow's own must be the same, unless it is `manual`. */
  trigger: string
  input: JsonObject
  leadId?: string
  /** Unique per workflow for ever: the same key gives the run that was started first. */
  idempotencyKey?: string
}

/**
 * Starts a run of the published version, in the caller's transaction: the run is durable exactly when the
 * caller's own writes are. Throws `flow.not_published` when the workflow starts no runs.
 */
export async function startRun(ctx: Context, start: StartRun): Promise<{ runId: string; isNew: boolean }> {
  const workflow = await ctx.db.query<{ version_id: string | null; status: string }>(
    'select published_version_id as version_id, status from flow.workflows where org_id = $1 and id = $2 and deleted_at is null',
    [ctx.orgId, start.workflowId],
  )
  const row = workflow.rows[0]
  if (!row) throw generalErrors.not_found()
  if (row.status !== 'active' || !row.version_id) throw flowErrors.not_published()
  return insertRun(ctx, row.version_id, start)
}

/** Run, key and ready row in one statement: the key decides, and without it the others have nothing to work on. */
const START = `
  with key as (
    insert into flow.run_keys (org_id, workflow_id, key, run_id)
    select $1, $3::uuid, $8::text, $2::uuid where $8::text is not null
    on conflict do nothing returning run_id
  ), run as (
    insert into flow.runs (org_id, id, workflow_id, version_id, trigger_type, input, lead_id)
    select $1, $2::uuid, $3::uuid, $4::uuid, $5, $6::jsonb, $7::uuid
    where $8::text is null or exists (select 1 from key)
    returning id
  )
  insert into flow.ready (org_id, run_id) select $1, id from run`

/** Starts a run of a version that is known to be published; see `startRun`. */
export async function insertRun(
  ctx: Context,
  versionId: string,
  start: StartRun,
): Promise<{ runId: string; isNew: boolean }> {
  const runId = newId()
  const { workflowId, trigger } = start
  const leadId = start.leadId ?? null
  const key = start.idempotencyKey ?? null
  const started = await ctx.db.query(START, [
    ctx.orgId,
    runId,
    workflowId,
    versionId,
    trigger,
    JSON.stringify(start.input),
    leadId,
    key,
  ])
  if (started.rowCount === 0) {
    const first = await ctx.db.query<{ run_id: string }>(
      'select run_id from flow.run_keys where org_id = $1 and workflow_id = $2 and key = $3',
      [ctx.orgId, workflowId, key],
    )
    return { runId: first.rows[0]?.run_id ?? runId, isNew: false }
  }
  await publish(ctx, workflowStarted, {
    subjects: subjectsOf({ runId, workflowId, leadId }),
    payload: { runId, workflowId, leadId, trigger },
  })
  if (leadId !== null) {
    const metadata = { workflowId }
    await recordLeadEvent(ctx, {
      leadId,
      kind: 'RUN_STARTED',
      description: 'Workflow started',
      metadata,
      runId,
    })
  }
  ctx.db.afterCommit(() => faultPoint('start.after_commit'))
  ctx.db.afterCommit(() => ctx.kit.wake.signal('flow'))
  faultPoint('start.before_commit')
  return { runId, isNew: true }
}

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

export interface RunFilter {
  limit: number
  cursor?: string | undefined
  status?: RunStatus | undefined
  leadId?: string | undefined
}

/** A page of a workflow's runs, the newest first; the cursor is the last run's id. */
export async function listRuns(ctx: Context, workflowId: string, filter: RunFilter) {
  const exists = await ctx.db.query(
    'select 1 from flow.workflows where org_id = $1 and id = $2 and deleted_at is null',
    [ctx.orgId, workflowId],
  )
  if (exists.rowCount === 0) throw generalErrors.not_found()
  const rows = await ctx.db.query<RunRow>(
    `select ${RUN_COLUMNS} from flow.runs r
     where r.org_id = $1 and r.workflow_id = $2 and ($3::uuid is null or r.id < $3)
       and ($4::text is null or r.status = $4) and ($5::uuid is null or r.lead_id = $5)
     order by r.id desc limit $6`,
    [
      ctx.orgId,
      workflowId,
      readCursor(filter.cursor),
      filter.status ?? null,
      filter.leadId ?? null,
      filter.limit + 1,
    ],
  )
  const items = rows.rows.slice(0, filter.limit).map(runOf)
  return { items, nextCursor: rows.rows.length > filter.limit ? (items.at(-1)?.id ?? null) : null }
}

function readCursor(cursor: string | undefined): string | null {
  if (cursor === undefined) return null
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(cursor)) return cursor
  throw generalErrors.invalid({
    errors: [
      {
        in: 'query',
        pointer: '/cursor',
        code: 'invalid_cursor',
        message: 'Use the nextCursor of the page before.',
      },
    ],
  })
}

interface StepRow {
  number: number
  attempt: number
  node_id: string
  node_type: string
  status: z.input<typeof Step>['status']
  input: unknown
  output: unknown
  error: z.input<typeof Step>['error']
  started_at: Date
  finished_at: Date | null
}

/** One run with everything its page shows. */
export async function getRun(ctx: Context, runId: string): Promise<z.input<typeof RunDetail>> {
  const found = await ctx.db.query<RunRow & { input: unknown; name: string; number: number; graph: Graph }>(
    `select ${RUN_COLUMNS}, r.input, w.name, v.number, v.graph
     from flow.runs r
     join flow.workflows w on w.org_id = $1 and w.id = r.workflow_id
     join flow.versions v on v.org_id = $1 and v.id = r.version_id
     where r.org_id = $1 and r.id = $2`,
    [ctx.orgId, runId],
  )
  const row = found.rows[0]
  if (!row) throw generalErrors.not_found()
  const [steps, logs, timer] = await Promise.all([
    ctx.db.query<StepRow>(
      `select number, attempt, node_id, node_type, status, input, output, error, started_at, finished_at
       from flow.steps where org_id = $1 and id between $2 and $3 order by id limit 2000`,
      [ctx.orgId, ...stepIdRange(runId)],
    ),
    ctx.db.query<{
      level: 'info'
      message: string
      node_id: string | null
      step: number | null
      created_at: Date
    }>(
      `select level, message, node_id, step, created_at from flow.logs
       where org_id = $1 and run_id = $2 and id >= $2 order by id limit 1000`,
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
    stepList: steps.rows.map(stepOf),
    logs: logs.rows.map(log => ({
      level: log.level,
      message: log.message,
      nodeId: log.node_id,
      step: log.step,
      at: log.created_at.toISOString(),
    })),
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
    input: step.input,
    output: step.output,
    error: step.error,
    startedAt: step.started_at.toISOString(),
    finishedAt: step.finished_at?.toISOString() ?? null,
  }
}
