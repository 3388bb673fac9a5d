/** The parts of a graph that run in rounds: what hangs on the exit `each` of a node with rounds. */

import { type GraphEdge, handleOf } from './graph.ts'
import { targetsOf } from './graph-walk.ts'
import { EACH_HANDLE } from './node-type.ts'

type Edge = Pick<GraphEdge, 'source' | 'target' | 'sourceHandle'>

/** The nodes in the rounds of each of the given nodes; rounds inside rounds belong to both. */
export function roundBodies(ids: readonly string[], edges: readonly Edge[]): Map<string, Set<string>> {
  const bodies = new Map<string, Set<string>>()
  if (ids.length === 0) return bodies
  const targets = targetsOf(edges)
  for (const id of ids) {
    const first = edges.filter(edge => edge.source === id && handleOf(edge) === EACH_HANDLE)
    const body = new Set(first.map(edge => edge.target).filter(target => target !== id))
    for (const inside of body) {
      for (const target of targets.get(inside) ?? []) if (target !== id) body.add(target)
    }
    bodies.set(id, body)
  }
  return bodies
}

/** Whether the edge leads from inside the rounds of a node back to it: it ends a round, as having no edge there does. */
export function isBackEdge(edge: Edge, bodies: ReadonlyMap<string, ReadonlySet<string>>): boolean {
  return bodies.get(edge.target)?.has(edge.source) ?? false
}

/** Edges that enter the rounds of a node from outside of them, or that lead on from there to what comes after. */
export function edgesIntoRounds<E extends Edge>(
  edges: readonly E[],
  bodies: ReadonlyMap<string, ReadonlySet<string>>,
): { edge: E; roundsOf: string }[] {
  const found: { edge: E; roundsOf: string }[] = []
  for (const [id, body] of bodies) {
    for (const edge of edges) {
      if (!body.has(edge.target) || body.has(edge.source)) continue
      if (edge.source !== id || handleOf(edge) !== EACH_HANDLE) found.push({ edge, roundsOf: id })
    }
  }
  return found
}
