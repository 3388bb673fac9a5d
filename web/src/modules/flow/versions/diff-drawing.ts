import { diffGraphs, type Graph } from '#modules/flow/contract.ts'
import type { DiffMark } from './change-words.ts'

/** Two graphs as one drawing: everything that is in either, and what became of it. */
export interface DiffDrawing {
  readonly graph: Graph
  /** By the id of the node. */
  readonly nodes: ReadonlyMap<string, DiffMark>
  /** By the id of the edge in the drawing. */
  readonly edges: ReadonlyMap<string, DiffMark>
}

/**
 * The second graph with what was taken out of the first one in its old place. A removed edge whose id is used for another one
 * by now gets an id of its own, so that both are drawn.
 */
export function diffDrawing(before: Graph, after: Graph): DiffDrawing {
  const nodes = new Map<string, DiffMark>()
  const edges = new Map<string, DiffMark>()
  const gone: { nodes: Graph['nodes']; edges: Graph['edges'] } = { nodes: [], edges: [] }
  for (const change of diffGraphs(before, after)) {
    if (change.of === 'note' || change.kind === 'moved') continue
    const marks = change.of === 'node' ? nodes : edges
    marks.set(change.id, change.kind)
    if (change.kind !== 'removed') {
      const isElsewhere =
        change.of === 'edge' &&
        change.kind === 'changed' &&
        (change.before.source !== change.after.source || change.before.target !== change.after.target)
      if (isElsewhere) {
        gone.edges.push({ ...change.before, id: `${change.id}_before` })
        edges.set(`${change.id}_before`, 'removed')
        edges.set(change.id, 'added')
      }
    } else if (change.of === 'node') gone.nodes.push(change.before)
    else gone.edges.push(change.before)
  }
  const graph = {
    ...after,
    nodes: [...after.nodes, ...gone.nodes],
    edges: [...after.edges, ...gone.edges],
  }
  return { graph, nodes, edges }
}
