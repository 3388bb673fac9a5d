import type { Context } from '#platform/context.ts'
import type { RunStatus, Workflow } from './api.ts'
import { runSeen } from './run-sight.ts'

/** A run that has not ended, as others are told of it. */
export interface RunUnderWay {
  readonly runId: string
  readonly workflowId: string
  readonly workflowName: string
  readonly leadId: string
  readonly status: RunStatus
  /** When it goes on by itself; null when it waits for something else, or goes on now. */
  readonly nextWakeAt: Date | null
  readonly startedAt: Date
}

const RUNS_MAX = 100

/** The runs about these leads that have not ended and are seen, the oldest first, at most 100. */
export async function runsUnderWay(ctx: Context, leadIds: readonly string[]): Promise<RunUnderWay[]> {
  if (leadIds.length === 0) return []
  const found = await ctx.db.query<{
    id: string
    workflow_id: string
    name: string
    lead_id: string
    status: RunStatus
    wake_at: Date | null
    created_at: Date
  }>(
    `select r.id, r.workflow_id, w.name, r.lead_id, r.created_at,
       -- What was asked of a run is done at its next step; until then it is told as if it were.
       coalesce((
         select case i.input->>'kind' when 'pause' then 'paused' when 'resume' then 'waiting' end
         from flow.inbox i where i.org_id = $1 and i.run_id = r.id and i.input->>'kind' in ('pause', 'resume')
         order by i.id desc limit 1), r.status) as status,
       (select min(t.fire_at) from flow.timers t where t.org_id = $1 and t.run_id = r.id) as wake_at
     from flow.runs r join flow.workflows w on w.org_id = $1 and w.id = r.workflow_id
     where r.org_id = $1 and r.lead_id = any($2)
       and r.status in ('pending', 'running', 'waiting', 'paused')${runSeen(ctx, 'r')}
     order by r.id limit ${RUNS_MAX}`,
    [ctx.orgId, leadIds],
  )
  return found.rows.map(row => ({
    runId: row.id,
    workflowId: row.workflow_id,
    workflowName: row.name,
    leadId: row.lead_id,
    status: row.status,
    nextWakeAt: row.wake_at,
    startedAt: row.created_at,
  }))
}

const SEARCHED_MAX = 2_000

/** The workflows whose name answers a search, the one changed last first, at most `limit`. */
export async function findWorkflows(
  ctx: Context,
  { matches, limit }: { matches(text: string): boolean; limit: number },
): Promise<{ id: string; name: string; status: Workflow['status']; updatedAt: Date }[]> {
  const found = await ctx.db.query<{ id: string; name: string; status: Workflow['status']; updatedAt: Date }>(
    `select id, name, status, updated_at as "updatedAt" from flow.workflows
     where org_id = $1 and deleted_at is null order by updated_at desc limit ${SEARCHED_MAX}`,
    [ctx.orgId],
  )
  return found.rows.filter(({ name }) => matches(name)).slice(0, limit)
}

/** What workflows are called, deleted ones too, by id. */
export async function nameWorkflows(
  ctx: Context,
  workflowIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const found = await ctx.db.query<{ id: string; name: string }>(
    'select id, name from flow.workflows where org_id = $1 and id = any($2)',
    [ctx.orgId, workflowIds],
  )
  return new Map(found.rows.map(({ id, name }) => [id, name]))
}
