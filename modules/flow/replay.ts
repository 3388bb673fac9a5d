import type { Context } from '#platform/context.ts'
import { isPlainObject, type Json, type JsonObject, weigh } from '#platform/contract/plain-data.ts'
import { generalErrors } from '#platform/errors.ts'
import { newId } from '#platform/ids.ts'
import { flowErrors } from './errors.ts'
import { ERROR_HANDLE, MAIN_HANDLE } from './graph.ts'
import type { LoadedPlan } from './loaded-plan.ts'
import { plansOf } from './plans.ts'
import { announceStart } from './run-end.ts'
import { admitOrRefuse, limitKeyOf } from './run-limits.ts'
import { errorOutput, MEMORY_BYTES_MAX } from './run-memory.ts'
import { runSeen } from './run-sight.ts'
import type { RunState, StepError } from './run-state.ts'
import { RunValues } from './run-values.ts'
import { stepIdRange } from './step-id.ts'
import type { RunLimit } from './workflow-settings.ts'

export interface Replay {
  /** The number of the step to begin with; null begins at the trigger. */
  fromStep: number | null
  input?: JsonObject | undefined
  vars?: JsonObject | undefined
  version: 'same' | 'latest'
}

interface RunRow {
  workflow_id: string
  version_id: string
  latest_id: string | null
  limit: RunLimit | null
  trigger_type: string
  lead_id: string | null
  input: JsonObject
}

interface StepRow {
  number: number
  node_id: string
  node_type: string
  path: string
  status: string
  handle: string | null
  output: Json
  error: StepError | null
}

/**
 * Starts a new run that repeats another from its trigger or from one of its steps. What the steps before left is taken
 * over, so that nothing of them is done again. Throws `not_found`, `flow.limit_reached`, and `flow.step_not_repeatable` for a step in a loop
 * or one whose node the version does not have.
 */
