import { recordLeadEvent } from '#modules/intake/index.ts'
import { contextOn, type Kit } from '#platform/context.ts'
import type { Tx } from '#platform/db/database.ts'
import { publish } from '#platform/events/publish.ts'
import { subjectsOf } from './effects.ts'
import { workflowCompleted, workflowFailed } from './events.ts'
import type { ClaimedRun } from './store.ts'

/** Why a run failed and at which node; null when it was no node's doing. */
export interface RunFailed {
  nodeId: string | null
  reason: string
}

/** Tells the rest of the product that a run is over, in the transaction that ends it; `failed` is null when it completed. */
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
