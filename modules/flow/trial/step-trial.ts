import type { z } from 'zod'
import type { Context } from '#platform/context.ts'
import type { Json, JsonObject } from '#platform/contract/plain-data.ts'
import type { Visibility } from '#platform/db/visibility.ts'
import type { Http } from '#platform/http/handlers.ts'
import { newId } from '#platform/ids.ts'
import { flowErrors } from '../errors.ts'
import type { Graph, GraphNode } from '../graph.ts'
import { type GraphProblemCode, validateGraph } from '../graph-problems.ts'
import { nodeTypes } from '../nodes/catalogue.ts'
import { exitsOf } from '../run-reads.ts'
import { invalidGraph } from '../workflows.ts'
import { errorOf, shownStep, shownTrial } from './draft-runs.ts'
import { inputInRounds, loneNode, type StepInput, stateBefore } from './lone-node.ts'
import { occasionOf, usualOccasion } from './occasions.ts'
import { nodesBefore, type SampleSources, sampleInput } from './sample-input.ts'
import { cutScope, scopeOfInput } from './sample-scope.ts'
import { standInWorld } from './stand-ins.ts'
import type { NodeTest, NodeTestRequest } from './trial-api.ts'
import { type Allowance, inTurn, Pace } from './trial-pace.ts'
import { tryRun } from './trial-run.ts'
import { lastOfDraft, readTried, seesRuns } from './trial-sources.ts'

const ALLOWANCE: Allowance = { steps: 2_000, ms: 30_000, bytes: 4 * 1024 * 1024 }
/** Problems that keep a step from being run at all; the others are about the graph around it. */
const OWN_PROBLEMS: ReadonlySet<GraphProblemCode> = new Set([
  'unknown_node_type',
  'invalid_config',
  'template_error',
  'condition_error',
])

interface NodeTestPlan {
  readonly orgId: string
  readonly visibility: Visibility
  readonly sources: SampleSources
  readonly node: GraphNode
  readonly request: NodeTestRequest
}

/**
 * Reads what a test of one step needs. Throws `request.not_found`, `flow.no_such_step`, and `flow.invalid_graph` when the
 * step's own settings are not right.
 */
export async function readNodeTest(
  ctx: Context,
  workflowId: string,
  request: NodeTestRequest,
  http: Http,
): Promise<NodeTestPlan> {
  const { draft: saved, pins } = await readTried(ctx, workflowId)
  const { nodeId, node: given } = request
  const node = given === undefined ? saved.nodes.find(({ id }) => id === nodeId) : { ...given, id: nodeId }
  if (node === undefined) throw flowErrors.no_such_step()
  const draft = withNode(saved, node)
  const problems = validateGraph(draft, nodeTypes).filter(
    ({ nodeId: about, severity, code }) => about === nodeId && severity === 'error' && OWN_PROBLEMS.has(code),
  )
  if (problems.length > 0) throw invalidGraph(problems)
  const mayLookBack = seesRuns(http)
  const wanted = [...nodesBefore(draft, nodeId).before, nodeId]
  const last = mayLookBack ? await lastOfDraft(ctx, workflowId, draft, wanted) : new Map()
  const trigger = request.input?.trigger as JsonObject | undefined
  const occasion = trigger
    ? occasionOf(trigger, 'given', ctx.clock.now())
    : await usualOccasion(ctx, workflowId, draft, { pins, seesRuns: mayLookBack })
  const { orgId, visibility } = ctx
  return { orgId, visibility, sources: { draft, pins, last, occasion }, node, request }
}

/** The draft with other settings for one node, or with a node that is not saved yet. */
function withNode(draft: Graph, node: GraphNode): Graph {
  const isKnown = draft.nodes.some(({ id }) => id === node.id)
  const nodes = isKnown
    ? draft.nodes.map(each => (each.id === node.id ? node : each))
    : [...draft.nodes, node]
  return { ...draft, nodes }
}

/** Runs one step on what it would read. Throws `request.too_many` when too many trials are under way. */
export function runNodeTest(
  { orgId, visibility, sources, node, request }: NodeTestPlan,
  { kit, closed }: Http,
): Promise<z.input<typeof NodeTest>> {
  return inTurn(kit, orgId, async () => {
    const begun = performance.now()
    const pace = new Pace(ALLOWANCE, closed)
    const { draft, pins, last } = sources
    const read = withGiven(await sampleInput(sources, node.id, pace), request.input)
    const plan = loneNode(node)
    const runId = newId()
    const pinned = pins.get(node.id)
    const world = standInWorld(
      { kit, orgId, runId, visibility, isForReal: request.isForReal },
      // Its own pin stands in for an answer from outside, and does not keep the step from being tried.
      { pins: new Map(), sameRun: new Map(), last, exits: {}, ...(pinned === undefined ? {} : { pinned }) },
    )
    const now = kit.clock.now()
    const header = { orgId, runId, startedAt: now.getTime(), input: inputInRounds(read) }
    const arrived = draft.edges.filter(({ target, enabled }) => enabled && target === node.id).length
    const trial = await tryRun(plan, header, world, pace, stateBefore(plan, read, Math.max(1, arrived)))
    const record = trial.steps.find(({ number, nodeId }) => nodeId === node.id && number === 1)
    if (record === undefined) throw new Error('The step was not run.')
    const isTrigger = nodeTypes.get(node.type)?.kind === 'trigger'
    const output = isTrigger && record.output === null ? read.input : record.output
    const step = { ...shownStep(record), output }
    const status = trial.isStopped ? 'stopped' : trial.outcome === 'failed' ? 'failed' : 'completed'
    return {
      status,
      step,
      output,
      exits: exitsOf(record),
      error: errorOf(trial),
      ...withoutStop(shownTrial(trial, draft)),
      logs: trial.logs.slice(0, 1_000).map(({ level, message }) => ({ level, message })),
      scope: cutScope(scopeOfInput(read, now)).scope,
      durationMs: Math.round(performance.now() - begun),
    }
  })
}

function withoutStop({ effects, notes }: ReturnType<typeof shownTrial>) {
  return { effects, notes }
}

/** What was found, with what was given in its place. */
function withGiven(sample: StepInput, given: NodeTestRequest['input']): StepInput {
  if (given === undefined) return sample
  const { vars, nodes, item, index } = given
  const innermost = sample.rounds.at(-1)
  const round = {
    loop: innermost?.loop ?? 'loop',
    item: (item === undefined ? (innermost?.item ?? null) : item) as Json,
    index: index ?? innermost?.index ?? 0,
  }
  const isInRound = innermost !== undefined || item !== undefined || index !== undefined
  return {
    input: sample.input,
    vars: { ...sample.vars, ...(vars as JsonObject | undefined) },
    outputs: { ...sample.outputs, ...(nodes as Record<string, Json> | undefined) },
    rounds: isInRound ? [...sample.rounds.slice(0, -1), round] : [],
  }
}
