import type { JsonObject } from '#platform/contract/plain-data.ts'
import { type Implemented, implement } from '#platform/http/handlers.ts'
import { decideApproval, getApproval, listApprovals } from './approvals.ts'
import {
  controlRun,
  controlRuns,
  discardDeadLetters,
  listDeadLetters,
  retryRun,
  retryRuns,
} from './control.ts'
import * as api from './control-api.ts'
import { startRuns } from './fresh-runs.ts'
import { migrateRuns } from './migrate-runs.ts'
import { replayRun } from './replay.ts'
import { getWorkflowSettings, setWorkflowSettings, setWorkflowStatus } from './workflow-status.ts'

/** The routes by which runs are steered. */
export const controlRoutes: readonly Implemented[] = [
  implement(api.controlRun, (ctx, { params, body }) => controlRun(ctx, params.runId, body.action)),
  implement(api.controlRuns, (ctx, { body }) => controlRuns(ctx, body.select, body.action)),
  implement(api.retryRun, (ctx, { params }) => retryRun(ctx, params.runId)),
  implement(api.retryRuns, (ctx, { body }) => retryRuns(ctx, body.select)),
  implement(api.replayRun, async (ctx, { params, body }) => {
    const { fromStep, version } = body
    const input = body.input as JsonObject | undefined
    const vars = body.vars as JsonObject | undefined
    return { runId: await replayRun(ctx, params.runId, { fromStep, version, input, vars }) }
  }),
  implement(api.listDeadLetters, (ctx, { query }) => listDeadLetters(ctx, query)),
  implement(api.discardDeadLetters, async (ctx, { body }) => ({
    runs: await discardDeadLetters(ctx, body.runIds),
  })),
  implement(api.startWorkflowRuns, async (ctx, { params, body }) => ({
    runs: await startRuns(
      ctx,
      body.runs.map(run => ({
        workflowId: params.workflowId,
        trigger: 'manual',
        input: run.input as JsonObject,
        ...(run.idempotencyKey === undefined ? {} : { idempotencyKey: run.idempotencyKey }),
      })),
    ),
  })),
  implement(api.getWorkflowSettings, (ctx, { params }) => getWorkflowSettings(ctx, params.workflowId)),
  implement(api.setWorkflowSettings, (ctx, { params, body }, http) =>
    setWorkflowSettings(ctx, params.workflowId, body, http.expected),
  ),
  implement(api.setWorkflowStatus, (ctx, { params, body }) =>
    setWorkflowStatus(ctx, params.workflowId, body.status),
  ),
  implement(api.migrateRuns, async (ctx, { params, body }) => ({
    runs: await migrateRuns(ctx, params.workflowId, body),
  })),
  implement(api.listApprovals, (ctx, { query }) => listApprovals(ctx, query)),
  implement(api.getApproval, (ctx, { params }) => getApproval(ctx, params.approvalId)),
  implement(api.decideApproval, (ctx, { params, body }) => decideApproval(ctx, params.approvalId, body)),
]
