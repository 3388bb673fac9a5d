import type { Kit } from '#platform/context.ts'
import type { Tx } from '#platform/db/database.ts'
import { startErrorWorkflows } from './error-workflow.ts'
import { putMetrics } from './metrics.ts'
import { tellRuns } from './news.ts'
import { permanent } from './node-run.ts'
import { announceEnd, childFailure } from './run-end.ts'
import { leavePlaces } from './run-limits.ts'
import { stepIdRange } from './step-id.ts'
import type { ClaimedRun } from './store.ts'

/**
 * Ends a run that the engine cannot advance, keeping its last stored state as a dead letter. Does nothing when
 * the run is no longer in this worker's hands.
 */
export async function setAside(kit: Kit, run: ClaimedRun, reason: string): Promise<void> {
  const { orgId, runId, parentRunId, parentToken } = run
  await kit.db.withOrg(orgId, async tx => {
    const released = await tx.query(
      'delete from flow.leases where org_id = $1 and run_id = $2 and claim_id = $3',
      [orgId, runId, run.claimId],
    )
    if (released.rowCount === 0) return
    const error = permanent('engine.set_aside', reason)
    await Promise.all([
      tx.query(
        `update flow.runs set status = 'failed', error = $3, finished_at = now(), started_at = coalesce(started_at, now()),
           steps = coalesce((select (state->>'step')::int from flow.run_states where org_id = $1 and run_id = $2), steps)
         where org_id = $1 and id = $2`,
        [orgId, runId, JSON.stringify(error)],
      ),
      tx.query(
        `insert into flow.dead_letters (org_id, run_id, workflow_id, reason, state)
         select $1, $2, $3, $4, (select state from flow.run_states where org_id = $1 and run_id = $2)
         on conflict (org_id, run_id) do update set reason = excluded.reason`,
        [orgId, runId, run.workflowId, reason],
      ),
      tx.query(
        `update flow.steps set status = 'cancelled', finished_at = now()
         where org_id = $1 and id between $2 and $3 and status in ('running', 'waiting')`,
        [orgId, ...stepIdRange(runId)],
      ),
      ...['run_states', 'timers', 'inbox', 'ready', 'waits'].map(table =>
        tx.query(`delete from flow.${table} where org_id = $1 and run_id = $2`, [orgId, runId]),
      ),
      tx.query(
        `update flow.approvals set status = 'withdrawn' where org_id = $1 and run_id = $2 and status = 'pending'`,
        [orgId, runId],
      ),
    ])
    const put = (text: string, values: readonly unknown[]) => tx.send(text, [orgId, ...values])
    leavePlaces(put, [runId])
    const endedAt = kit.clock.now()
    const durationMs = endedAt.getTime() - run.createdAt.getTime()
    const { workflowId, state } = run
    putMetrics(
      put,
      [{ workflowId, outcome: 'failed', durationMs, steps: state?.step ?? 0, error, endedAt }],
      0,
    )
    await announceEnd(kit, tx, run, { nodeId: null, reason })
    await startErrorWorkflows(kit, tx, [{ run, error: { ...error, nodeId: null, step: null } }])
    await cancelChildren(kit, tx, run)
    if (parentRunId === null || parentToken === null) return
    const failure = childFailure(runId, 'failed', error)
    await tellRuns({ kit, orgId, db: tx }, [
      { runId: parentRunId, input: { kind: 'failure', token: parentToken, error: failure } },
    ])
  })
}

/** Nobody waits for them any more: taken up again, the run starts others. */
async function cancelChildren(kit: Kit, tx: Tx, { orgId, runId }: ClaimedRun): Promise<void> {
  const children = await tx.query<{ id: string }>(
    `select id from flow.runs where org_id = $1 and parent_run_id = $2 and parent_token is not null
       and status not in ('completed', 'failed', 'cancelled')`,
    [orgId, runId],
  )
  await tellRuns(
    { kit, orgId, db: tx },
    children.rows.map(row => ({ runId: row.id, input: { kind: 'cancel' } })),
  )
}
