/** The routes by which people and programs steer runs, and what they answer. Browser-safe. */

import { z } from 'zod'
import { Id, PageQuery, pageOf, Timestamp } from '#platform/contract/fields.ts'
import { defineRoute } from '#platform/contract/route.ts'
import { RunStatus } from './api.ts'
import { WorkflowSettings } from './workflow-settings.ts'

export const Approval = z
  .object({
    id: Id,
    runId: Id,
    workflowId: Id,
    workflowName: z.string(),
    leadId: Id.nullable(),
    title: z.string(),
    body: z.string(),
    roles: z.array(z.string()).describe('Members with one of these roles may decide.'),
    status: z.enum(['pending', 'approved', 'rejected', 'withdrawn']),
    expiresAt: Timestamp.nullable(),
    comment: z.string().nullable(),
    decidedBy: Id.nullable(),
    decidedAt: Timestamp.nullable(),
    createdAt: Timestamp,
  })
  .meta({ id: 'Approval' })
export type Approval = z.output<typeof Approval>

const RunPath = z.object({ runId: Id })
const WorkflowPath = z.object({ workflowId: Id })
const ApprovalPath = z.object({ approvalId: Id })

const RUNS_MAX = 1_000
const STARTS_MAX = 10_000

/** What can be asked of a run that is under way. */
export const RunControl = z.enum(['cancel', 'pause', 'resume'])
export type RunControl = z.output<typeof RunControl>

export const controlRun = defineRoute({
  id: 'flow.run.control',
  method: 'POST',
  path: '/v1/runs/:runId/control',
  summary: 'Cancel, pause or resume a run',
  description:
    'Works in every state of a run that is not over. A run under way takes it in at its next step; a call that is on its way is cut off by a cancellation.',
  access: 'workflows:write',
  params: RunPath,
  body: z.strictObject({ action: RunControl }),
  response: z.object({
    runId: Id,
    status: RunStatus.describe('As the run stands now; it changes a moment later.'),
  }),
  status: 202,
  errors: ['flow.run_over'],
})

/** Which runs a bulk operation is about: those named, or those of a workflow in one of the states. */
export const RunSelection = z.union([
  z.strictObject({ runIds: z.array(Id).min(1).max(RUNS_MAX) }),
  z.strictObject({ workflowId: Id, statuses: z.array(RunStatus).min(1) }),
])
export type RunSelection = z.output<typeof RunSelection>

export const controlRuns = defineRoute({
  id: 'flow.run.control_many',
  method: 'POST',
  path: '/v1/runs/control',
  summary: 'Cancel, pause or resume many runs',
  description: `At most ${RUNS_MAX} a request, the oldest first; \`hasMore\` says that others are left.`,
  access: 'workflows:write',
  body: z.strictObject({ action: RunControl, select: RunSelection }),
  response: z.object({ runs: z.number().int(), hasMore: z.boolean() }),
  status: 202,
})

export const retryRun = defineRoute({
  id: 'flow.run.retry',
  method: 'POST',
  path: '/v1/runs/:runId/retry',
  summary: 'Take a failed run up again at the step that failed',
  description: 'The run itself goes on, on the version it follows. What it has done is not done again.',
  access: 'workflows:write',
  params: RunPath,
  response: z.object({ runId: Id, status: RunStatus }),
  status: 202,
  errors: ['flow.run_not_failed'],
})

export const retryRuns = defineRoute({
  id: 'flow.run.retry_many',
  method: 'POST',
  path: '/v1/runs/retry',
  summary: 'Take many failed runs up again',
  description: `At most ${RUNS_MAX} a request, the oldest first; \`hasMore\` says that others are left.`,
  access: 'workflows:write',
  body: z.strictObject({
    select: z.union([
      z.strictObject({ runIds: z.array(Id).min(1).max(RUNS_MAX) }),
      z.strictObject({ workflowId: Id, nodeId: z.string().max(64).optional() }),
    ]),
  }),
  response: z.object({ runs: z.number().int(), hasMore: z.boolean() }),
  status: 202,
})

export const replayRun = defineRoute({
  id: 'flow.run.replay',
  method: 'POST',
  path: '/v1/runs/:runId/replay',
  summary: 'Repeat a run from its trigger or from one of its steps',
  description:
    'Starts a new run that is linked to this one. From a step, what came before it is taken over and not done again; steps inside a loop are repeated with their loop.',
  access: 'workflows:write',
  params: RunPath,
  body: z.strictObject({
    fromStep: z
      .number()
      .int()
      .min(1)
      .nullable()
      .default(null)
      .describe('The number of a step; null for the trigger.'),
    input: z
      .record(z.string(), z.unknown())
      .optional()
      .describe('What started the run, when it is to be another.'),
    vars: z
      .record(z.string(), z.unknown())
      .optional()
      .describe('The variables at that step, when they are to be others.'),
    version: z.enum(['same', 'latest']).default('same'),
  }),
  response: z.object({ runId: Id }),
  status: 201,
  errors: ['flow.step_not_repeatable', 'flow.not_published', 'flow.limit_reached'],
})

