/**
 * Brings together what two people did to the same graph. What only one of them changed is taken, setting by setting;
 * where both did, mine is kept and what they did is told. Browser-safe and pure.
 */

import { isForbiddenName, isPlainObject, type Path } from '#platform/contract/plain-data.ts'
import type { Graph, GraphEdge, GraphNode, GraphNote } from './graph.ts'
import { differences, isPlace, isSame, plainEdge } from './graph-diff.ts'

/** Something both sides changed, each in its own way. */
export interface MergeConflict {
  readonly of: 'node' | 'edge' | 'note'
  readonly id: string
  /** The setting, such as ["config", "subject"]; empty when it is about being there at all. */
  readonly path: Path
  /** What stood there before, what is kept, and what they have; undefined where there is nothing. */
  readonly base: unknown
  readonly mine: unknown
  readonly theirs: unknown
}

export interface GraphMerge {
  readonly graph: Graph
  readonly conflicts: readonly MergeConflict[]
}

type Element = GraphNode | GraphEdge | GraphNote
type Kept<T> = { readonly elements: T[]; readonly conflicts: MergeConflict[] }

/**
 * Merges `mine` and `theirs`, both made from `base`. Elements come in the order of mine, then those that only they
 * added. A node one side removed stays when the other side changed it or leads an edge to or from it anew, if that side
 * is mine; no edge is left without its ends. Two edges that lead the same way by the same exit become one.
 */
export function mergeGraphs(base: Graph, mine: Graph, theirs: Graph): GraphMerge {
  const nodes = mergeNodes(base, mine, theirs)
  const edges = mergeElements('edge', edgesOf(base), edgesOf(mine), theirEdges(base, theirs, nodes.conflicts))
  const notes = mergeElements('note', base.notes ?? [], mine.notes ?? [], theirs.notes ?? [])
  const kept = keepEnds(nodes, edges, { base, mine, theirs })
  const drawn = byId([...theirs.edges, ...mine.edges])
  return {
    graph: {
      nodes: nodes.elements,
      edges: kept.elements.map(edge => {
        const original = drawn.get(edge.id)
        return original !== undefined && isSame(plainEdge(original), edge) ? original : edge
      }),
      ...(notes.elements.length === 0 ? {} : { notes: notes.elements }),
    },
    conflicts: [...nodes.conflicts, ...kept.conflicts, ...notes.conflicts],
  }
}

function edgesOf(graph: Graph): GraphEdge[] {
  return graph.edges.map(plainEdge)
}

/** Their edges, with those that went together with a node that stays. */
function theirEdges(base: Graph, theirs: Graph, conflicts: readonly MergeConflict[]): GraphEdge[] {
  const staying = new Set(
    conflicts
      .filter(({ path, mine, theirs }) => path.length === 0 && mine !== undefined && theirs === undefined)
      .map(({ id }) => id),
  )
  const edges = edgesOf(theirs)
  const ids = new Set(edges.map(({ id }) => id))
  const gone = edgesOf(base).filter(
    ({ id, source, target }) => !ids.has(id) && (staying.has(source) || staying.has(target)),
  )
  return [...edges, ...gone]
}

/** Nodes, with those kept that they removed but that I lead an edge to or from since. */
function mergeNodes(base: Graph, mine: Graph, theirs: Graph): Kept<GraphNode> {
  const known = byId(edgesOf(base))
  const used = new Set<string>()
  for (const edge of edgesOf(mine)) {
    const was = known.get(edge.id)
    if (was !== undefined && isSame(was, edge)) continue
    used.add(edge.source).add(edge.target)
  }
  return mergeElements('node', base.nodes, mine.nodes, theirs.nodes, used)
}

function mergeElements<T extends Element>(
  of: MergeConflict['of'],
  base: readonly T[],
  mine: readonly T[],
  theirs: readonly T[],
  needed: ReadonlySet<string> = new Set(),
): Kept<T> {
  const [old, own, other] = [byId(base), byId(mine), byId(theirs)]
  const kept: Kept<T> = { elements: [], conflicts: [] }
  for (const id of new Set([...own.keys(), ...other.keys()])) {
    const [b, m, t] = [old.get(id), own.get(id), other.get(id)]
    if (m !== undefined && t !== undefined) {
      kept.elements.push(mergeElement(of, b, m, t, kept.conflicts))
      continue
    }
    const there = m ?? t
    if (there === undefined) continue
    if (b === undefined) {
      kept.elements.push(there)
      continue
    }
    // One side removed it. A move alone is no reason to keep what somebody wanted gone.
    const isChanged = differences(b, there).some(path => !isPlace(path))
    const isMine = m !== undefined
    const conflict = { of, id, path: [], base: b, mine: m, theirs: t }
    if (isChanged || (isMine && needed.has(id))) kept.conflicts.push(conflict)
    if (isMine && (isChanged || needed.has(id))) kept.elements.push(there)
  }
  return kept
}

