import {
  type Graph,
  graphEdgeSchema,
  graphNodeSchema,
  graphNoteSchema,
  type MergeConflict,
} from '#modules/flow/contract.ts'
import { withNotes } from './places.ts'
import type { Edit } from './step-edits.ts'

/** Takes in place of mine what somebody else has where both changed the same. */
export function withTheirs(graph: Graph, conflict: MergeConflict): Edit | undefined {
  const words = 'Took what the other person has.'
  switch (conflict.of) {
    case 'node': {
      const nodes = replaced(graph.nodes, conflict, value => graphNodeSchema.safeParse(value).data)
      if (!nodes) return undefined
      const ids = new Set(nodes.map(({ id }) => id))
      const edges = graph.edges.filter(edge => ids.has(edge.source) && ids.has(edge.target))
      return { graph: { ...graph, nodes, edges }, words }
    }
    case 'edge': {
      const edges = replaced(graph.edges, conflict, value => graphEdgeSchema.safeParse(value).data)
      const ids = new Set(graph.nodes.map(({ id }) => id))
      const whole = edges?.filter(edge => ids.has(edge.source) && ids.has(edge.target))
      return whole && { graph: { ...graph, edges: whole }, words }
    }
    case 'note': {
      const notes = replaced(graph.notes ?? [], conflict, value => graphNoteSchema.safeParse(value).data)
      return notes && { graph: withNotes(graph, notes), words }
    }
  }
}

/** The elements with theirs at the place of the conflict; undefined when it does not fit any more. */
function replaced<T extends { readonly id: string }>(
  elements: readonly T[],
  { id, path, theirs }: MergeConflict,
  read: (value: unknown) => T | undefined,
): T[] | undefined {
  const mine = elements.find(each => each.id === id)
  if (path.length === 0) {
    if (theirs === undefined) return elements.filter(each => each.id !== id)
    const whole = read(theirs)
    if (!whole) return undefined
    return mine ? elements.map(each => (each.id === id ? whole : each)) : [...elements, whole]
  }
  const next = mine && read(at(mine, path, theirs))
  return next && elements.map(each => (each.id === id ? next : each))
}

/** A copy of a value with another one at a path inside it. */
function at(value: unknown, path: readonly (string | number)[], next: unknown): unknown {
  const [key, ...rest] = path
  if (key === undefined) return next
  const whole = typeof value === 'object' && value !== null ? value : {}
  const { [String(key)]: old, ...others } = whole as Record<string, unknown>
  const inner = at(old, rest, next)
  // A change of kind comes with the settings of that kind.
  if (key === 'type' && rest.length === 0 && typeof next === 'object') return { ...others, ...next }
  return inner === undefined ? others : { ...others, [String(key)]: inner }
}
