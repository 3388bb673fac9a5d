import type { Json, JsonObject } from '#platform/contract/plain-data.ts'
import type { GraphNode } from '../graph.ts'
import { type LoadedPlan, loadPlan } from '../loaded-plan.ts'
import { nodeTypes } from '../nodes/catalogue.ts'
import { nodeRunners } from '../nodes/runners.ts'
import type { Plan } from '../plan.ts'
import type { RunState } from '../run-state.ts'

/** What one step reads: what the run was started with, its variables, and what steps before have left, by node. */
export interface StepInput {
  readonly input: JsonObject
  readonly vars: JsonObject
  readonly outputs: Readonly<Record<string, Json>>
  /** The rounds it is in, from the outermost to the innermost. */
  readonly rounds: readonly { readonly loop: string; readonly item: Json; readonly index: number }[]
}

/**
 * A plan of this node alone. It has one attempt and no way on, so that it is seen by which exit it leaves. Throws what
 * reading its settings throws.
 */
export function loneNode(node: GraphNode): LoadedPlan {
  const type = nodeTypes.get(node.type)
  if (type === undefined) throw new Error(`There is no kind of node called "${node.type}".`)
  const plan: Plan = {
    format: 1,
    hash: '',
    entry: 0,
    edges: [],
    nodes: [
      {
        id: node.id,
        type: node.type,
        config: type.config.parse(node.config),
        purity: type.purity,
        join: { need: 'all', cancelRest: false },
        incoming: 1,
        captives: [],
        hasRounds: type.hasRounds ?? false,
        exits: {},
        keepOutput: false,
        retry: null,
        timeoutMs: node.timeoutMs ?? type.timeoutMs ?? null,
      },
    ],
  }
  return loadPlan(plan, nodeRunners)
}

/** How a run stands that has reached the node, over so many edges. */
export function stateBefore(plan: LoadedPlan, { vars, outputs }: StepInput, arrived: number): RunState {
  const tokens = plan.start.tokens.map(token => (arrived > 1 ? { ...token, arrived } : token))
  return { ...plan.start, tokens, vars, outputs }
}

/** The run's input with what rounds add to what is read, as they would be read inside of them. */
export function inputInRounds({ input, rounds }: StepInput): JsonObject {
  const innermost = rounds.at(-1)
  if (innermost === undefined) return input
  const loops = Object.fromEntries(rounds.map(({ loop, item, index }) => [loop, { item, index }]))
  return { ...input, item: innermost.item, index: innermost.index, loops }
}
