/**
 * What differs between two graphs, in terms of what people drew: nodes, edges and notes by their ids. The order in
 * which they are listed says nothing. Browser-safe and pure.
 */

import { isPlainObject, type Path } from '#platform/contract/plain-data.ts'
import { type Graph, type GraphEdge, type GraphNode, type GraphNote, handleOf } from './graph.ts'

/** One difference. What was both moved and changed gives two. */
type ChangeOf<Of extends string, T> =
  | { readonly of: Of; readonly kind: 'added'; readonly id: string; readonly after: T }
  | { readonly of: Of; readonly kind: 'removed'; readonly id: string; readonly before: T }
  | {
      readonly of: Of
      readonly kind: 'changed'
      readonly id: string
      readonly before: T
      readonly after: T
      /** The places inside the element that differ, such as ["config", "subject"]. */
      readonly paths: readonly Path[]
    }
  | { readonly of: Of; readonly kind: 'moved'; readonly id: string; readonly before: T; readonly after: T }

export type GraphChange =
  | ChangeOf<'node', GraphNode>
  | ChangeOf<'edge', GraphEdge>
  | ChangeOf<'note', GraphNote>

type Element = { readonly id: string }

/** What of a note is where it lies, and not what it says. */
const PLACE: ReadonlySet<string> = new Set(['position', 'width', 'height'])

/**
 * What leads from one graph to the other: nodes first, then edges, then notes; in each what was removed, then what is
 * there now in its order. Equal graphs give nothing, however their defaults are written.
 */
export function diffGraphs(before: Graph, after: Graph): GraphChange[] {
  return [
    ...changesOf('node', before.nodes, after.nodes),
    ...changesOf('edge', before.edges.map(plainEdge), after.edges.map(plainEdge)),
    ...changesOf('note', before.notes ?? [], after.notes ?? []),
  ] as GraphChange[]
}

/** The edge with its exit spelled out, so that both ways of writing the only exit are the same. */
export function plainEdge(edge: GraphEdge): GraphEdge {
  return { ...edge, sourceHandle: handleOf(edge) }
}

function changesOf<Of extends string, T extends Element>(
  of: Of,
  before: readonly T[],
  after: readonly T[],
): ChangeOf<Of, T>[] {
  const old = new Map(before.map(element => [element.id, element]))
  const now = new Map(after.map(element => [element.id, element]))
  const changes: ChangeOf<Of, T>[] = []
  for (const [id, element] of old)
    if (!now.has(id)) changes.push({ of, kind: 'removed', id, before: element })
  for (const [id, element] of now) {
    const was = old.get(id)
    if (was === undefined) {
      changes.push({ of, kind: 'added', id, after: element })
      continue
    }
    const paths = differences(was, element)
    const content = paths.filter(path => !isPlace(path))
    if (content.length < paths.length) changes.push({ of, kind: 'moved', id, before: was, after: element })
    if (content.length > 0)
      changes.push({ of, kind: 'changed', id, before: was, after: element, paths: content })
  }
  return changes
}

/** Whether a path inside a node or note tells where it lies. */
export function isPlace(path: Path): boolean {
  return PLACE.has(String(path[0]))
}

/** The deepest places at which two values differ. Something absent and `undefined` are the same. */
export function differences(before: unknown, after: unknown, at: Path = []): Path[] {
  if (Object.is(before, after)) return []
  if (Array.isArray(before) && Array.isArray(after)) {
    const length = Math.max(before.length, after.length)
    return Array.from({ length }, (_, index) =>
      index in before && index in after
        ? differences(before[index], after[index], [...at, index])
        : [[...at, index]],
    ).flat()
  }
  if (isPlainObject(before) && isPlainObject(after)) {
    const names = new Set([...Object.keys(before), ...Object.keys(after)])
    return [...names].flatMap(name => differences(own(before, name), own(after, name), [...at, name]))
  }
  // A minus before zero is lost on its way through JSON, so it makes no difference here either.
  return before === after ? [] : [at]
}

/** Whether nothing differs between two values. */
export function isSame(before: unknown, after: unknown): boolean {
  if (before === after) return true
  if (Array.isArray(before) && Array.isArray(after))
    return before.length === after.length && before.every((item, index) => isSame(item, after[index]))
  if (!isPlainObject(before) || !isPlainObject(after)) return false
  for (const name in before) if (!isSame(before[name], own(after, name))) return false
  for (const name in after) if (after[name] !== undefined && !Object.hasOwn(before, name)) return false
  return true
}

function own(value: Record<string, unknown>, name: string): unknown {
  return Object.hasOwn(value, name) ? value[name] : undefined
}
