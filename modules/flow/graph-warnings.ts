/** What a graph may do but nobody can want: it can be published, and whoever drew it should know. */

import type { Path } from '#platform/contract/plain-data.ts'
import { compileCondition } from './condition-compile.ts'
import { type Graph, type GraphEdge, type GraphNode, handleOf } from './graph.ts'
import type { GraphProblem } from './graph-problems.ts'
import { EACH_HANDLE, type NodeType } from './node-type.ts'
import type { SwitchConfig } from './nodes/switch.ts'

/** A node whose settings are right, with its kind. */
export interface ReadNode {
  readonly node: GraphNode
  readonly index: number
  readonly type: NodeType
  readonly config: unknown
}

/** Kinds of nodes that take time: a round that comes to one of them is no haste. */
const TAKES_TIME: ReadonlySet<string> = new Set(['wait', 'wait_for_event', 'approval', 'sub_workflow'])
/** Kinds of nodes that always leave by one of their exits. */
const TAKES_ONE_EXIT: ReadonlySet<string> = new Set([
  'condition',
  'approval',
  'wait_for_event',
  'random_split',
])
const NOTHING: ReadonlySet<string> = new Set()
/** What a condition can read of a run that is the same from its start to its end is anything but this. */
const MAY_CHANGE: ReadonlySet<string> = new Set(['now', 'vars', 'nodes', 'item', 'index', 'loops'])

/** Merges that wait for more than can come, and rounds that do nothing or that nothing ends. */
export function findWarnings(
  { edges }: Graph,
  nodes: ReadonlyMap<string, ReadNode>,
  bodies: ReadonlyMap<string, ReadonlySet<string>>,
): GraphProblem[] {
  const incoming = Map.groupBy(
    edges.filter(edge => edge.enabled),
    edge => edge.target,
  )
  return [...nodes.values()].flatMap(read => {
    const message =
      read.type.join !== undefined
        ? mergeWarning(read, nodes, incoming)
        : roundsWarning(read, nodes, bodies.get(read.node.id) ?? NOTHING)
    if (message === null) return []
    const code = read.type.join === undefined ? 'idle_rounds' : 'dead_merge'
    return { severity: 'warning', code, message, path: ['nodes', read.index], nodeId: read.node.id }
  })
}

type Incoming = ReadonlyMap<string, readonly GraphEdge[]>

function mergeWarning(
  { node, type, config }: ReadNode,
  nodes: ReadonlyMap<string, ReadNode>,
  incoming: Incoming,
): string | null {
  const ways = incoming.get(node.id) ?? []
  // One that nothing leads to is unreachable, which is told already.
  if (ways.length === 0) return null
  const { need = 'all' } = type.join?.(config) ?? {}
  if (need !== 'all' && need > ways.length)
    return `${calledBy(node, type)} waits for ${need} branches, but only ${ways.length} can come.`
  if (ways.length === 1)
    return `Only one branch leads to ${calledBy(node, type)}, so it brings nothing together.`
  const parting = need === 'all' || need === 1 ? null : partingOf(ways, need, nodes, incoming)
  return parting === null
    ? null
    : `${calledBy(node, type)} waits for ${need} branches, but they part at ${calledBy(parting.node, parting.type)}, which takes only one exit.`
}

/** A node that takes one exit only, and behind none of whose exits as many of the ways begin as are needed. */
function partingOf(
  ways: readonly GraphEdge[],
  need: number,
  nodes: ReadonlyMap<string, ReadNode>,
  incoming: Incoming,
): ReadNode | null {
  const choices = ways.map(way => choicesBefore(way, nodes, incoming))
  for (const id of choices[0]?.keys() ?? []) {
    const exits = choices.map(choice => choice.get(id))
    if (exits.includes(undefined)) continue
    const together = Math.max(
      ...Map.groupBy(exits, exit => exit)
        .values()
        .map(group => group.length),
    )
    if (together < need) return nodes.get(id) ?? null
  }
  return null
}

/** The nodes that have to take a certain exit for a way to be taken, as far as one single way leads there, with the exit. */
function choicesBefore(
  way: GraphEdge,
  nodes: ReadonlyMap<string, ReadNode>,
  incoming: Incoming,
): Map<string, string> {
  const choices = new Map<string, string>()
  const seen = new Set<string>()
  for (let edge: GraphEdge | undefined = way; edge !== undefined && !seen.has(edge.source); ) {
    seen.add(edge.source)
    const source = nodes.get(edge.source)
    if (source !== undefined && takesOneExit(source)) choices.set(edge.source, handleOf(edge))
    const [before, ...more]: readonly GraphEdge[] = incoming.get(edge.source) ?? []
    edge = more.length === 0 ? before : undefined
  }
  return choices
}

function takesOneExit({ type, config }: ReadNode): boolean {
  if (type.type === 'switch') return (config as SwitchConfig).all !== true
  return TAKES_ONE_EXIT.has(type.type)
}

function roundsWarning(
  { node, type, config }: ReadNode,
  nodes: ReadonlyMap<string, ReadNode>,
  body: ReadonlySet<string>,
): string | null {
  if (type.hasRounds !== true) return null
  const isCollecting = type.templates(config).some(({ path }) => path[0] === 'collect')
  const inside = [...body].flatMap(id => nodes.get(id) ?? [])
  if (body.size === 0)
    return isCollecting
      ? null
      : `Nothing is done in the rounds of ${calledBy(node, type)}: nothing leaves it by "${EACH_HANDLE}".`
  // A node whose settings are wrong may do anything once they are right.
  const [condition] = type.conditions(config)
  if (condition === undefined || inside.length < body.size) return null
  const paths = compileCondition(condition.condition).paths
  const changing = paths.filter(path => changes(path, node.id, inside))
  if (changing.length === 0)
    return `Nothing in the rounds of ${calledBy(node, type)} changes what it looks at, so it either does nothing or only ends after as many rounds as it may have.`
  const isHasty = changing.every(([root]) => root === 'now') && !inside.some(takesTime)
  return isHasty
    ? `${calledBy(node, type)} waits for a time to come, but nothing in its rounds takes any. Put a wait there.`
    : null
}

function takesTime({ type }: ReadNode): boolean {
  return TAKES_TIME.has(type.type) || type.purity === 'remote'
}

/** Whether what is read at this path can be something else after a round. */
function changes([root, name]: Path, ownId: string, inside: readonly ReadNode[]): boolean {
  if (!MAY_CHANGE.has(String(root))) return false
  if (root === 'vars') return inside.some(({ type }) => type.type === 'set_fields')
  if (root === 'nodes' && name !== undefined)
    return name === ownId || inside.some(({ node }) => node.id === name)
  return true
}

/** What a node is called in a problem, in quotes: by its author, else by its kind. */
export function calledBy(node: GraphNode, type: NodeType | undefined): string {
  return `"${node.label || type?.title || node.id}"`
}
