/** The routes by which a draft is tried out, and what they answer. Browser-safe. */

import { z } from 'zod'
import { Id, Timestamp } from '#platform/contract/fields.ts'
import { defineRoute } from '#platform/contract/route.ts'
import { RunDetail, RunFailure, Step } from '../api.ts'
import { graphIdSchema, graphNodeSchema } from '../graph.ts'

/** The largest data that can be pinned, in bytes of JSON. */
export const PIN_BYTES_MAX = 64 * 1024
/** How many past occasions a dry run looks at, at most. */
export const DRY_RUN_EVENTS_MAX = 1_000
/** How many of them it shows with their steps. */
export const DRY_RUN_EXAMPLES = 10

/** Steps whose point is by which exit they are left; there is nothing of theirs that others would read. */
const DECIDING: ReadonlySet<string> = new Set([
  'condition',
  'switch',
  'random_split',
  'filter',
  'merge',
  'loop',
  'repeat',
  'wait',
  'stop',
  'fail',
])

/** Whether what a node of this kind gives can be pinned. */
export function isPinnable({ type }: { readonly type: string }): boolean {
  return !DECIDING.has(type)
}

const WorkflowPath = z.object({ workflowId: Id })
const PinPath = z.object({ workflowId: Id, nodeId: graphIdSchema })

/**
 * Where a value comes from: given with the request, pinned, a real run of this workflow, made by the draft itself just now,
 * or made up after the kind of trigger or step because nothing better is known.
 */
export const SampleOrigin = z.enum(['given', 'pin', 'run', 'draft', 'made_up'])
export type SampleOrigin = z.output<typeof SampleOrigin>

export const Variable = z
  .object({
    path: z.string().describe('As templates and conditions write it, for example `lead.fields.budget`.'),
    title: z.string().describe('What people call it.'),
    group: z.string().describe('What it belongs to, such as Lead or the name of the step.'),
    nodeId: z.string().nullable().describe('The step it comes from; null for what the run itself has.'),
    type: z.enum(['text', 'number', 'boolean', 'list', 'object', 'empty']),
    sample: z.unknown().describe('A value it has; long texts, lists and objects are cut.'),
    origin: SampleOrigin,
  })
  .meta({ id: 'WorkflowVariable' })
export type Variable = z.output<typeof Variable>

export const listVariables = defineRoute({
  id: 'flow.variable.list',
  method: 'GET',
  path: '/v1/workflows/:workflowId/variables',
  summary: 'List what a step of the draft can read, with samples',
  description:
    'Samples come from what is pinned, else from the last run, else from the draft and its kind of trigger. `scope` has all of them as one object that a template can be previewed with.',
  access: 'workflows:read',
  params: WorkflowPath,
  query: z.strictObject({
    nodeId: graphIdSchema,
    after: z
      .enum(['true', 'false'])
      .default('false')
      .describe(
        'Whether what the step itself leaves belongs to it, as for the condition of an edge behind it.',
      ),
  }),
  response: z.object({
    items: z.array(Variable),
    scope: z.record(z.string(), z.unknown()),
    isCut: z.boolean().describe('Whether there is more than is listed.'),
  }),
  errors: ['flow.no_such_step'],
})

export const Pin = z
  .object({
    nodeId: z.string(),
    data: z.unknown().describe('What the step gives; for the trigger, what the run is started with.'),
    pinnedBy: Id.nullable(),
    pinnedAt: Timestamp,
  })
  .meta({ id: 'WorkflowPin' })
export type Pin = z.output<typeof Pin>

export const listPins = defineRoute({
  id: 'flow.pin.list',
  method: 'GET',
  path: '/v1/workflows/:workflowId/pins',
  summary: 'List what steps of the draft are pinned to',
  access: 'workflows:read',
  params: WorkflowPath,
  response: z.object({ items: z.array(Pin) }),
})

