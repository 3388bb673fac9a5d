/** The routes of workflows and runs, and what they answer. Browser-safe. */

import { z } from 'zod'
import { Id, line, pageOf, Timestamp } from '#platform/contract/fields.ts'
import { type FilterFields, listQuery } from '#platform/contract/filter.ts'
import { sparseQuery } from '#platform/contract/include.ts'
import { defineRoute } from '#platform/contract/route.ts'
import { graphSchema } from './graph.ts'
import { linearSchema } from './linear.ts'

export const WorkflowStatus = z.enum(['draft', 'active', 'paused', 'archived'])

export const Workflow = z
  .object({
    id: Id,
    name: z.string(),
    description: z.string(),
    status: WorkflowStatus,
    triggerType: z.string().nullable(),
    revision: z.number().int().describe('Counts saves of the draft; send it back when saving.'),
    publishedVersion: z.number().int().nullable(),
    runCount: z.number().int().describe('Counted up to 10,000.'),
    lastRunAt: Timestamp.nullable(),
    createdAt: Timestamp,
    updatedAt: Timestamp,
  })
  .meta({ id: 'Workflow' })
export type Workflow = z.output<typeof Workflow>

export const WorkflowProblem = z.object({
  severity: z.enum(['error', 'warning']),
  code: z.string(),
  message: z.string(),
  path: z.array(z.union([z.string(), z.number()])),
  nodeId: z.string().optional(),
  edgeId: z.string().optional(),
  line: z.number().optional(),
  column: z.number().optional(),
})

export const WorkflowDetail = Workflow.extend({
  draft: graphSchema,
  published: graphSchema.nullable(),
  draftSavedBy: z
    .object({ userId: Id, name: z.string() })
    .nullable()
    .describe('Who saved the draft last; null for a program, and before anybody has.'),
  draftSavedAt: Timestamp.nullable(),
  problems: z.array(WorkflowProblem).describe('What keeps the draft from being published, and warnings.'),
}).meta({ id: 'WorkflowDetail' })
export type WorkflowDetail = z.output<typeof WorkflowDetail>

export const RunStatus = z.enum([
  'pending',
  'running',
  'waiting',
  'paused',
  'completed',
  'failed',
  'cancelled',
])
export type RunStatus = z.output<typeof RunStatus>

export const RunFailure = z.object({
  code: z.string(),
  message: z.string(),
  nodeId: z.string().optional(),
  step: z.number().int().optional(),
})

export const Run = z
  .object({
    id: Id,
    workflowId: Id,
    versionId: Id,
    status: RunStatus,
    triggerType: z.string(),
    leadId: Id.nullable(),
    leadName: z.string().nullable().describe('As the lead was called when the run started.'),
    steps: z.number().int(),
    error: RunFailure.nullable(),
    createdAt: Timestamp,
    startedAt: Timestamp.nullable(),
    finishedAt: Timestamp.nullable(),
  })
  .meta({ id: 'Run' })
export type Run = z.output<typeof Run>

export const Step = z
  .object({
    number: z.number().int(),
    attempt: z.number().int(),
    nodeId: z.string(),
    nodeType: z.string(),
    status: z.enum(['running', 'waiting', 'completed', 'failed', 'cancelled']),
    exits: z.array(z.string()).describe('The exits it left by; empty until it is over.'),
    path: z
      .string()
      .describe(
        'The rounds of the loops it belongs to, outermost first, such as `each.0/inner.12`; empty outside loops.',
      ),
    input: z.unknown(),
    output: z.unknown(),
    error: RunFailure.nullable(),
    startedAt: Timestamp,
    finishedAt: Timestamp.nullable(),
  })
  .meta({ id: 'Step' })
export type Step = z.output<typeof Step>

export const RunDetail = Run.extend({
  workflowName: z.string(),
  version: z.number().int(),
  graph: graphSchema.describe('The graph of the version this run follows.'),
  input: z.unknown(),
  stepList: z.array(Step),
  logs: z.array(
    z.object({
      level: z.enum(['debug', 'info', 'warn', 'error']),
      message: z.string(),
      nodeId: z.string().nullable(),
      step: z.number().int().nullable(),
      at: Timestamp,
    }),
  ),
  replayOf: Id.nullable().describe('The run that this one repeats.'),
  nextWakeAt: Timestamp.nullable().describe('When the earliest of its timers fires, while it waits.'),
}).meta({ id: 'RunDetail' })
export type RunDetail = z.output<typeof RunDetail>

const WorkflowPath = z.object({ workflowId: Id })

export const WORKFLOW_FIELDS = {
  name: { type: 'text', sort: true },
  status: { type: 'enum', values: WorkflowStatus.options, sort: true },
  triggerType: { type: 'text' },
  createdAt: { type: 'time', sort: true },
  updatedAt: { type: 'time', sort: true },
} as const satisfies FilterFields

export const RUN_FIELDS = {
  status: { type: 'enum', values: RunStatus.options },
  triggerType: { type: 'text' },
  versionId: { type: 'id' },
  leadId: { type: 'id' },
  replayOf: { type: 'id' },
  steps: { type: 'number', isWhole: true },
  createdAt: { type: 'time', sort: true },
  startedAt: { type: 'time' },
  finishedAt: { type: 'time' },
} as const satisfies FilterFields

