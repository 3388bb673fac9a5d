/** What the rest of the product hears of runs that start and end, in the transaction in which they do. */

import { recordLeadEvent } from '#modules/intake/index.ts'
import { contextOn, type Kit } from '#platform/context.ts'
import type { Tx } from '#platform/db/database.ts'
import { publish } from '#platform/events/publish.ts'
import type { Checkpoint } from './checkpoint.ts'
import { subjectsOf } from './effects.ts'
import { startErrorWorkflows } from './error-workflow.ts'
import { workflowCompleted, workflowFailed, workflowStarted } from './events.ts'
import { type RunNews, tellRuns } from './news.ts'
import { permanent } from './node-run.ts'
import type { RunError, SliceInput, StepError } from './run-state.ts'
import type { ClaimedRun } from './store.ts'

/** Why a run failed and at which node; null when it was no node's doing. */
export interface RunFailed {
  nodeId: string | null
  reason: string
}

/**
 * Whether anything in the organization starts or goes on when a run ends. The ends of runs that are about no lead and
 * that nobody listens for are told by their rows in flow.runs alone; an event each would double what a short run costs.
 */
export async function isAnyoneListening(tx: Tx, orgId: string): Promise<boolean> {
  const found = await tx.query<{ heard: boolean }>(
    `select exists (select 1 from flow.event_triggers
         where org_id = $1 and is_active and event_type in ('workflow.completed', 'workflow.failed'))
       or exists (select 1 from flow.waits
         where org_id = $1 and event_type in ('workflow.completed', 'workflow.failed')) as heard`,
    [orgId],
  )
  return found.rows[0]?.heard ?? true
}

/** Tells of runs that are stored for the first time. */
export async function announceStarts(kit: Kit, tx: Tx, stored: readonly Checkpoint[]): Promise<void> {
  const fresh = stored.filter(checkpoint => checkpoint.fresh !== null)
  await Promise.all(fresh.map(({ run }) => announceStart(kit, tx, run, run.triggerType)))
}

/** Tells that a run was started, when it is about a lead. */
export async function announceStart(
  kit: Kit,
  tx: Tx,
  run: Pick<ClaimedRun, 'orgId' | 'runId' | 'workflowId' | 'leadId'>,
  trigger: string,
): Promise<void> {
  const { orgId, runId, workflowId, leadId } = run
  if (leadId === null) return
  const ctx = contextOn(kit, tx, { orgId, actor: { type: 'run', runId, workflowId } })
  await publish(ctx, workflowStarted, {
    subjects: subjectsOf(run),
    payload: { runId, workflowId, leadId, trigger },
  })
  await recordLeadEvent(ctx, {
    leadId,
    kind: 'RUN_STARTED',
    description: 'Workflow started',
    metadata: { workflowId },
    runId,
  })
}

/** Tells of runs that are over and starts the workflows that look after failures. */
export async function announceEnds(
  kit: Kit,
  tx: Tx,
  ended: readonly Checkpoint[],
  isHeard: boolean,
): Promise<void> {
  // People are told of failures, so that those are always heard.
  const told = ended.filter(
    ({ run, result }) =>
      result.outcome !== 'cancelled' && (isHeard || run.leadId !== null || result.error !== null),
  )
  await Promise.all(told.map(({ run, result }) => announceEnd(kit, tx, run, failureOf(result.error))))
  const failed = ended.flatMap(({ run, result }) => (result.error ? [{ run, error: result.error }] : []))
  if (failed.length > 0) await startErrorWorkflows(kit, tx, failed)
}

function failureOf(error: RunError | null): RunFailed | null {
  return error ? { nodeId: error.nodeId, reason: error.message } : null
}

/** Tells the rest of the product that a run is over; `failed` is null when it completed. */
export async function announceEnd(
  kit: Kit,
  tx: Tx,
  run: ClaimedRun,
  failed: RunFailed | null,
): Promise<void> {
  const { orgId, runId, workflowId, leadId } = run
  const ctx = contextOn(kit, tx, { orgId, actor: { type: 'run', runId, workflowId } })
  const subjects = subjectsOf(run)
  const about = { runId, workflowId, leadId }
  if (failed) await publish(ctx, workflowFailed, { subjects, payload: { ...about, ...failed } })
  else await publish(ctx, workflowCompleted, { subjects, payload: about })
  if (!leadId) return
  await recordLeadEvent(ctx, {
    leadId,
    kind: failed ? 'RUN_FAILED' : 'RUN_COMPLETED',
    description: failed ? `Workflow failed: ${failed.reason}`.slice(0, 500) : 'Workflow finished',
    metadata: { workflowId, ...(failed?.nodeId ? { nodeId: failed.nodeId } : {}) },
    runId,
  })
}

/** Answers the steps that wait for the end of these runs. */
export async function tellParents(
  kit: Kit,
  tx: Tx,
  orgId: string,
  ended: readonly Checkpoint[],
): Promise<void> {
  const news = ended.flatMap(({ run, result: { state } }): RunNews[] => {
    if (run.parentRunId === null || run.parentToken === null || state.end === null) return []
    const { outcome, error, output } = state.end
    const input: SliceInput =
      outcome === 'completed'
        ? { kind: 'answer', token: run.parentToken, output: { runId: run.runId, output } }
        : { kind: 'failure', token: run.parentToken, error: childFailure(run.runId, outcome, error) }
    return [{ runId: run.parentRunId, input }]
  })
  await tellRuns({ kit, orgId, db: tx }, news)
}

/** What the step that started a run and waits for it is told when that run did not complete. */
export function childFailure(
  runId: string,
  outcome: 'failed' | 'cancelled',
  error: Pick<StepError, 'message'> | null,
): StepError {
  const message =
    outcome === 'failed'
      ? `The workflow it started failed: ${error?.message ?? ''}`
      : 'The run it started was cancelled.'
  return { ...permanent(`child.${outcome}`, message, { runId }), retryable: outcome === 'failed' }
}
