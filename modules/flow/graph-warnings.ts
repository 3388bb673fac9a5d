/** What a graph may do but nobody can want: it can be published, and whoever drew it should know. */

import { compileCondition } from './condition-compile.ts'
import type { Graph, GraphNode } from './graph.ts'
import type { GraphProblem } from './graph-problems.ts'
import { EACH_HANDLE, type NodeType } from './node-type.ts'
import type { Path } from './plain-data.ts'

/** A node whose settings are right, with its kind. */
export interface ReadNode {
  readonly node: GraphNode
  readonly index: number
  readonly type: NodeType
  readonly config: unknown
}

/** Kinds of nodes that take time: a round that comes to one of them is no haste. */
const TAKES_TIME: ReadonlySet<string> = new Set(['wait', 'wait_for_event', 'approval', 'sub_workflow'])
const NOTHING: ReadonlySet<string> = new Set()
/** What a condition can read of a run that is the same from its start to its end is anything but this. */
const MAY_CHANGE: ReadonlySet<string> = new Set(['now', 'vars', 'nodes', 'item', 'index', 'loops'])

/** Merges that wait for more than can come, and rounds that do nothing or that nothing ends. */
export function findWarnings(
  { edges }: Graph,
  nodes: ReadonlyMap<string, ReadNode>,
  bodies: ReadonlyMap<string, ReadonlySet<string>>,
): GraphProblem[] {
  const incoming = new Map<string, number>()
  for (const { target, enabled } of edges) if (enabled) incoming.set(target, (incoming.get(target) ?? 0) + 1)
  return [...nodes.values()].flatMap(read => {
    const message =
      read.type.join !== undefined
        ? mergeWarning(read, incoming.get(read.node.id) ?? 0)
        : roundsWarning(read, nodes, bodies.get(read.node.id) ?? NOTHING)
    if (message === null) return []
    const code = read.type.join === undefined ? 'idle_rounds' : 'dead_merge'
    return { severity: 'warning', code, message, path: ['nodes', read.index], nodeId: read.node.id }
  })
}

function mergeWarning({ node, type, config }: ReadNode, incoming: number): string | null {
  // One that nothing leads to is unreachable, which is told already.
  if (incoming === 0) return null
  const { need = 'all' } = type.join?.(config) ?? {}
  if (need !== 'all' && need > incoming)
    return `${nameOf(node)} waits for ${need} branches, but only ${incoming} can come.`
  return incoming === 1 ? `Only one branch leads to ${nameOf(node)}, so it brings nothing together.` : null
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
      : `Nothing is done in the rounds of ${nameOf(node)}: nothing leaves it by "${EACH_HANDLE}".`
  // A node whose settings are wrong may do anything once they are right.
  const [condition] = type.conditions(config)
  if (condition === undefined || inside.length < body.size) return null
  const paths = compileCondition(condition.condition).paths
  const changing = paths.filter(path => changes(path, node.id, inside))
  if (changing.length === 0)
    return `Nothing in the rounds of ${nameOf(node)} changes what it looks at, so it either does nothing or only ends after as many rounds as it may have.`
  const isHasty = changing.every(([root]) => root === 'now') && !inside.some(takesTime)
  return isHasty
    ? `${nameOf(node)} waits for a time to come, but nothing in its rounds takes any. Put a wait there.`
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

function nameOf(node: GraphNode): string {
  return `"${node.label ?? node.id}"`
}