export const listWorkflows = defineRoute({
  id: 'flow.workflow.list',
  method: 'GET',
  path: '/v1/workflows',
  summary: 'List workflows, by name',
  access: 'workflows:read',
  query: listQuery(WORKFLOW_FIELDS, 'by name').extend({
    limit: z.coerce.number().int().min(1).max(500).default(500),
  }),
  response: pageOf(Workflow),
})

export const getWorkflow = defineRoute({
  id: 'flow.workflow.get',
  method: 'GET',
  path: '/v1/workflows/:workflowId',
  summary: 'Read a workflow with its draft and published graph',
  access: 'workflows:read',
  params: WorkflowPath,
  response: WorkflowDetail,
  versioned: true,
})

export const createWorkflow = defineRoute({
  id: 'flow.workflow.create',
  method: 'POST',
  path: '/v1/workflows',
  summary: 'Create a workflow',
  description: 'With `linear` its draft is that row of steps; otherwise it is empty.',
  access: 'workflows:write',
  body: z.strictObject({
    name: line(200),
    description: z.string().max(2000).optional(),
    linear: linearSchema.optional(),
  }),
  response: WorkflowDetail,
  status: 201,
  errors: ['flow.invalid_graph'],
})

export const saveDraft = defineRoute({
  id: 'flow.workflow.save_draft',
  method: 'PUT',
  path: '/v1/workflows/:workflowId/draft',
  summary: 'Replace the draft of a workflow',
  description:
    'A draft may have problems; the answer lists them. `revision` or If-Match guards against overwriting what somebody else saved; one of both is needed.',
  access: 'workflows:write',
  params: WorkflowPath,
  body: z.strictObject({ graph: graphSchema, revision: z.number().int().min(0).optional() }),
  response: WorkflowDetail,
  errors: ['flow.draft_changed', 'flow.invalid_graph', 'request.precondition_required'],
  versioned: true,
  bodyLimit: 4_194_304,
  example: {
    body: {
      graph: {
        nodes: [
          { id: 'form', type: 'form_submitted', position: { x: 0, y: 0 }, config: {} },
          {
            id: 'wait',
            type: 'wait',
            position: { x: 0, y: 160 },
            config: { duration: { amount: 1, unit: 'days' } },
          },
        ],
        edges: [{ id: 'form-wait', source: 'form', target: 'wait' }],
      },
      revision: 3,
    },
  },
})

export const publishWorkflow = defineRoute({
  id: 'flow.workflow.publish',
  method: 'POST',
  path: '/v1/workflows/:workflowId/publication',
  summary: 'Publish the draft as a new version',
  description: 'New runs follow the new version; runs that are under way keep theirs.',
  access: 'workflows:write',
  params: WorkflowPath,
  response: WorkflowDetail,
  errors: ['flow.invalid_graph'],
  versioned: true,
})

export const startWorkflow = defineRoute({
  id: 'flow.run.start',
  method: 'POST',
  path: '/v1/workflows/:workflowId/runs',
  summary: 'Start a run by hand',
  description: 'The same idempotency key of a workflow gives the same run, for ever.',
  access: 'runs:write',
  params: WorkflowPath,
  body: z.strictObject({
    input: z.record(z.string().max(64), z.unknown()).default({}),
    idempotencyKey: z.string().min(1).max(255).optional(),
  }),
  response: z.object({ runId: Id, isNew: z.boolean() }),
  status: 202,
  errors: ['flow.not_published', 'flow.limit_reached'],
})

/** What a list of runs can bring along, and what that costs. */
export const RUN_INCLUDES = { steps: 10 } as const

export const ListedRun = Run.extend({
  stepList: z
    .array(Step)
    .optional()
    .describe('With `include=steps`: the first 100 steps; read the run for all of them.'),
}).meta({ id: 'ListedRun' })

export const listRuns = defineRoute({
  id: 'flow.run.list',
  method: 'GET',
  path: '/v1/workflows/:workflowId/runs',
  summary: 'List runs of a workflow, the newest first',
  access: 'runs:read',
  params: WorkflowPath,
  query: listQuery(RUN_FIELDS).extend({
    status: RunStatus.optional(),
    leadId: Id.optional(),
    ...sparseQuery(RUN_INCLUDES),
  }),
  response: pageOf(ListedRun),
  sparse: true,
})

export const getRun = defineRoute({
  id: 'flow.run.get',
  method: 'GET',
  path: '/v1/runs/:runId',
  summary: 'Read a run with its graph, steps and logs',
  access: 'runs:read',
  params: z.object({ runId: Id }),
  response: RunDetail,
})

export const NodeTypeInfo = z
  .object({
    type: z.string(),
    kind: z.enum(['trigger', 'logic', 'action', 'utility']),
    title: z.string(),
    description: z.string(),
    icon: z.string(),
    config: z.unknown().describe('JSON Schema of the settings.'),
  })
  .meta({ id: 'NodeType' })

export const listNodeTypes = defineRoute({
  id: 'flow.node_type.list',
  method: 'GET',
  path: '/v1/node-types',
  summary: 'List the kinds of nodes a workflow can have',
  access: 'workflows:read',
  response: z.object({ items: z.array(NodeTypeInfo) }),
})
