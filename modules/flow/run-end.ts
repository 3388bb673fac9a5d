import { recordLeadEvent } from '#modules/intake/index.ts'
import { contextOn, type Kit } from '#platform/context.ts'
import type { Tx } from '#platform/db/database.ts'
import { publish } from '#platform/events/publish.ts'
import type { Checkpoint } from './checkpoint.ts'
import { subjectsOf } from './effects.ts'
import { workflowCompleted, workflowFailed } from './events.ts'

/** Tells the rest of the product that a run is over, in the transaction that ends it. */
export async function announceEnd(kit: Kit, tx: Tx, { run, result }: Checkpoint): Promise<void> {
  const { outcome, error } = result
  if (outcome !== 'completed' && outcome !== 'failed') return
  const ctx = contextOn(kit, tx, {
    orgId: run.orgId,
    actor: { type: 'run', runId: run.runId, workflowId: run.workflowId },
  })
  const about = { runId: run.runId, workflowId: run.workflowId, leadId: run.leadId }
  const subjects = subjectsOf(run)
  if (outcome === 'completed') {
    await publish(ctx, workflowCompleted, { subjects, payload: about })
  } else {
    await publish(ctx, workflowFailed, {
      subjects,
      payload: { ...about, nodeId: error?.nodeId ?? null, reason: error?.message ?? 'The run failed.' },
    })
  }
  if (!run.leadId) return
  await recordLeadEvent(ctx, {
    leadId: run.leadId,
    kind: outcome === 'completed' ? 'RUN_COMPLETED' : 'RUN_FAILED',
    description:
      outcome === 'completed'
        ? 'Workflow finished'
        : `Workflow failed: ${error?.message ?? ''}`.slice(0, 500),
    metadata: { workflowId: run.workflowId, ...(error ? { nodeId: error.nodeId } : {}) },
    runId: run.runId,
  })
}
