/**
 * Starting many runs at once: each goes as far as it can before it is stored for the first time, so that a run of
 * nodes that need nothing from outside is stored once, when it is over.
 */

import { randomInt } from 'node:crypto'
import type { Context } from '#platform/context.ts'
import { generalErrors } from '#platform/errors.ts'
import { newId } from '#platform/ids.ts'
import { advance } from './advance.ts'
import { type Checkpoint, storeFresh } from './checkpoint.ts'
import { flowErrors } from './errors.ts'
import type { LoadedPlan } from './loaded-plan.ts'
import type { LogLevel } from './metrics-api.ts'
import { plansOf } from './plans.ts'
import { withKeptLogs } from './run-logs.ts'
import { RunValues } from './run-values.ts'
import { insertRun, type Started, type StartRun } from './runs.ts'
import { SLICE_BYTES_MAX } from './slice.ts'
import type { RunLimit } from './workflow-settings.ts'

/** Runs that are advanced and written together. */
const PIECE = 500

interface Follows {
  versionId: string
  limit: RunLimit | null
  logLevel: LogLevel
  plan: LoadedPlan | undefined
}

/**
 * Starts runs of published workflows in the caller's transaction, in the order given; a key that has started a run
 * before, or comes twice, gives that run. Throws what `startRun` throws when one of them cannot be started.
 */
export async function startRuns(ctx: Context, starts: readonly StartRun[]): Promise<Started[]> {
  const { follows, now } = await whatTheyFollow(ctx, starts)
  const started: Started[] = []
  for (let from = 0; from < starts.length; from += PIECE)
    started.push(...(await startPiece(ctx, starts.slice(from, from + PIECE), follows, now)))
  ctx.db.afterCommit(() => ctx.kit.wake.signal('flow'))
  return started
}

async function whatTheyFollow(
  ctx: Context,
  starts: readonly StartRun[],
): Promise<{ follows: Map<string, Follows>; now: number }> {
  const ids = [...new Set(starts.map(start => start.workflowId))]
  const found = await ctx.db.query<{
    id: string
    version_id: string | null
    status: string
    limit: RunLimit | null
    log_level: LogLevel
    now: number
  }>(
    `select id, published_version_id as version_id, status, settings->'limit' as limit, log_level,
       extract(epoch from clock_timestamp())::float8 * 1000 as now
     from flow.workflows where org_id = $1 and id = any($2) and deleted_at is null`,
    [ctx.orgId, ids],
  )
  if (found.rows.length < ids.length) throw generalErrors.not_found()
  const versionIds = found.rows.map(row => {
    if (row.status !== 'active' || row.version_id === null) throw flowErrors.not_published()
    return row.version_id
  })
  const plans = await plansOf(ctx.kit).get(ctx.orgId, versionIds)
  const follows = found.rows.map(({ id, version_id, limit, log_level: logLevel }): [string, Follows] => {
    const versionId = version_id ?? ''
    return [id, { versionId, limit, logLevel, plan: plans.get(versionId) }]
  })
  return { follows: new Map(follows), now: found.rows[0]?.now ?? ctx.clock.now().getTime() }
}

async function startPiece(
  ctx: Context,
  starts: readonly StartRun[],
  follows: ReadonlyMap<string, Follows>,
  now: number,
): Promise<Started[]> {
  const { prepared, owners } = await storeStarts(
    ctx,
    starts.map(start => prepare(ctx, start, follows.get(start.workflowId), now)),
  )
  const started: Started[] = []
  for (const [index, start] of starts.entries()) {
    const checkpoint = prepared[index] ?? null
    const follow = follows.get(start.workflowId)
    if (checkpoint !== null) {
      const owner = owners.get(checkpoint)
      started.push({ runId: owner ?? checkpoint.run.runId, isNew: owner === undefined })
    } else if (follow) started.push(await insertRun(ctx, follow, start))
  }
  return started
}

type Prepared = readonly (Checkpoint | null)[]

/** With their effects, if they have any; when one is refused, those that have some are left for the engine to begin. */
async function storeStarts(
  ctx: Context,
  prepared: Prepared,
): Promise<{ prepared: Prepared; owners: Map<Checkpoint, string> }> {
  const given = (all: Prepared) => all.filter(checkpoint => checkpoint !== null)
  const hasEffects = given(prepared).some(({ result }) => result.effects.length > 0)
  if (!hasEffects) return { prepared, owners: await storeFresh(ctx, given(prepared)) }
  ctx.db.flush()
  ctx.db.send('savepoint starts')
  try {
    const owners = await storeFresh(ctx, given(prepared))
    ctx.db.flush()
    await ctx.db.settle()
    ctx.db.send('release savepoint starts')
    return { prepared, owners }
  } catch {
    ctx.db.discard()
    await ctx.db.settle().catch(() => {})
    await ctx.db.query('rollback to savepoint starts')
    const unbegun = prepared.map(checkpoint => (checkpoint === null ? null : withoutEffects(checkpoint)))
    return { prepared: unbegun, owners: await storeFresh(ctx, given(unbegun)) }
  }
}

function withoutEffects(checkpoint: Checkpoint): Checkpoint {
  const { result, before } = checkpoint
  if (result.effects.length === 0 || before === undefined) return checkpoint
  const unbegun = { ...result, state: before, outcome: 'continue' as const, error: null }
  return {
    ...checkpoint,
    result: { ...unbegun, steps: [], effects: [], remote: [], timers: [], logs: [], withdrawn: [] },
    hold: true,
  }
}

/** A run taken as far as it goes at once; null when the workflow limits how many run. */
function prepare(
  ctx: Context,
  start: StartRun,
  follows: Follows | undefined,
  now: number,
): Checkpoint | null {
  if (!follows?.plan || follows.limit !== null) return null
  const runId = newId()
  const { orgId } = ctx
  const advanced = advance(follows.plan, follows.plan.start, [], {
    run: { orgId, runId, startedAt: now, input: start.input },
    now,
    random: () => randomInt(2 ** 32) / 2 ** 32,
    budget: { nodes: ctx.kit.config.sliceNodes, bytes: SLICE_BYTES_MAX },
  })
  const result = withKeptLogs(advanced, follows.logLevel)
  const key = start.idempotencyKey ?? null
  return {
    run: {
      orgId,
      runId,
      claimId: runId,
      workflowId: start.workflowId,
      versionId: follows.versionId,
      leadId: start.leadId ?? null,
      triggerType: start.trigger,
      status: 'pending',
      parentRunId: null,
      parentToken: null,
      depth: 0,
      limitKey: null,
      isHeldBack: false,
      logLevel: follows.logLevel,
      createdAt: new Date(now),
      input: start.input,
      state: null,
      values: RunValues.none,
      inbox: [],
      recoveries: 0,
    },
    fresh: { key },
    standing: null,
    before: follows.plan.start,
    result,
    packed: RunValues.none.pack(result.state),
    at: now,
    consumed: [],
    hold: result.outcome === 'continue' || result.remote.length > 0,
  }
}
