import {
  ERROR_HANDLE,
  type Graph,
  type GraphEdge,
  type GraphNode,
  handleOf,
  MAIN_HANDLE,
} from '#modules/flow/contract.ts'
import { exitsOf, isTrigger, mayConnect, openExit } from '../canvas/exits.ts'
import { nameOf } from '../canvas/face.ts'
import { NODE_HEIGHT, type Point } from '../canvas/layout.ts'
import { counted } from '../words.ts'
import { firstSettings } from './first-settings.ts'
import type { NewId } from './ids.ts'
import { downstream, freePlace, movedBy, STEP_ACROSS, STEP_ALONG, withNotes } from './places.ts'

/** A changed graph with what a person is told of the change and what is chosen after it. */
export interface Edit {
  readonly graph: Graph
  /** What was done, as a sentence. */
  readonly words: string
  /** Ids of nodes, edges and notes; what was chosen stays so when this is left out. */
  readonly selected?: readonly string[] | undefined
  /** Changes with the same mark shortly after each other are taken back together. */
  readonly mark?: string | undefined
}

/** Where a new step goes: to a point, behind an exit of a node, or between two nodes. */
export type Spot =
  | { readonly at: Point; readonly from?: { readonly nodeId: string; readonly handle: string } | undefined }
  | { readonly after: string; readonly handle: string }
  | { readonly edge: string }

const nodeOf = (graph: Graph, id: string) => graph.nodes.find(node => node.id === id)
const called = (graph: Graph, id: string) => {
  const node = nodeOf(graph, id)
  return node ? `“${nameOf(node)}”` : 'a step that is not there'
}

function edgeBetween(newId: NewId, source: string, handle: string, target: string): GraphEdge {
  return {
    id: newId('e'),
    source,
    target,
    enabled: true,
    ...(handle === MAIN_HANDLE ? {} : { sourceHandle: handle }),
  }
}

function newNode(newId: NewId, type: string, position: Point): GraphNode {
  return { id: newId(type), type, config: firstSettings(type), position: { ...position } }
}

/** Adds a step of a kind. Undefined when there is no such spot any more. */
export function withStep(graph: Graph, type: string, spot: Spot, newId: NewId): Edit | undefined {
  if ('edge' in spot) return inserted(graph, type, spot.edge, newId)
  if ('after' in spot) return appended(graph, type, spot.after, spot.handle, newId)
  const node = newNode(newId, type, freePlace(graph.nodes, spot.at))
  const edges =
    spot.from && !isTrigger(type)
      ? [...graph.edges, edgeBetween(newId, spot.from.nodeId, spot.from.handle, node.id)]
      : graph.edges
  const where = spot.from ? ` after ${called(graph, spot.from.nodeId)}` : ''
  return {
    graph: { ...graph, nodes: [...graph.nodes, node], edges },
    words: `Added “${nameOf(node)}”${where}.`,
    selected: [node.id],
  }
}

function appended(
  graph: Graph,
  type: string,
  sourceId: string,
  handle: string,
  newId: NewId,
): Edit | undefined {
  const source = nodeOf(graph, sourceId)
  if (!source) return undefined
  const exits = exitsOf(source)
  const lane =
    exits.length < 2
      ? 0
      : Math.max(
          0,
          exits.findIndex(exit => exit.id === handle),
        )
  // Two exits lead to both sides of their node, more of them mostly downwards; the error exit goes below all.
  const across =
    handle === 'error' ? Math.max(exits.length, 1) : lane - (exits.length > 1 ? (exits.length - 1) / 2 : 0)
  const wanted = {
    x: source.position.x + STEP_ALONG,
    y: source.position.y + across * (STEP_ACROSS + NODE_HEIGHT / 3),
  }
  const node = newNode(newId, type, freePlace(graph.nodes, wanted))
  const edge = edgeBetween(newId, sourceId, handle, node.id)
  return {
    graph: { ...graph, nodes: [...graph.nodes, node], edges: [...graph.edges, edge] },
    words: `Added “${nameOf(node)}” after “${nameOf(source)}”.`,
    selected: [node.id],
  }
}