export async function replayRun(ctx: Context, runId: string, replay: Replay): Promise<string> {
  const { orgId, db } = ctx
  const found = await db.query<RunRow>(
    `select r.workflow_id, r.version_id, w.published_version_id as latest_id, w.settings->'limit' as limit, r.trigger_type, r.lead_id, r.input
     from flow.runs r join flow.workflows w on w.org_id = $1 and w.id = r.workflow_id
     where r.org_id = $1 and r.id = $2 and w.deleted_at is null${runSeen(ctx, 'r')}`,
    [orgId, runId],
  )
  const run = found.rows[0]
  if (!run) throw generalErrors.not_found()
  const versionId = replay.version === 'same' ? run.version_id : (run.latest_id ?? run.version_id)
  const state = replay.fromStep === null ? null : await stateBefore(ctx, runId, versionId, replay)
  const newRunId = newId()
  const input = replay.input ?? run.input
  const { workflow_id: workflowId, lead_id: leadId, limit } = run
  const limitKey = limit && limitKeyOf(limit, { runId: newRunId, input, now: ctx.clock.now() })
  db.send(
    `insert into flow.runs (org_id, id, workflow_id, version_id, trigger_type, input, lead_id, replay_of, limit_key)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      orgId,
      newRunId,
      run.workflow_id,
      versionId,
      run.trigger_type,
      JSON.stringify(input),
      run.lead_id,
      runId,
      limitKey,
    ],
  )
  if (state !== null) keepState(ctx, newRunId, state)
  if (limit === null || limitKey === null)
    db.send('insert into flow.ready (org_id, run_id) values ($1, $2)', [orgId, newRunId])
  else await admitOrRefuse(ctx, limit, { runId: newRunId, workflowId, limitKey })
  await announceStart(ctx.kit, db, { orgId, runId: newRunId, workflowId, leadId }, run.trigger_type)
  db.afterCommit(() => ctx.kit.wake.signal('flow'))
  return newRunId
}

function keepState({ db, orgId }: Context, runId: string, state: RunState): void {
  const packed = RunValues.none.pack(state)
  db.send('insert into flow.run_states (org_id, run_id, state) values ($1, $2, $3)', [
    orgId,
    runId,
    packed.json,
  ])
  for (const { key, json } of packed.added)
    db.send('insert into flow.run_values (org_id, run_id, key, value) values ($1, $2, $3, $4)', [
      orgId,
      runId,
      key,
      json,
    ])
}

async function stateBefore(
  ctx: Context,
  runId: string,
  versionId: string,
  replay: Replay,
): Promise<RunState> {
  const plan = (await plansOf(ctx.kit).get(ctx.orgId, [versionId])).get(versionId)
  const rows = await ctx.db.query<StepRow>(
    `select number, node_id, node_type, path, status, handle, output, error from flow.steps
     where org_id = $1 and id between $2 and $3 order by id`,
    [ctx.orgId, ...stepIdRange(runId)],
  )
  const step = rows.rows.findLast(row => row.number === replay.fromStep)
  if (!step || !plan) throw generalErrors.not_found()
  const node = plan.nodes.get(step.node_id)
  if (step.path !== '' || node?.type !== step.node_type) throw flowErrors.step_not_repeatable()
  // A step that failed and left by its error exit is as much a part of the way as one that completed.
  const before = rows.rows.filter(
    row => row.number < step.number && (row.status === 'completed' || row.handle === ERROR_HANDLE),
  )
  return stateAt(plan, step, before, replay.vars)
}

/** The state of a run that stands before a step, with what the steps before it left behind. */
function stateAt(
  plan: LoadedPlan,
  step: StepRow,
  before: readonly StepRow[],
  vars: JsonObject | undefined,
): RunState {
  const kept = new Set(plan.kept)
  const outputs: Record<string, Json> = {}
  const written: Record<string, Json> = {}
  for (const { node_id: id, node_type: type, path, output, error } of before) {
    // What rounds leave in outputs is forgotten with them; variables stay.
    if (kept.has(id) && path === '') outputs[id] = error === null ? output : errorOutput(error)
    // The only kind of node that writes variables tells them as its output.
    if (type === 'set_fields' && typeof output === 'object' && output !== null) Object.assign(written, output)
  }
  const remembered = vars ?? written
  const weight = weigh(remembered, MEMORY_BYTES_MAX) + weigh(outputs, MEMORY_BYTES_MAX)
  const [token] = plan.start.tokens
  if (token === undefined || weight > MEMORY_BYTES_MAX) throw flowErrors.step_not_repeatable()
  const { node_id: node, output } = step
  // A merge tells how many branches came to it.
  const came = step.node_type === 'merge' && isPlainObject(output) ? Number(output.arrived) : 1
  return {
    ...plan.start,
    tokens: [{ ...token, node, ...(came > 1 ? { arrived: came } : {}) }],
    joins: joinsAround(
      plan,
      node,
      before.filter(row => row.path === ''),
    ),
    vars: remembered,
    outputs,
    weight,
  }
}

/**
 * What merges have seen that lie behind the node: edges that cannot be reached from it are settled, alive when the step
 * before them took that exit. Without this a merge would wait for branches that are not repeated.
 */
function joinsAround(plan: LoadedPlan, nodeId: string, before: readonly StepRow[]): RunState['joins'] {
  const exits = new Map(before.map(row => [row.node_id, (row.handle ?? MAIN_HANDLE).split(',')]))
  const behind = new Set([nodeId])
  for (const id of behind) for (const edge of plan.nodes.get(id)?.exits ?? []) behind.add(edge.to.id)
  const joins: Record<string, [settled: number, live: number]> = {}
  for (const [id, node] of plan.nodes) {
    if (behind.has(id)) continue
    for (const { to, handle } of node.exits) {
      if (!behind.has(to.id) || to.id === nodeId || to.incoming <= 1) continue
      const [settled, live] = joins[to.id] ?? [0, 0]
      const isLive = exits.get(id)?.includes(handle) === true
      // A merge that needs only some of its branches shall still go on with the one that is repeated.
      joins[to.id] = [settled + 1, Math.min(live + (isLive ? 1 : 0), to.need - 1)]
    }
  }
  return joins
}