export const setPin = defineRoute({
  id: 'flow.pin.set',
  method: 'PUT',
  path: '/v1/workflows/:workflowId/pins/:nodeId',
  summary: 'Pin what a step gives while the draft is tried out',
  description: 'Real runs never use it. The trigger can be pinned to what a run is started with.',
  access: 'workflows:write',
  params: PinPath,
  body: z.strictObject({ data: z.unknown() }),
  response: Pin,
  errors: ['flow.not_pinnable', 'flow.pin_too_large'],
})

export const removePin = defineRoute({
  id: 'flow.pin.remove',
  method: 'DELETE',
  path: '/v1/workflows/:workflowId/pins/:nodeId',
  summary: 'Take a pin away',
  access: 'workflows:write',
  params: PinPath,
})

export const TrialEffect = z
  .object({
    kind: z.string().describe('Such as `send_email`.'),
    nodeId: z.string(),
    step: z.number().int(),
    path: z.string(),
    title: z.string().describe('What would be done, in one sentence.'),
    details: z.array(z.object({ label: z.string(), value: z.string() })),
  })
  .meta({ id: 'TrialEffect' })
export type TrialEffect = z.output<typeof TrialEffect>

/** Where a trial had to do without the world, and what it did instead. */
export const TrialNote = z
  .object({
    kind: z.enum(['pinned', 'from_run', 'gap', 'skipped_wait', 'assumed', 'for_real', 'stopped']),
    nodeId: z.string().nullable(),
    step: z.number().int().nullable(),
    text: z.string().describe('In one sentence.'),
    until: Timestamp.nullable().describe('For a wait that was skipped: when it would have ended.'),
  })
  .meta({ id: 'TrialNote' })
export type TrialNote = z.output<typeof TrialNote>

const NodeTestInput = z
  .strictObject({
    trigger: z.record(z.string(), z.unknown()).optional().describe('What the run is started with.'),
    vars: z.record(z.string(), z.unknown()).optional(),
    nodes: z.record(graphIdSchema, z.unknown()).optional().describe('What steps before have left, by step.'),
    item: z.unknown().optional().describe('The item of the round, inside a loop.'),
    index: z.number().int().min(0).optional(),
  })
  .describe('What the step reads. What is left out is taken from pins, the last run or made up.')

export const NodeTestRequest = z.strictObject({
  nodeId: graphIdSchema,
  node: graphNodeSchema.optional().describe('Settings to try instead of those in the draft.'),
  input: NodeTestInput.optional(),
  isForReal: z.boolean().default(false),
})
export type NodeTestRequest = z.output<typeof NodeTestRequest>

export const NodeTest = z
  .object({
    status: z.enum(['completed', 'failed', 'stopped']),
    step: Step,
    output: z.unknown(),
    exits: z.array(z.string()),
    error: RunFailure.nullable(),
    effects: z.array(TrialEffect),
    notes: z.array(TrialNote),
    logs: z.array(z.object({ level: z.enum(['debug', 'info', 'warn', 'error']), message: z.string() })),
    scope: z.record(z.string(), z.unknown()).describe('What the step could read, cut where it is long.'),
    durationMs: z.number(),
  })
  .meta({ id: 'NodeTest' })

export const testNode = defineRoute({
  id: 'flow.node.test',
  method: 'POST',
  path: '/v1/workflows/:workflowId/node-tests',
  summary: 'Try one step of the draft',
  description:
    'What a step would change is described and not done. A request to another system is made only with `isForReal`; code and look-ups are run.',
  access: 'workflows:write',
  idempotent: false,
  params: WorkflowPath,
  body: NodeTestRequest,
  response: NodeTest,
  errors: ['flow.invalid_graph', 'flow.no_such_step', 'request.too_many'],
})

export const DraftRun = RunDetail.extend({
  versionId: Id.describe('The id of the trial itself, because a draft is no version.'),
  version: z.number().int().describe('0, because a draft is no version.'),
  inputOrigin: SampleOrigin,
  effects: z.array(TrialEffect),
  notes: z.array(TrialNote),
  isStopped: z.boolean().describe('Whether the trial was ended before its end, because it took too long.'),
  durationMs: z.number().describe('How long it would take, the waits included, by the clock of the run.'),
}).meta({ id: 'DraftRun' })
export type DraftRun = z.output<typeof DraftRun>

