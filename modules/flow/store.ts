import type { Kit } from '#platform/context.ts'
import type { Json, JsonObject } from '#platform/contract/plain-data.ts'
import type { Tx } from '#platform/db/database.ts'
import { faultPoint } from '#platform/faults.ts'
import type { LogLevel } from './metrics-api.ts'
import type { RunState, SliceInput } from './run-state.ts'
import { RunValues } from './run-values.ts'

/** Something that happened for a run. */
export interface InboxEntry {
  id: string
  input: SliceInput
}

/** A run in this worker's hands. */
export interface ClaimedRun {
  orgId: string
  runId: string
  claimId: string
  workflowId: string
  versionId: string
  leadId: string | null
  triggerType: string
  /** As it was when it was claimed. */
  status: string
  /** The run whose step started this one, and the name under which that step waits for its end. */
  parentRunId: string | null
  parentToken: string | null
  /** How many runs lie above it. */
  depth: number
  /** Set when its workflow limits how many runs are under way. */
  limitKey: string | null
  /** Whether it still waits for its place among the runs of its workflow. */
  isHeldBack: boolean
  /** Log lines below it are not kept. */
  logLevel: LogLevel
  createdAt: Date
  input: JsonObject
  /** Null when it has not begun. */
  state: RunState | null
  /** The pieces of the state that are stored beside it. */
  values: RunValues
  inbox: InboxEntry[]
  recoveries: number
}

// The tables that runs pass through fill and empty within seconds. With statistics from when they were empty the planner
// would read and sort a whole backlog for each claim, so it is told to go by keys in their order, whatever it believes.
const GO_BY_KEYS = `
  select set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true), set_config('enable_sort', 'off', true),
    set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true)`

// A run whose lease is still held stays in the ready table until its holder lets go; it has news by then. The offset makes
// the planner look for the lease of each run it picks, not join the leases to the whole backlog.
const CLAIM = `
  with picked as materialized (
    select r.run_id, r.recoveries from flow.ready r
    where r.org_id = $1 and r.ready_at <= now() and r.ready_at > '-infinity'
      and not exists (select 1 from flow.leases l where l.org_id = $1 and l.run_id = r.run_id offset 0)
    order by r.ready_at limit $2 for update of r skip locked
  ), leased as (
    insert into flow.leases (org_id, run_id, worker_id, claim_id, recoveries)
    select $1, run_id, $3, $4, recoveries from picked
    on conflict (org_id, run_id) do nothing
    returning run_id, recoveries
  )
  select run_id, recoveries from leased`

const READ = `
  select r.id, r.workflow_id, r.version_id, r.lead_id, r.trigger_type, r.parent_run_id, r.parent_token, r.depth, r.limit_key, r.created_at,
    r.input, s.state, r.status, r.status in ('completed', 'failed', 'cancelled') as is_over,
    (select w.log_level from flow.workflows w where w.org_id = $1 and w.id = r.workflow_id) as log_level,
    r.limit_key is not null and exists (select 1 from flow.places p where p.org_id = $1 and p.run_id = r.id and not p.is_held) as is_held_back,
    (select jsonb_object_agg(v.key, v.value) from flow.run_values v where v.org_id = $1 and v.run_id = r.id and s.state is not null) as values,
    (select coalesce(jsonb_agg(jsonb_build_object('id', i.id, 'input', i.input) order by i.id), '[]')
     from flow.inbox i where i.org_id = $1 and i.run_id = r.id) as inbox
  from flow.runs r left join lateral (
    select s.state from flow.run_states s where s.org_id = $1 and s.run_id = r.id offset 0
  ) s on true
  where r.org_id = $1 and r.id = any($2)`

interface RunRow {
  id: string
  workflow_id: string
  version_id: string
  lead_id: string | null
  trigger_type: string
  status: string
  parent_run_id: string | null
  parent_token: string | null
  depth: number
  limit_key: string | null
  is_held_back: boolean
  log_level: LogLevel
  created_at: Date
  input: JsonObject
  state: RunState | null
  is_over: boolean
  values: Record<string, Json> | null
  inbox: InboxEntry[]
}

/** Takes up to `limit` ready runs of one organization into this worker's hands, oldest first. */
export async function claimRuns(
  tx: Tx,
  claim: { orgId: string; limit: number; workerId: string; claimId: string },
): Promise<ClaimedRun[]> {
  tx.send(GO_BY_KEYS)
  const leased = await tx.query<{ run_id: string; recoveries: number }>(CLAIM, [
    claim.orgId,
    claim.limit,
    claim.workerId,
    claim.claimId,
  ])
  if (leased.rows.length === 0) return []
  const recoveries = new Map(leased.rows.map(row => [row.run_id, row.recoveries]))
  const ids = [...recoveries.keys()]
  tx.send('delete from flow.ready where org_id = $1 and run_id = any($2)', [claim.orgId, ids])
  const rows = await tx.query<RunRow>(READ, [claim.orgId, ids])
  faultPoint('claim.before_commit')
  const open = rows.rows.filter(row => !row.is_over)
  // News that came for a run at its end; taken up, it would begin again.
  const over = ids.filter(id => !open.some(row => row.id === id))
  if (over.length > 0) {
    tx.send('delete from flow.leases where org_id = $1 and run_id = any($2)', [claim.orgId, over])
    tx.send('delete from flow.inbox where org_id = $1 and run_id = any($2)', [claim.orgId, over])
  }
  return open.map(row => claimedRun(claim, row, recoveries.get(row.id) ?? 0))
}

