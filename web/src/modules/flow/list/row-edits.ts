/** A graph as one row of steps, and the edits that leave it one. Pure. */

import {
  type Graph,
  type GraphNode,
  graphOf,
  handleOf,
  linearOf,
  MAIN_HANDLE,
} from '#modules/flow/contract.ts'
import { exitsOf, isTrigger } from '../canvas/exits.ts'
import { nameOf, namesOf } from '../canvas/face.ts'
import { firstSettings } from '../editor/first-settings.ts'
import type { NewId } from '../editor/ids.ts'
import { STEP_ALONG } from '../editor/places.ts'
import { type Edit, type Spot, withEdge, withStep } from '../editor/step-edits.ts'

/** The steps in their order, none for an empty graph; undefined when the graph is no row. */
export function rowOf(graph: Graph): readonly GraphNode[] | undefined {
  if (graph.nodes.length === 0) return []
  const linear = linearOf(graph)
  if (!linear) return undefined
  const byId = new Map(graph.nodes.map(node => [node.id, node]))
  return [linear.trigger, ...linear.actions].flatMap(({ id }) => byId.get(id ?? '') ?? [])
}

/** Why a graph is no row of steps, as a sentence about the first thing that is in the way. */
export function whyNoRow(graph: Graph): string {
  const names = namesOf(graph)
  const called = (id: string) => `“${names.get(id) ?? id}”`
  for (const edge of graph.edges) {
    const between = `The connection from ${called(edge.source)} to ${called(edge.target)}`
    if (handleOf(edge) === 'error') return `${called(edge.source)} leads elsewhere when it fails.`
    if (handleOf(edge) !== MAIN_HANDLE) return `${called(edge.source)} leads several ways.`
    if (edge.condition !== undefined) return `${between} has a condition.`
    if (!edge.enabled) return `${between} is switched off.`
  }
  const [forked] = repeated(graph.edges.map(edge => edge.source))
  if (forked !== undefined) return `${called(forked)} leads several ways.`
  const [met] = repeated(graph.edges.map(edge => edge.target))
  if (met !== undefined) return `Several ways meet at ${called(met)}.`
  const targets = new Set(graph.edges.map(edge => edge.target))
  const [, alone] = graph.nodes.filter(node => !targets.has(node.id))
  return alone ? `Nothing leads to ${called(alone.id)}.` : 'Its steps lead in a circle.'
}

function repeated(ids: readonly string[]): string[] {
  return ids.filter((id, index) => ids.indexOf(id) !== index)
}

/** Whether a row can go on after a step: it has one way out and always takes it. */
export function leadsOn(node: Pick<GraphNode, 'type' | 'config'>): boolean {
  const exits = exitsOf(node)
  return exits.length === 1 && exits[0]?.id === MAIN_HANDLE
}

/**
 * Whether a kind of step can be added to a row: one that leads on anywhere, one that ends the run only as the last. In a row
 * there is nothing to merge.
 */
export function fitsRow(type: string, isLast: boolean): boolean {
  if (type === 'merge') return false
  const node = { type, config: firstSettings(type) }
  return leadsOn(node) || (isLast && exitsOf(node).length === 0)
}

/** Where a step goes that is added after one of the row. */
export function spotAfterStep(graph: Graph, nodeId: string): Spot {
  const edge = graph.edges.find(each => each.source === nodeId)
  return edge ? { edge: edge.id } : { after: nodeId, handle: MAIN_HANDLE }
}

/** Puts what starts the row before its first step. */
export function withTrigger(graph: Graph, type: string, newId: NewId): Edit | undefined {
  const [first] = rowOf(graph) ?? []
  const at = first ? { x: first.position.x - STEP_ALONG, y: first.position.y } : { x: 0, y: 0 }
  const added = withStep(graph, type, { at }, newId)
  const [id] = added?.selected ?? []
  if (!added || !first || id === undefined) return added
  const joined = withEdge(added.graph, id, MAIN_HANDLE, first.id, newId)
  return joined ? { ...added, graph: joined.graph } : added
}

/**
 * Moves a step by one place, up with -1 and down with 1. The places on the canvas stay and the steps change theirs. Undefined
 * where it cannot go: before what starts the row, or to where a step that ends it would be followed by another one.
 */
export function movedInRow(graph: Graph, nodeId: string, by: -1 | 1): Edit | undefined {
  const row = rowOf(graph)
  const linear = row && linearOf(graph)
  const from = row?.findIndex(({ id }) => id === nodeId) ?? -1
  const node = row?.[from]
  const other = row?.[from + by]
  if (!linear || !node || !other || isTrigger(node.type) || isTrigger(other.type)) return undefined
  const order = row.with(from, other).with(from + by, node)
  if (!order.slice(0, -1).every(leadsOn)) return undefined
  const [trigger, ...actions] = order
  if (!trigger) return undefined
  const drawn = graphOf({ ...linear, trigger, actions })
  const places = new Map(order.map((each, index) => [each.id, row[index]?.position ?? each.position]))
  const ids = row.map(({ id }) => graph.edges.find(edge => edge.source === id)?.id)
  return {
    graph: {
      ...graph,
      nodes: graph.nodes.map(each => {
        const position = places.get(each.id)
        return position === undefined || position === each.position ? each : { ...each, position }
      }),
      edges: drawn.edges.map((edge, index) => ({ ...edge, id: ids[index] ?? edge.id })),
    },
    words: `Moved “${nameOf(node)}” ${by < 0 ? 'before' : 'after'} “${nameOf(other)}”.`,
    selected: [nodeId],
  }
}
