/**
 * A published graph, compiled once into what a run needs: nodes at fixed slots in an order in which every edge
 * points forward, exits with their edges, merge sizes, and which outputs anyone reads. A plan is plain data,
 * stored beside its graph and never changed; loaded-plan.ts turns it into functions.
 */

import { hash } from 'node:crypto'
import { canonicalJson, type Path } from '#platform/contract/plain-data.ts'
import type { Condition } from './condition.ts'
import { compileCondition } from './condition-compile.ts'
import { type Graph, handleOf, type Retry } from './graph.ts'
import { checkGraph, type GraphProblem } from './graph-problems.ts'
import { isBackEdge, roundBodies } from './graph-rounds.ts'
import { reachableFrom, topologicalOrder } from './graph-walk.ts'
import type { ReadNode } from './graph-warnings.ts'
import { EACH_HANDLE, type Join, type Purity } from './node-type.ts'
import type { NodeTypes } from './nodes/catalogue.ts'

export type PlanNode = {
  readonly id: string
  readonly type: string
  /** Parsed by the node type, its defaults filled in. */
  readonly config: unknown
  readonly purity: Purity
  readonly join: Join
  readonly incoming: number
  /** For a merge that calls off the rest: the slots of what can lead nowhere but to it. */
  readonly captives: readonly number[]
  readonly hasRounds: boolean
  /** Indices into `edges` by exit; an exit without an edge is absent. */
  readonly exits: { readonly [handle: string]: readonly number[] }
  /** Whether some template or condition reads this node's output, so that a run has to remember it. */
  readonly keepOutput: boolean
  readonly retry: Retry | null
  readonly timeoutMs: number | null
}

export type PlanEdge = {
  readonly id: string
  /** Slots, that is indices into `nodes`. */
  readonly from: number
  readonly to: number
  readonly handle: string
  readonly condition: Condition | null
}

export type Plan = {
  readonly format: 1
  /** SHA-256 over everything else in the plan: equal for graphs that do the same, wherever nodes are drawn. */
  readonly hash: string
  /** The slot of the trigger. */
  readonly entry: number
  readonly nodes: readonly PlanNode[]
  readonly edges: readonly PlanEdge[]
}

export class InvalidGraphError extends Error {
  readonly problems: readonly GraphProblem[]

  constructor(problems: readonly GraphProblem[]) {
    super(`The graph cannot be compiled: ${problems.map(problem => problem.message).join(' ')}`)
    this.name = 'InvalidGraphError'
    this.problems = problems
  }
}

/**
 * Compiles a graph. Disabled edges and what is only reached over them are left out. The order in which nodes
 * and edges are listed does not matter. Throws InvalidGraphError when the graph has errors.
 */
export function compile(graph: Graph, types: NodeTypes): Plan {
  const { problems, read, paths } = checkGraph(graph, types)
  const errors = problems.filter(problem => problem.severity === 'error')
  if (errors.length > 0) throw new InvalidGraphError(errors)
  // Without errors every node was read, under an id of its own.
  const typed = [...read.values()].sort((a, b) => byId(a.node, b.node))
  const enabled = graph.edges.filter(edge => edge.enabled).sort(byId)
  const triggers = typed.filter(({ type }) => type.kind === 'trigger').map(({ node }) => node.id)
  const live = reachableFrom(triggers, enabled)
  const bodies = roundBodies(
    typed.filter(({ type }) => type.hasRounds).map(({ node }) => node.id),
    enabled,
  )
  const edges = enabled.filter(edge => live.has(edge.source) && !isBackEdge(edge, bodies))
  const order = topologicalOrder(
    typed.map(({ node }) => node.id).filter(id => live.has(id)),
    edges,
  )
  const slots = new Map(order.map((id, slot) => [id, slot]))
  const slotOf = (id: string) => slots.get(id) ?? -1

  const planEdges = edges.map(
    (edge): PlanEdge => ({
      id: edge.id,
      from: slotOf(edge.source),
      to: slotOf(edge.target),
      handle: handleOf(edge),
      condition: edge.condition ?? null,
    }),
  )
  // What goes on in the rounds of a node ends with it.
  const ways = planEdges.filter(edge => !(bodies.has(order[edge.from] ?? '') && edge.handle === EACH_HANDLE))
  const kept = readOutputs(
    paths,
    edges.flatMap(edge => edge.condition ?? []),
  )
  const leaving = Map.groupBy(planEdges.keys(), index => planEdges[index]?.from)
  const arriving = Map.groupBy(planEdges, edge => edge.to)
  const nodes = typed
    .filter(({ node }) => live.has(node.id))
    .sort((a, b) => slotOf(a.node.id) - slotOf(b.node.id))
    .map(one => {
      const slot = slotOf(one.node.id)
      const exits = Map.groupBy(leaving.get(slot) ?? [], index => planEdges[index]?.handle ?? '')
      return planNode(one, {
        slot,
        incoming: arriving.get(slot)?.length ?? 0,
        exits: Object.fromEntries(exits),
        ways,
        kept,
      })
    })
  const content = { format: 1 as const, entry: slotOf(triggers[0] ?? ''), nodes, edges: planEdges }
  return { ...content, hash: hash('sha256', canonicalJson(content)) }
}

/** Where a node stands among the others. */
type Standing = Pick<PlanNode, 'incoming' | 'exits'> & {
  readonly slot: number
  readonly ways: readonly PlanEdge[]
  readonly kept: KeptOutputs
}

function planNode({ node, type, config }: ReadNode, standing: Standing): PlanNode {
  const { slot, incoming, exits, ways, kept } = standing
  const join = type.join?.(config) ?? ALL
  return {
    id: node.id,
    type: node.type,
    config,
    purity: type.purity,
    join,
    incoming,
    captives: join.cancelRest ? captivesOf(slot, ways) : [],
    hasRounds: type.hasRounds ?? false,
    exits,
    keepOutput: kept === 'all' || kept.has(node.id),
    retry: node.retry ?? type.retry ?? null,
    timeoutMs: node.timeoutMs ?? type.timeoutMs ?? null,
  }
}

const ALL: Join = { need: 'all', cancelRest: false }

/** The slots from which every way leads to `goal`, not counting ways that end before it. Edges point to higher slots. */
function captivesOf(goal: number, edges: readonly PlanEdge[]): number[] {
  const exits = Map.groupBy(edges, edge => edge.from)
  const captives = new Set<number>()
  for (let slot = goal - 1; slot >= 0; slot--) {
    const targets = exits.get(slot) ?? []
    if (targets.length > 0 && targets.every(({ to }) => to === goal || captives.has(to))) captives.add(slot)
  }
  return [...captives].sort((a, b) => a - b)
}

type KeptOutputs = 'all' | ReadonlySet<string>

/** The nodes whose output is read somewhere; all of them when something reads `nodes` as a whole. */
function readOutputs(ofNodes: readonly Path[], edgeConditions: readonly Condition[]): KeptOutputs {
  const ofEdges = edgeConditions.flatMap(condition => compileCondition(condition).paths)
  const reads = [...ofNodes, ...ofEdges].filter(path => path[0] === 'nodes')
  return reads.some(path => path.length === 1) ? 'all' : new Set(reads.map(path => String(path[1])))
}

function byId(a: { readonly id: string }, b: { readonly id: string }): number {
  return a.id < b.id ? -1 : 1
}