function claimedRun(
  { orgId, claimId }: { orgId: string; claimId: string },
  row: RunRow,
  recoveries: number,
): ClaimedRun {
  const { state, values } =
    row.state === null ? { state: null, values: RunValues.none } : RunValues.unpack(row.state, row.values)
  return {
    orgId,
    runId: row.id,
    claimId,
    workflowId: row.workflow_id,
    versionId: row.version_id,
    leadId: row.lead_id,
    triggerType: row.trigger_type,
    status: row.status,
    parentRunId: row.parent_run_id,
    parentToken: row.parent_token,
    depth: row.depth,
    limitKey: row.limit_key,
    isHeldBack: row.is_held_back,
    logLevel: row.log_level,
    createdAt: row.created_at,
    input: row.input,
    state,
    values,
    inbox: row.inbox,
    recoveries,
  }
}

/**
 * What has happened for runs that this worker holds already. Their ready rows stay, so that news which comes just as the
 * run is let go is found by the next claim; the caller remembers what it was given before.
 */
export async function readNews(
  tx: Tx,
  orgId: string,
  runIds: readonly string[],
): Promise<Map<string, InboxEntry[]>> {
  const rows = await tx.query<InboxEntry & { run_id: string }>(
    `select i.run_id, i.id, i.input from flow.inbox i
     where i.org_id = $1 and i.run_id = any($2)
     order by i.run_id, i.id`,
    [orgId, runIds],
  )
  return Map.groupBy(rows.rows, row => row.run_id)
}

/** Organizations between two ids with something to do, the longest waiting first. Reads ids and times of all of them. */
export const FIND_READY = `
  select r.org_id, min(r.ready_at) as since from flow.ready r
  where r.org_id > $1 and r.org_id < $2 and r.ready_at <= now() and r.ready_at > '-infinity'
    and not exists (select 1 from flow.leases l where l.org_id = r.org_id and l.run_id = r.run_id)
  group by r.org_id order by min(r.ready_at) limit 64`

/** Runs of one worker for which something has happened while it holds them. */
export const FIND_NEWS = `
  select r.org_id, r.run_id from flow.leases l join flow.ready r on r.org_id = l.org_id and r.run_id = l.run_id
  where l.worker_id = $1 limit 1000`

export const FIND_TIMERS = `
  select org_id from flow.timers where fire_at <= now() group by org_id order by min(fire_at) limit 64`

export const FIND_ORPHANS = `
  select distinct l.org_id, l.worker_id from flow.leases l
  left join jobs.workers w on w.id = l.worker_id
  where w.id is null or w.lease_until < now() limit 64`

// The row of a run that is ready already is touched, not passed over: the lock keeps a claim from taking the
// row away before this news is committed, which would leave the run with news and nobody to wake it.
const FIRE = `
  with due as materialized (
    select run_id, token from flow.timers where org_id = $1 and fire_at <= now()
    order by fire_at limit 1000 for update skip locked
  ), fired as (
    delete from flow.timers t using due
    where t.org_id = $1 and t.run_id = due.run_id and t.token = due.token
    returning t.run_id, t.token
  ), told as (
    insert into flow.inbox (org_id, run_id, id, input)
    select $1, run_id, md5(run_id::text || token)::uuid, jsonb_build_object('kind', 'timer', 'token', token) from fired
    on conflict (org_id, run_id, id) do nothing
  )
  insert into flow.ready (org_id, run_id) select distinct $1::uuid, run_id from fired
  on conflict (org_id, run_id) do update set ready_at = least(flow.ready.ready_at, excluded.ready_at)`

/** Turns due timers of one organization into news for their runs, a thousand at a time; returns how many runs. */
export async function fireTimers(tx: Tx, orgId: string): Promise<number> {
  const fired = await tx.query(FIRE, [orgId])
  faultPoint('timers.before_commit')
  return fired.rowCount ?? 0
}

// The worker is judged dead once more under the row lock: it may have woken up since it was found.
const RECOVER = `
  with orphans as (
    delete from flow.leases l
    where l.org_id = $1 and l.worker_id = $2
      and not exists (select 1 from jobs.workers w where w.id = $2 and w.lease_until >= now())
    returning l.run_id, l.recoveries
  )
  insert into flow.ready (org_id, run_id, recoveries)
  select $1, run_id, recoveries + 1 from orphans
  on conflict (org_id, run_id) do update set recoveries = excluded.recoveries`

/** Makes the runs of a dead worker ready again. */
export async function recoverRuns(tx: Tx, orgId: string, workerId: string): Promise<number> {
  const recovered = await tx.query(RECOVER, [orgId, workerId])
  faultPoint('recovery.before_commit')
  return recovered.rowCount ?? 0
}

/** Makes a run ready for any worker, because this one stops. Does nothing when it is somebody else's already. */
export async function letGo(kit: Kit, { orgId, runId, claimId }: ClaimedRun): Promise<void> {
  await kit.db.withOrg(orgId, tx =>
    tx.query(
      `with released as (
         delete from flow.leases where org_id = $1 and run_id = $2 and claim_id = $3 returning run_id, recoveries
       )
       insert into flow.ready (org_id, run_id, recoveries) select $1, run_id, recoveries from released
       on conflict (org_id, run_id) do update set recoveries = excluded.recoveries`,
      [orgId, runId, claimId],
    ),
  )
}