/** Between two steps: what follows makes room where there is none. */
function inserted(graph: Graph, type: string, edgeId: string, newId: NewId): Edit | undefined {
  const edge = graph.edges.find(each => each.id === edgeId)
  const source = edge && nodeOf(graph, edge.source)
  const target = edge && nodeOf(graph, edge.target)
  if (!edge || !source || !target) return undefined
  const at = { x: source.position.x + STEP_ALONG, y: (source.position.y + target.position.y) / 2 }
  const room = target.position.x - source.position.x
  const isAhead = room > 0
  const after = downstream(graph, target.id)
  // A way back in a loop must not push its own beginning away.
  const moves = isAhead && room < 2 * STEP_ALONG && !after.has(source.id)
  const moved = moves ? movedBy(graph, after, { x: 2 * STEP_ALONG - room, y: 0 }) : graph
  const wanted = isAhead && !moves ? { x: source.position.x + room / 2, y: at.y } : at
  const node = newNode(newId, type, freePlace(moved.nodes, wanted))
  const [exit] = exitsOf(node)
  const edges = moved.edges.flatMap(each =>
    each.id === edgeId
      ? [{ ...each, target: node.id }, ...(exit ? [edgeBetween(newId, node.id, exit.id, target.id)] : [])]
      : [each],
  )
  return {
    graph: { ...moved, nodes: [...moved.nodes, node], edges },
    words: `Added “${nameOf(node)}” between “${nameOf(source)}” and “${nameOf(target)}”.`,
    selected: [node.id],
  }
}

/**
 * Where a step goes that is added beside a chosen one: behind its first open exit, else between it and the one step that
 * follows, else as one more branch.
 */
export function spotAfter(graph: Graph, nodeId: string): Spot | undefined {
  const node = nodeOf(graph, nodeId)
  if (!node) return undefined
  const open = openExit(graph, node)
  if (open) return { after: nodeId, handle: open.id }
  const leaving = graph.edges.filter(edge => edge.source === nodeId && handleOf(edge) !== 'error')
  const [only] = leaving
  if (only && leaving.length === 1) return { edge: only.id }
  const [exit] = exitsOf(node)
  return exit && { after: nodeId, handle: exit.id }
}

/** Draws an edge. Undefined when it may not be drawn. */
export function withEdge(
  graph: Graph,
  source: string,
  handle: string,
  target: string,
  newId: NewId,
): Edit | undefined {
  if (!mayConnect(graph, source, handle, target)) return undefined
  const edge = edgeBetween(newId, source, handle, target)
  return {
    graph: { ...graph, edges: [...graph.edges, edge] },
    words: `Connected ${called(graph, source)}${exitWords(graph, source, handle)} to ${called(graph, target)}.`,
  }
}

/** Which exit, where there is more than one. */
function exitWords(graph: Graph, nodeId: string, handle: string): string {
  const node = nodeOf(graph, nodeId)
  const exits = node ? exitsOf(node) : []
  const label = handle === ERROR_HANDLE ? 'On error' : exits.find(({ id }) => id === handle)?.label
  return exits.length > 1 || handle === ERROR_HANDLE ? ` by its exit “${label ?? handle}”` : ''
}