function mergeElement<T extends Element>(
  of: MergeConflict['of'],
  base: T | undefined,
  mine: T,
  theirs: T,
  conflicts: MergeConflict[],
): T {
  if (isSame(base, theirs) || isSame(mine, theirs)) return mine
  if (isSame(base, mine)) return theirs
  const wholes: readonly (Record<string, unknown> | undefined)[] = [base, mine, theirs]
  const kind = wholes[1]?.type
  // Settings of one kind of node say nothing in another, so a changed kind takes all of them with it.
  const isOneKind = wholes.every(whole => whole === undefined || whole.type === kind)
  const parts = (whole: Record<string, unknown> | undefined) => partsOf(whole, isOneKind)
  const [b, m, t] = [parts(base), parts(mine), parts(theirs)]
  const merged: [Path, unknown][] = []
  for (const key of new Set([...m.keys(), ...t.keys()])) {
    const [was, own, other] = [b.get(key)?.value, m.get(key)?.value, t.get(key)?.value]
    const path = (m.get(key) ?? t.get(key))?.path ?? []
    const isTheirs = isSame(was, own)
    const isBoth = !isTheirs && !isSame(was, other) && !isSame(own, other)
    if (isBoth && !isPlace(path))
      conflicts.push({ of, id: mine.id, path, base: was, mine: own, theirs: other })
    merged.push([path, isTheirs ? other : own])
  }
  const whole = assemble(merged) as T
  // The same object where nothing of it changed, so that whoever draws it sees that.
  return [mine, theirs].find(one => isSame(one, whole)) ?? whole
}

type Part = { readonly path: Path; readonly value: unknown }

/** The parts of an element that are merged one by one: its members, and the settings of a node. */
function partsOf(whole: Record<string, unknown> | undefined, isOneKind: boolean): Map<string, Part> {
  const parts = new Map<string, Part>()
  for (const [name, value] of Object.entries(whole ?? {})) {
    if (name === 'config' && isOneKind && isPlainObject(value)) {
      // Keeps settings that are there but empty from being lost.
      parts.set('config', { path: ['config'], value: {} })
      for (const [setting, content] of Object.entries(value))
        parts.set(`config.${setting}`, { path: ['config', setting], value: content })
    } else if (!isOneKind && (name === 'config' || name === 'type')) {
      const both = { type: whole?.type, config: whole?.config }
      parts.set('type', { path: ['type'], value: both })
    } else parts.set(name, { path: [name], value })
  }
  return parts
}

function assemble(parts: readonly [Path, unknown][]): Record<string, unknown> {
  const whole: Record<string, unknown> = {}
  const config: [string, unknown][] = []
  let hasConfig = false
  for (const [[name = '', setting], value] of parts) {
    if (value === undefined) continue
    if (name === 'type' && isPlainObject(value)) Object.assign(whole, value)
    else if (name !== 'config') whole[name] = value
    else {
      hasConfig = true
      if (setting !== undefined && !isForbiddenName(String(setting))) config.push([String(setting), value])
      else if (setting === undefined && isPlainObject(value)) config.push(...Object.entries(value))
    }
  }
  return hasConfig ? { ...whole, config: Object.fromEntries(config) } : whole
}

/** The edges whose ends are there, each way once. What of theirs is lost with a node that I removed is told. */
function keepEnds(
  nodes: Kept<GraphNode>,
  edges: Kept<GraphEdge>,
  sides: { readonly base: Graph; readonly mine: Graph; readonly theirs: Graph },
): Kept<GraphEdge> {
  const ids = new Set(nodes.elements.map(({ id }) => id))
  const [old, own, other] = [sides.base, sides.mine, sides.theirs].map(side => byId(edgesOf(side)))
  const hasEnds = (edge: GraphEdge | undefined) =>
    edge !== undefined && ids.has(edge.source) && ids.has(edge.target)
  const ways = new Set<string>()
  const kept: Kept<GraphEdge> = { elements: [], conflicts: [...edges.conflicts] }
  for (const merged of edges.elements) {
    const [b, m, t] = [old?.get(merged.id), own?.get(merged.id), other?.get(merged.id)]
    const edge = hasEnds(merged) ? merged : m
    if (edge !== merged && t !== undefined && !isSame(b, t))
      kept.conflicts.push({ of: 'edge', id: merged.id, path: [], base: b, mine: m, theirs: t })
    if (edge === undefined || !hasEnds(edge)) continue
    const { source, target, sourceHandle, condition = null, enabled } = edge
    const way = JSON.stringify([source, sourceHandle, target, condition, enabled])
    const isNew = b === undefined
    if (isNew && m === undefined && ways.has(way)) continue
    if (isNew && t === undefined) ways.add(way)
    kept.elements.push(edge)
  }
  return kept
}

function byId<T extends Element>(elements: readonly T[]): Map<string, T> {
  return new Map(elements.map(element => [element.id, element]))
}
