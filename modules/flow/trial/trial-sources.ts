import type { Context } from '#platform/context.ts'
import type { Json } from '#platform/contract/plain-data.ts'
import { generalErrors } from '#platform/errors.ts'
import type { Http } from '#platform/http/handlers.ts'
import { readDraft } from '../draft-store.ts'
import type { Graph, GraphNode } from '../graph.ts'
import { type LoadedPlan, loadPlan } from '../loaded-plan.ts'
import { nodeTypes } from '../nodes/catalogue.ts'
import { nodeRunners } from '../nodes/runners.ts'
import { compileOrThrow } from '../workflows.ts'
import { lastRunIds, lastSteps, type PastStep } from './past-steps.ts'
import { readPins } from './pins.ts'
import { pinNodes } from './trial-run.ts'

/** Kinds of nodes that wait for an answer and leave by more than one exit; a pin is what they are answered. */
const ANSWERED: ReadonlySet<string> = new Set(['approval', 'wait_for_event'])

/** A workflow as a trial needs it. */
export interface Tried {
  readonly id: string
  readonly name: string
  readonly draft: Graph
  /** What is pinned, by node of the draft. */
  readonly pins: ReadonlyMap<string, Json>
}

/** Reads what is tried. Throws `request.not_found`. */
export async function readTried(ctx: Context, workflowId: string): Promise<Tried> {
  const found = await ctx.db.query<{ name: string }>(
    'select name from flow.workflows where org_id = $1 and id = $2 and deleted_at is null',
    [ctx.orgId, workflowId],
  )
  const [row] = found.rows
  if (!row) throw generalErrors.not_found()
  const [draft, pins] = [await readDraft(ctx, workflowId), await readPins(ctx, workflowId)]
  return { id: workflowId, name: row.name, draft, pins }
}

/** The draft as a plan of its own, with the pins in place. Throws `flow.invalid_graph`. */
export async function planOfDraft({ draft, pins }: Tried): Promise<LoadedPlan> {
  const compiled = compileOrThrow(draft, [])
  // For a large graph each half takes long enough that others should have their turn between them.
  await new Promise(resolve => setImmediate(resolve))
  const plan = loadPlan(compiled, nodeRunners)
  const given = [...pins].filter(([nodeId]) => {
    const type = plan.nodes.get(nodeId)?.type ?? ''
    return !ANSWERED.has(type) && nodeTypes.get(type)?.kind !== 'trigger'
  })
  pinNodes(plan, new Map(given))
  return plan
}

/** Whether what a node gives is somebody else's answer, so that what it was answered before is worth knowing. */
export function isAnswered({ type }: Pick<GraphNode, 'type'>): boolean {
  return nodeTypes.get(type)?.purity === 'remote' || ANSWERED.has(type) || type === 'sub_workflow'
}

/** The ids of all such nodes. */
export function answeredNodes({ nodes }: Graph): string[] {
  return nodes.filter(isAnswered).map(({ id }) => id)
}

/** How nodes of these ids went last, where they are still of the same kind. */
export async function lastOfDraft(
  ctx: Context,
  workflowId: string,
  { nodes }: Graph,
  nodeIds: readonly string[],
): Promise<Map<string, PastStep>> {
  const last = await lastSteps(ctx, await lastRunIds(ctx, workflowId), nodeIds)
  return sameKind(nodes, last)
}

/** Those of the steps whose nodes are of the same kind in the draft. */
export function sameKind(nodes: Graph['nodes'], steps: ReadonlyMap<string, PastStep>): Map<string, PastStep> {
  const types = new Map(nodes.map(({ id, type }) => [id, type]))
  return new Map([...steps].filter(([, { nodeId, nodeType }]) => types.get(nodeId) === nodeType))
}

/** Whether what runs were given and gave may be shown; without it a trial knows pins and made up values alone. */
export function seesRuns({ principal }: Http): boolean {
  return principal?.can('runs:read') === true
}