/** Takes nodes, edges and notes away. A step between two others leaves them connected. */
export function without(graph: Graph, ids: ReadonlySet<string>, newId: NewId): Edit | undefined {
  const nodes = graph.nodes.filter(node => ids.has(node.id))
  const notes = (graph.notes ?? []).filter(note => ids.has(note.id))
  const lost = new Set(nodes.map(node => node.id))
  const alone = graph.edges.filter(
    edge => ids.has(edge.id) && !lost.has(edge.source) && !lost.has(edge.target),
  )
  if (nodes.length + notes.length + alone.length === 0) return undefined
  const kept = graph.edges.filter(
    edge => !ids.has(edge.id) && !lost.has(edge.source) && !lost.has(edge.target),
  )
  const left = { ...graph, nodes: graph.nodes.filter(node => !lost.has(node.id)), edges: kept }
  const bridges = bridgesOver(graph, lost).filter(({ source, handle, target }) =>
    mayConnect(left, source, handle, target),
  )
  const edges = [...kept, ...bridges.map(({ by, target }) => ({ ...by, id: newId('e'), target }))]
  const [only] = nodes
  const words = [
    ...(only ? [nodes.length === 1 ? `“${nameOf(only)}”` : counted(nodes.length, 'step')] : []),
    ...(notes.length > 0 ? [counted(notes.length, 'note')] : []),
    ...(alone.length > 0 ? [counted(alone.length, 'connection')] : []),
  ]
  return {
    graph: withNotes(
      { ...left, edges },
      graph.notes?.filter(note => !ids.has(note.id)),
    ),
    words: `Deleted ${words.join(' and ')}.`,
    selected: [],
  }
}

/** Where one edge leads into what goes away and one leads out of it, they become one. */
function bridgesOver(
  graph: Graph,
  lost: ReadonlySet<string>,
): { source: string; handle: string; target: string; by: GraphEdge }[] {
  const into = graph.edges.filter(edge => lost.has(edge.target) && !lost.has(edge.source))
  const outOf = graph.edges.filter(
    edge => lost.has(edge.source) && !lost.has(edge.target) && handleOf(edge) !== 'error',
  )
  const [entry] = into
  const [end] = outOf
  if (!entry || !end || into.length !== 1 || outOf.length !== 1) return []
  if (entry.source === end.target || !downstream(graph, entry.target).has(end.target)) return []
  return [{ source: entry.source, handle: handleOf(entry), target: end.target, by: entry }]
}

/**
 * Changes the settings, the name or the patience of a step. Where it stands is left alone: the step may have been moved since
 * its settings were read. Changes in a row are one.
 */
export function withNode(graph: Graph, changed: GraphNode): Edit | undefined {
  const old = nodeOf(graph, changed.id)
  if (!old || old === changed || old.type !== changed.type) return undefined
  const node = { ...changed, position: old.position }
  return {
    graph: { ...graph, nodes: graph.nodes.map(each => (each.id === node.id ? node : each)) },
    words: `Changed “${nameOf(node)}”.`,
    mark: `node ${node.id}`,
  }
}

/** Makes a step one of another kind; its name and its connections stay, its settings do not. */
export function withKind(graph: Graph, nodeId: string, type: string): Edit | undefined {
  const old = nodeOf(graph, nodeId)
  if (!old || old.type === type) return undefined
  const { id, label, position } = old
  const node: GraphNode = { id, type, position, config: firstSettings(type), ...(label ? { label } : {}) }
  const handles = new Set(exitsOf(node).map(exit => exit.id))
  const [first] = handles
  const edges = graph.edges.map(edge => {
    const isKept = edge.source !== nodeId || handles.has(handleOf(edge)) || handleOf(edge) === 'error'
    return isKept || first === undefined ? edge : { ...edge, sourceHandle: first }
  })
  return {
    graph: { ...graph, nodes: graph.nodes.map(each => (each.id === nodeId ? node : each)), edges },
    words: `“${nameOf(old)}” is now “${nameOf(node)}”.`,
    selected: [nodeId],
  }
}

/** Changes a connection: its condition, whether it is on, its ends. */
export function withChangedEdge(graph: Graph, edge: GraphEdge): Edit | undefined {
  if (!graph.edges.some(each => each.id === edge.id)) return undefined
  return {
    graph: { ...graph, edges: graph.edges.map(each => (each.id === edge.id ? edge : each)) },
    words: `Changed the connection from ${called(graph, edge.source)} to ${called(graph, edge.target)}.`,
    mark: `edge ${edge.id}`,
  }
}