export const runDraft = defineRoute({
  id: 'flow.draft.run',
  method: 'POST',
  path: '/v1/workflows/:workflowId/draft-runs',
  summary: 'Run the whole draft without doing anything',
  description:
    'Takes what starts it from `input`, from a past run, from a past event, or else from the pinned trigger or the last run. What steps would change is described and not done, waits are skipped, and calls to other systems are answered by pins or by what they answered last.',
  access: 'workflows:write',
  idempotent: false,
  params: WorkflowPath,
  body: z
    .strictObject({
      input: z.record(z.string().max(64), z.unknown()).optional(),
      runId: Id.optional().describe('Started as this run was, at the same time.'),
      eventId: Id.optional().describe('Started as by this event, at the same time.'),
      exits: z
        .record(graphIdSchema, z.string().max(64))
        .optional()
        .describe('By which exit approvals and waits for events are left, by step.'),
    })
    .refine(
      ({ input, runId, eventId }) => [input, runId, eventId].filter(each => each !== undefined).length <= 1,
      'Give one of input, runId and eventId.',
    ),
  response: DraftRun,
  errors: ['flow.invalid_graph', 'flow.not_startable_by', 'request.too_many'],
  example: { body: { input: { lead: { name: 'Ada Lovelace', email: 'ada@example.com' } } } },
})

export const DryRunExample = z
  .object({
    eventId: Id.nullable(),
    runId: Id.nullable().describe('The run that there was, when it is known.'),
    title: z.string().describe('What happened, in one line.'),
    at: Timestamp,
    leadId: Id.nullable(),
    leadName: z.string().nullable(),
    status: RunDetail.shape.status,
    error: RunFailure.nullable(),
    steps: z.array(
      Step.pick({
        number: true,
        attempt: true,
        nodeId: true,
        nodeType: true,
        status: true,
        exits: true,
        path: true,
      }),
    ),
    effects: z.array(TrialEffect),
    notes: z.array(TrialNote),
    isStopped: z.boolean(),
    durationMs: z.number(),
  })
  .meta({ id: 'DryRunExample' })
export type DryRunExample = z.output<typeof DryRunExample>

export const DryRun = z
  .object({
    what: z.string().describe('What was looked at, in plural, such as "form submissions".'),
    looked: z.number().int().describe('How many of them there were.'),
    since: Timestamp.nullable().describe('The time of the first of them.'),
    wouldRun: z.number().int().describe('How many would have started a run.'),
    walked: z.number().int().describe('How many of these were followed to their end in the time there is.'),
    outcomes: z.object({
      completed: z.number().int(),
      failed: z.number().int(),
      other: z.number().int(),
    }),
    effects: z
      .array(z.object({ kind: z.string(), nodeId: z.string(), title: z.string(), count: z.number().int() }))
      .describe('What all that were followed would have done.'),
    examples: z.array(DryRunExample),
    graph: RunDetail.shape.graph,
  })
  .meta({ id: 'DryRun' })

export const dryRun = defineRoute({
  id: 'flow.draft.dry_run',
  method: 'POST',
  path: '/v1/workflows/:workflowId/dry-runs',
  summary: 'Say what the draft would have done with what happened lately',
  description:
    'Looks at the last events, deliveries or slots of the kind the draft starts by. Ten of those that would have started it are shown with their steps; read one whole with a draft run.',
  access: 'workflows:write',
  idempotent: false,
  cost: 5,
  params: WorkflowPath,
  body: z.strictObject({
    last: z.number().int().min(1).max(DRY_RUN_EVENTS_MAX).default(100),
  }),
  response: DryRun,
  errors: ['flow.invalid_graph', 'request.too_many'],
})
