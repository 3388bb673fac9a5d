import { type Graph, type GraphNode, type Handle, handleOf, nodeTypes } from '#modules/flow/contract.ts'

/** The exits of a node, the error exit left out; of one that is not set up yet, those it will have for sure. */
export function exitsOf(node: Pick<GraphNode, 'type' | 'config'>): readonly Handle[] {
  const type = nodeTypes.get(node.type)
  if (!type) return []
  const config = type.config.safeParse(node.config)
  try {
    return type.handles(config.success ? config.data : node.config)
  } catch {
    // Exits that come from settings which are not there yet.
    return []
  }
}

/** Whether a kind of node starts a workflow. */
export function isTrigger(type: string): boolean {
  return nodeTypes.get(type)?.kind === 'trigger'
}

/** The first exit of a node that leads nowhere yet; undefined when each leads somewhere. */
export function openExit(graph: Graph, node: GraphNode): Handle | undefined {
  const used = new Set(graph.edges.filter(edge => edge.source === node.id).map(handleOf))
  return exitsOf(node).find(exit => !used.has(exit.id))
}

/** Whether an edge may be drawn; what is wrong with a graph beyond that is said as a problem, not forbidden. */
export function mayConnect(graph: Graph, source: string, handle: string, target: string): boolean {
  if (source === target) return false
  const to = graph.nodes.find(node => node.id === target)
  if (!to || isTrigger(to.type)) return false
  return !graph.edges.some(
    edge => edge.source === source && edge.target === target && handleOf(edge) === handle,
  )
}
