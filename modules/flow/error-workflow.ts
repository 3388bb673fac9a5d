import { contextOn, type Kit } from '#platform/context.ts'
import type { JsonObject } from '#platform/contract/plain-data.ts'
import type { Tx } from '#platform/db/database.ts'
import { DEPTH_MAX } from './children.ts'
import type { StepError } from './run-state.ts'
import { insertRun } from './runs.ts'
import type { ClaimedRun } from './store.ts'
import type { RunLimit } from './workflow-settings.ts'

interface FollowsRow {
  id: string
  name: string
  error_workflow_id: string
  version_id: string
  limit: RunLimit | null
}

/** What runs of an error workflow are started by. */
export const ERROR_TRIGGER = 'workflow_error'

/** A run that failed, and why; the node and its step are null when it was no node's doing. */
interface FailedRun {
  run: ClaimedRun
  error: StepError & { nodeId: string | null; step: number | null }
}

/**
 * Starts the workflows that look after failures, in the transaction that ends the failed runs. A failed run of an error
 * workflow starts none, so that a broken one cannot start itself for ever, and neither does one at the last level of runs
 * that start runs; a workflow that is not published is passed over.
 */
export async function startErrorWorkflows(kit: Kit, tx: Tx, failed: readonly FailedRun[]): Promise<void> {
  const own = failed.filter(({ run }) => run.triggerType !== ERROR_TRIGGER && run.depth < DEPTH_MAX)
  const [first] = own
  if (!first) return
  const { orgId } = first.run
  const found = await tx.query<FollowsRow>(
    `select w.id, w.name, e.id as error_workflow_id, e.published_version_id as version_id, e.settings->'limit' as limit
     from flow.workflows w join flow.workflows e on e.org_id = $1 and e.id = (w.settings->>'errorWorkflowId')::uuid
     where w.org_id = $1 and w.id = any($2) and e.status = 'active' and e.deleted_at is null and e.id <> w.id`,
    [orgId, [...new Set(own.map(({ run }) => run.workflowId))]],
  )
  const byId = new Map(found.rows.map(row => [row.id, row]))
  for (const { run, error } of own) {
    const workflow = byId.get(run.workflowId)
    if (!workflow) continue
    const ctx = contextOn(kit, tx, {
      orgId,
      actor: { type: 'run', runId: run.runId, workflowId: run.workflowId },
    })
    const input = {
      error: { code: error.code, message: error.message, nodeId: error.nodeId, step: error.step },
      failedRun: { id: run.runId, input: run.input },
      workflow: { id: workflow.id, name: workflow.name },
      ...('lead' in run.input ? { lead: run.input.lead } : {}),
    } as unknown as JsonObject
    const follows = {
      versionId: workflow.version_id,
      // A failure is not passed over because others are being looked after: beyond the limit it waits its turn.
      limit: workflow.limit && { ...workflow.limit, overflow: 'queue' as const },
    }
    await insertRun(ctx, follows, {
      workflowId: workflow.error_workflow_id,
      trigger: ERROR_TRIGGER,
      input,
      parent: { runId: run.runId, token: null, depth: run.depth + 1 },
      ...(run.leadId === null ? {} : { leadId: run.leadId }),
    })
  }
}
