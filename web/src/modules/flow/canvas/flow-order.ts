import type { Graph, GraphNode } from '#modules/flow/contract.ts'

type Shape = Pick<Graph, 'nodes' | 'edges'>

const byPlace = (a: GraphNode, b: GraphNode) => a.position.x - b.position.x || a.position.y - b.position.y

/**
 * The nodes in the order a run meets them, each once: every node stands behind all that lead to it, and what
 * could stand at the same place goes from left to right and from top to bottom. Nodes in a circle, or behind
 * one, come last.
 */
export function flowOrder({ nodes, edges }: Shape): readonly GraphNode[] {
  const before = orders.get(nodes)
  if (before?.edges === edges) return before.order
  const order = orderOf(nodes, edges)
  orders.set(nodes, { edges, order })
  return order
}

/** The same graph is asked about by several parts of a page. */
const orders = new WeakMap<Graph['nodes'], { edges: Graph['edges']; order: readonly GraphNode[] }>()

function orderOf(nodes: Graph['nodes'], edges: Graph['edges']): GraphNode[] {
  const known = new Map(nodes.map(node => [node.id, node]))
  const open = new Map(nodes.map(node => [node.id, 0]))
  const ways = new Map<string, string[]>()
  for (const { source, target } of edges) {
    if (!known.has(source) || !known.has(target)) continue
    open.set(target, (open.get(target) ?? 0) + 1)
    const targets = ways.get(source)
    if (targets) targets.push(target)
    else ways.set(source, [target])
  }
  const ready = nodes.filter(node => open.get(node.id) === 0).sort(byPlace)
  const order: GraphNode[] = []
  for (let node = ready.shift(); node; node = ready.shift()) {
    order.push(node)
    for (const target of ways.get(node.id) ?? []) {
      const left = (open.get(target) ?? 0) - 1
      open.set(target, left)
      const next = known.get(target)
      if (left === 0 && next) ready.push(next)
    }
    ready.sort(byPlace)
  }
  const placed = new Set(order.map(node => node.id))
  return [...order, ...nodes.filter(node => !placed.has(node.id)).sort(byPlace)]
}
