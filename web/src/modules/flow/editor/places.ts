import type { Graph, GraphNode } from '#modules/flow/contract.ts'
import { arrange, NODE_HEIGHT, NODE_WIDTH, type Point } from '../canvas/layout.ts'

/** Everything stands on this grid, in pixels. */
export const GRID = 10
/** How far the next step stands from the one before it, from left edge to left edge. */
export const STEP_ALONG = 300
/** How far two branches stand apart, from top edge to top edge. */
export const STEP_ACROSS = 100
/** The least room between two nodes that an edit leaves. */
const MARGIN = 20

export type Alignment = 'left' | 'right' | 'top' | 'bottom' | 'across' | 'down'

export const snapped = (value: number): number => Math.round(value / GRID) * GRID

/** The place nearest below `wanted` where a node covers no other one. */
export function freePlace(nodes: readonly GraphNode[], wanted: Point): Point {
  const place = { x: snapped(wanted.x), y: snapped(wanted.y) }
  const inTheWay = (y: number) =>
    nodes.some(
      ({ position }) =>
        Math.abs(position.x - place.x) < NODE_WIDTH + MARGIN &&
        Math.abs(position.y - y) < NODE_HEIGHT + MARGIN,
    )
  while (inTheWay(place.y)) place.y += STEP_ACROSS - MARGIN
  return place
}

/** Moves nodes and notes by a distance; both members of it in pixels. */
export function movedBy(graph: Graph, ids: ReadonlySet<string>, by: Point): Graph {
  const places = new Map<string, Point>()
  for (const { id, position } of [...graph.nodes, ...(graph.notes ?? [])]) {
    if (ids.has(id)) places.set(id, { x: position.x + by.x, y: position.y + by.y })
  }
  return movedTo(graph, places)
}

/** Puts nodes and notes at new places, and apart from each other where two would share one. */
export function movedTo(graph: Graph, places: ReadonlyMap<string, Point>): Graph {
  if (places.size === 0) return graph
  const place = <T extends { id: string; position: Point }>(each: T): T => {
    const at = places.get(each.id)
    return at === undefined || (at.x === each.position.x && at.y === each.position.y)
      ? each
      : { ...each, position: { x: at.x, y: at.y } }
  }
  return withNotes({ ...graph, nodes: apart(graph.nodes.map(place)) }, graph.notes?.map(place))
}

/**
 * Nodes that stand exactly on another one are moved a little: a graph with two nodes at one place counts as one that
 * nobody has placed.
 */
export function apart(nodes: readonly GraphNode[]): GraphNode[] {
  const taken = new Set<string>()
  return nodes.map(node => {
    const { x } = node.position
    let { y } = node.position
    while (taken.has(`${x} ${y}`)) y += 2 * GRID
    taken.add(`${x} ${y}`)
    return y === node.position.y ? node : { ...node, position: { x, y } }
  })
}

/** The graph with these notes; one without notes has no member for them. */
export function withNotes(graph: Graph, notes: Graph['notes']): Graph {
  const { notes: _, ...rest } = graph
  return notes === undefined || notes.length === 0 ? rest : { ...rest, notes }
}

/** The nodes that are reached from one, itself included. */
export function downstream({ edges }: Pick<Graph, 'edges'>, id: string): Set<string> {
  const next = new Map<string, string[]>()
  for (const { source, target } of edges) next.set(source, [...(next.get(source) ?? []), target])
  const reached = new Set([id])
  for (const each of reached) for (const target of next.get(each) ?? []) reached.add(target)
  return reached
}

/** Places every chosen node anew by its edges; the one that stands first keeps its place. Without a choice, all nodes. */
export function tidied(graph: Graph, chosen: ReadonlySet<string>): Graph {
  const isAll = chosen.size < 2
  const nodes = graph.nodes.filter(({ id }) => isAll || chosen.has(id))
  const [first] = [...nodes].sort((a, b) => a.position.x - b.position.x || a.position.y - b.position.y)
  if (!first) return graph
  const { places } = arrange({ nodes, edges: graph.edges }, 'right')
  const anchor = places.get(first.id) ?? { x: 0, y: 0 }
  const by = { x: first.position.x - anchor.x, y: first.position.y - anchor.y }
  return movedTo(
    graph,
    new Map([...places].map(([id, at]) => [id, { x: snapped(at.x + by.x), y: snapped(at.y + by.y) }])),
  )
}

/**
 * Lines nodes up along one of their sides; `across` and `down` give them equal distances from the first to the last,
 * from left to right or from top to bottom.
 */
export function aligned(graph: Graph, chosen: ReadonlySet<string>, how: Alignment): Graph {
  const nodes = graph.nodes.filter(({ id }) => chosen.has(id))
  if (nodes.length < 2) return graph
  if (how === 'across' || how === 'down') return spread(graph, nodes, how === 'across' ? 'x' : 'y')
  const axis = how === 'left' || how === 'right' ? 'x' : 'y'
  const values = nodes.map(({ position }) => position[axis])
  const line = how === 'left' || how === 'top' ? Math.min(...values) : Math.max(...values)
  return movedTo(graph, new Map(nodes.map(({ id, position }) => [id, { ...position, [axis]: line }])))
}

function spread(graph: Graph, nodes: readonly GraphNode[], axis: 'x' | 'y'): Graph {
  const order = [...nodes].sort((a, b) => a.position[axis] - b.position[axis])
  const [first, last] = [order[0], order.at(-1)]
  if (!first || !last) return graph
  const size = axis === 'x' ? NODE_WIDTH : NODE_HEIGHT
  // Nodes that cover each other are given room instead of being spread over too little of it.
  const gap = Math.max(
    (last.position[axis] - first.position[axis]) / (order.length - 1),
    size + MARGIN * (axis === 'x' ? 4 : 2),
  )
  return movedTo(
    graph,
    new Map(
      order.map(({ id, position }, index) => [
        id,
        { ...position, [axis]: snapped(first.position[axis] + index * gap) },
      ]),
    ),
  )
}