export const DeadLetter = z
  .object({
    runId: Id,
    workflowId: Id,
    workflowName: z.string(),
    nodeId: z.string().nullable(),
    reason: z.string(),
    leadName: z.string().nullable(),
    failedAt: Timestamp,
  })
  .meta({ id: 'DeadLetter' })
export type DeadLetter = z.output<typeof DeadLetter>

export const listDeadLetters = defineRoute({
  id: 'flow.dead_letter.list',
  method: 'GET',
  path: '/v1/dead-letters',
  summary: 'List runs that failed for good, the newest first',
  access: 'workflows:read',
  query: PageQuery.extend({ workflowId: Id.optional() }),
  response: pageOf(DeadLetter),
})

export const discardDeadLetters = defineRoute({
  id: 'flow.dead_letter.discard',
  method: 'POST',
  path: '/v1/dead-letters/discard',
  summary: 'Forget failed runs that need no more attention',
  description: 'The runs stay in the history; they can no longer be taken up again where they failed.',
  access: 'workflows:write',
  body: z.strictObject({ runIds: z.array(Id).min(1).max(RUNS_MAX) }),
  response: z.object({ runs: z.number().int() }),
})

export const startWorkflowRuns = defineRoute({
  id: 'flow.run.start_many',
  method: 'POST',
  path: '/v1/workflows/:workflowId/runs/bulk',
  summary: 'Start many runs of a workflow',
  description: `Up to ${STARTS_MAX.toLocaleString('en')} in one transaction: all of them are started or none is. A key that has started a run before gives that run.`,
  access: 'workflows:write',
  params: WorkflowPath,
  body: z.strictObject({
    runs: z
      .array(
        z.strictObject({
          input: z.record(z.string(), z.unknown()).default({}),
          idempotencyKey: z.string().min(1).max(200).optional(),
        }),
      )
      .min(1)
      .max(STARTS_MAX),
  }),
  response: z.object({ runs: z.array(z.object({ runId: Id, isNew: z.boolean() })) }),
  status: 202,
  errors: ['flow.not_published', 'flow.limit_reached'],
})

export const getWorkflowSettings = defineRoute({
  id: 'flow.workflow.get_settings',
  method: 'GET',
  path: '/v1/workflows/:workflowId/settings',
  summary: 'Read the limits of a workflow and what happens when a run fails',
  access: 'workflows:read',
  params: WorkflowPath,
  response: WorkflowSettings,
  versioned: true,
})

export const setWorkflowSettings = defineRoute({
  id: 'flow.workflow.set_settings',
  method: 'PUT',
  path: '/v1/workflows/:workflowId/settings',
  summary: 'Set the limits of a workflow and what happens when a run fails',
  access: 'workflows:write',
  params: WorkflowPath,
  body: WorkflowSettings,
  response: WorkflowSettings,
  versioned: true,
})

export const setWorkflowStatus = defineRoute({
  id: 'flow.workflow.set_status',
  method: 'POST',
  path: '/v1/workflows/:workflowId/status',
  summary: 'Pause, resume or archive a workflow',
  description: 'A paused or archived workflow starts no runs. Runs under way are not touched.',
  access: 'workflows:write',
  params: WorkflowPath,
  body: z.strictObject({ status: z.enum(['active', 'paused', 'archived']) }),
  response: z.object({ status: z.enum(['draft', 'active', 'paused', 'archived']) }),
  errors: ['flow.not_published'],
})

export const migrateRuns = defineRoute({
  id: 'flow.run.migrate',
  method: 'POST',
  path: '/v1/workflows/:workflowId/runs/migrate',
  summary: 'Move runs under way to the published version',
  description:
    'Runs that stand where the published version has the same kind of node go on there; the others stay on their version and say so in their log.',
  access: 'workflows:write',
  params: WorkflowPath,
  body: z.strictObject({
    fromVersion: z.number().int().min(1),
    nodes: z
      .record(z.string(), z.string())
      .default({})
      .describe('What nodes are called in the published version, for those that are called otherwise.'),
  }),
  response: z.object({ runs: z.number().int().describe('How many runs were asked to move.') }),
  status: 202,
  errors: ['flow.not_published'],
})

export const listApprovals = defineRoute({
  id: 'flow.approval.list',
  method: 'GET',
  path: '/v1/approvals',
  summary: 'List decisions that runs wait for, the newest first',
  access: 'workflows:read',
  query: PageQuery.extend({ status: Approval.shape.status.optional() }),
  response: pageOf(Approval),
})

export const getApproval = defineRoute({
  id: 'flow.approval.get',
  method: 'GET',
  path: '/v1/approvals/:approvalId',
  summary: 'Read a decision that a run waits for',
  access: 'workflows:read',
  params: ApprovalPath,
  response: Approval,
})

export const decideApproval = defineRoute({
  id: 'flow.approval.decide',
  method: 'POST',
  path: '/v1/approvals/:approvalId/decision',
  summary: 'Approve or reject, and let the run go on',
  access: 'leads:write',
  params: ApprovalPath,
  body: z.strictObject({
    decision: z.enum(['approved', 'rejected']),
    comment: z.string().max(2_000).default(''),
  }),
  response: Approval,
  errors: ['flow.approval_closed', 'flow.approval_not_yours'],
})
