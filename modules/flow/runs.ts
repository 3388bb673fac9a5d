import type { Context } from '#platform/context.ts'
import type { JsonObject } from '#platform/contract/plain-data.ts'
import type { Tx } from '#platform/db/database.ts'
import { generalErrors } from '#platform/errors.ts'
import { faultPoint } from '#platform/faults.ts'
import { newId } from '#platform/ids.ts'
import { flowErrors } from './errors.ts'
import { announceStart } from './run-end.ts'
import { admitOrRefuse, limitKeyOf } from './run-limits.ts'
import type { RunLimit } from './workflow-settings.ts'

export interface StartRun {
  workflowId: string
  /** Kind of the trigger; the workflow's own must be the same, unless it is `manual`. */
  trigger: string
  input: JsonObject
  leadId?: string
  /** Unique per workflow for ever: the same key gives the run that was started first. */
  idempotencyKey?: string
}

/** A start with what only the engine itself gives a run. */
export interface InternalStart extends StartRun {
  runId?: string
  /** The run whose step starts this one; `token` is set when that step waits for its end. */
  parent?: { runId: string; token: string | null; depth: number }
}

export interface Started {
  runId: string
  /** False when the key had started this run before. */
  isNew: boolean
}

/** What new runs of a workflow follow. */
export interface Startable {
  versionId: string
  limit: RunLimit | null
}

/** What a run of this workflow would follow. Throws `flow.not_published` when it starts no runs. */
export async function startable(ctx: Context, workflowId: string): Promise<Startable> {
  const found = await ctx.db.query<{ version_id: string | null; status: string; limit: RunLimit | null }>(
    `select published_version_id as version_id, status, settings->'limit' as limit
     from flow.workflows where org_id = $1 and id = $2 and deleted_at is null`,
    [ctx.orgId, workflowId],
  )
  const row = found.rows[0]
  if (!row) throw generalErrors.not_found()
  if (row.status !== 'active' || !row.version_id) throw flowErrors.not_published()
  return { versionId: row.version_id, limit: row.limit }
}

/**
 * Starts a run of the published version, in the caller's transaction: the run is durable exactly when the
 * caller's own writes are. Throws `flow.not_published` when the workflow starts no runs, and `flow.limit_reached`
 * when it refuses more of them.
 */
export async function startRun(ctx: Context, start: StartRun): Promise<Started> {
  return insertRun(ctx, await startable(ctx, start.workflowId), start)
}

/** A run as the statement that starts it reads it. */
interface StartRow {
  readonly org_id: string
  readonly run_id: string
  readonly workflow_id: string
  readonly version_id: string
  readonly trigger_type: string
  readonly input: JsonObject
  readonly lead_id: string | null
  readonly key: string | null
  readonly parent_run_id: string | null
  readonly parent_token: string | null
  readonly depth: number
  readonly limit_key: string | null
}

// The key decides, and without it the others have nothing to work on. A run that is limited gets its ready row when
// it is its turn.
const START = `
  with asked as materialized (
    select * from jsonb_to_recordset($2::jsonb) as a (run_id uuid, workflow_id uuid, version_id uuid, trigger_type text,
      input jsonb, lead_id uuid, key text, parent_run_id uuid, parent_token text, depth smallint, limit_key text)
  ), key as (
    insert into flow.run_keys (org_id, workflow_id, key, run_id)
    select $1, a.workflow_id, a.key, a.run_id from asked a where a.key is not null order by a.workflow_id, a.key
    on conflict do nothing returning run_id
  ), run as (
    insert into flow.runs (org_id, id, workflow_id, version_id, trigger_type, input, lead_id, parent_run_id, parent_token, depth, limit_key)
    select $1, a.run_id, a.workflow_id, a.version_id, a.trigger_type, a.input, a.lead_id, a.parent_run_id, a.parent_token,
      a.depth, a.limit_key
    from asked a where a.key is null or exists (select 1 from key k where k.run_id = a.run_id)
    returning id, limit_key
  ), ready as (
    insert into flow.ready (org_id, run_id) select $1, id from run where limit_key is null
  )
  select id from run`

/** Stores the runs that start side by side in one transaction; false for each whose key has started one before. */
async function storeStarts(tx: Tx, starts: readonly StartRow[]): Promise<boolean[]> {
  const found = await tx.query<{ id: string }>(START, [starts[0]?.org_id, JSON.stringify(starts)])
  const stored = new Set(found.rows.map(({ id }) => id))
  return starts.map(start => stored.has(start.run_id))
}

/** Starts a run of a version that is known to be published; see `startRun`. */
export async function insertRun(
  ctx: Context,
  { versionId, limit }: Startable,
  start: InternalStart,
): Promise<Started> {
  const { orgId, db, kit } = ctx
  const runId = start.runId ?? newId()
  const { workflowId, trigger, input, parent } = start
  const leadId = start.leadId ?? null
  const key = start.idempotencyKey ?? null
  const limitKey = limit === null ? null : limitKeyOf(limit, { runId, input, now: ctx.clock.now() })
  const isStored = await db.ask(storeStarts, {
    org_id: orgId,
    run_id: runId,
    workflow_id: workflowId,
    version_id: versionId,
    trigger_type: trigger,
    input,
    lead_id: leadId,
    key,
    parent_run_id: parent?.runId ?? null,
    parent_token: parent?.token ?? null,
    depth: parent?.depth ?? 0,
    limit_key: limitKey,
  })
  if (!isStored) {
    const first = await db.query<{ run_id: string }>(
      'select run_id from flow.run_keys where org_id = $1 and workflow_id = $2 and key = $3',
      [orgId, workflowId, key],
    )
    return { runId: first.rows[0]?.run_id ?? runId, isNew: false }
  }
  if (limit !== null && limitKey !== null)
    await db.inTurn(() => admitOrRefuse(ctx, limit, { runId, workflowId, limitKey }))
  await announceStart(kit, db, { orgId, runId, workflowId, leadId }, trigger)
  db.afterCommit(() => faultPoint('start.after_commit'))
  db.afterCommit(() => kit.wake.signal('flow'))
  faultPoint('start.before_commit')
  return { runId, isNew: true }
}
