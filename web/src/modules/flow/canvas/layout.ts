import { Graph as Layout, layout } from '@dagrejs/dagre'
import { type Graph, handleOf } from '#modules/flow/contract.ts'

export const NODE_WIDTH = 220
export const NODE_HEIGHT = 60

/** Which way a graph reads: from left to right, or from top to bottom. */
export type Direction = 'right' | 'down'

export interface Point {
  readonly x: number
  readonly y: number
}

export interface Box extends Point {
  readonly width: number
  readonly height: number
}

/** Where the top left corner of each node stands, by node id, in pixels. */
export type Places = ReadonlyMap<string, Point>

export interface Arrangement {
  readonly places: Places
  /** Points an edge goes through on its way past other nodes, by edge id; most edges need none. */
  readonly bends: ReadonlyMap<string, readonly Point[]>
  /** Whether nobody placed the nodes: then the exits of a node may change places as well. */
  readonly isComputed: boolean
}

const NO_BENDS: Arrangement['bends'] = new Map()

type Shape = Pick<Graph, 'nodes' | 'edges'>

const GAP_ALONG = { right: 84, down: 56 } as const
const GAP_ACROSS = { right: 40, down: 36 } as const

/** Places every node by the edges alone; the same graph always gets the same places. */
export function arrange({ nodes, edges }: Shape, direction: Direction): Arrangement {
  const plan = new Layout({ multigraph: true })
  plan.setGraph({
    rankdir: direction === 'right' ? 'LR' : 'TB',
    ranksep: GAP_ALONG[direction],
    nodesep: GAP_ACROSS[direction],
    edgesep: 24,
  })
  const known = new Set(nodes.map(node => node.id))
  for (const { id } of nodes) plan.setNode(id, { width: NODE_WIDTH, height: NODE_HEIGHT })
  const drawn = edges.filter(
    ({ source, target }) => known.has(source) && known.has(target) && source !== target,
  )
  // "Yes" before "No", so that the layout has no reason to cross the two.
  drawn.sort((a, b) => (handleOf(a) < handleOf(b) ? 1 : -1))
  for (const { id, source, target } of drawn) plan.setEdge(source, target, {}, id)
  layout(plan)
  const places = new Map(
    nodes.map(({ id }) => {
      const at = plan.node(id)
      return [id, { x: Math.round(at.x - NODE_WIDTH / 2), y: Math.round(at.y - NODE_HEIGHT / 2) }]
    }),
  )
  const bends = new Map<string, readonly Point[]>()
  for (const { id, source, target } of drawn) {
    const between = (plan.edge(source, target, id).points as Point[]).slice(1, -1)
    // The layout counts the room between two ranks as a rank, so every other point lies beside nodes.
    const beside = between.filter((_, index) => index % 2 === 1)
    if (beside.length > 0) bends.set(id, beside)
  }
  const arranged = { places, bends, isComputed: true }
  return isMirrored(drawn, arranged, direction) ? mirrored(arranged, direction) : arranged
}

/** Where an edge goes first, across the direction of the graph: to the left or the top is less. */
export function wayAcross(
  edge: { id: string; target: string },
  { places, bends }: Pick<Arrangement, 'places' | 'bends'>,
  direction: Direction,
): number {
  const [bend] = bends.get(edge.id) ?? []
  const place = places.get(edge.target)
  const first = bend ?? { x: (place?.x ?? 0) + NODE_WIDTH / 2, y: (place?.y ?? 0) + NODE_HEIGHT / 2 }
  return direction === 'right' ? first.y : first.x
}

/** Whether more pairs of exits are the wrong way round ("No" before "Yes") than the right way. */
function isMirrored(edges: Graph['edges'], arranged: Arrangement, direction: Direction): boolean {
  let balance = 0
  for (const yes of edges) {
    if (handleOf(yes) !== 'true') continue
    for (const no of edges) {
      if (no.source !== yes.source || handleOf(no) !== 'false') continue
      balance += Math.sign(wayAcross(no, arranged, direction) - wayAcross(yes, arranged, direction))
    }
  }
  return balance < 0
}

function mirrored({ places, bends, isComputed }: Arrangement, direction: Direction): Arrangement {
  const flip = ({ x, y }: Point, size: number): Point =>
    direction === 'right' ? { x, y: -y - size } : { x: -x - size, y }
  const size = direction === 'right' ? NODE_HEIGHT : NODE_WIDTH
  return {
    places: new Map([...places].map(([id, at]) => [id, flip(at, size)])),
    bends: new Map([...bends].map(([id, points]) => [id, points.map(point => flip(point, 0))])),
    isComputed,
  }
}

/** Whether somebody has placed the nodes: no two of them share one place. */
export function isPlaced(nodes: Graph['nodes']): boolean {
  return new Set(nodes.map(({ position }) => `${position.x} ${position.y}`)).size === nodes.length
}

/** How a graph is drawn: as its author placed it from left to right; computed from top to bottom or when unplaced. */
export function arrangementOf(graph: Shape, direction: Direction): Arrangement {
  if (direction === 'down' || !isPlaced(graph.nodes)) return arrange(graph, direction)
  const places = new Map(graph.nodes.map(node => [node.id, node.position]))
  return { places, bends: NO_BENDS, isComputed: false }
}

/** The smallest box around all nodes; undefined when there are none. */
export function boundsOf(places: Places): Box | undefined {
  if (places.size === 0) return undefined
  const all = [...places.values()]
  const x = Math.min(...all.map(at => at.x))
  const y = Math.min(...all.map(at => at.y))
  return {
    x,
    y,
    width: Math.max(...all.map(at => at.x)) + NODE_WIDTH - x,
    height: Math.max(...all.map(at => at.y)) + NODE_HEIGHT - y,
  }
}

/** What of the drawing is seen: a point of it lies at `zoom * point + (x, y)` on the screen. */
export interface View extends Point {
  readonly zoom: number
}

export const ZOOM_MIN = 0.15
export const ZOOM_MAX = 1.75
/** Below this the words on a node cannot be read, so a larger graph opens at its beginning instead. */
const ZOOM_READABLE = 0.62
const MARGIN = 40
const MARGIN_ACROSS = 24

/**
 * The view a graph opens with: all of it and in the middle when that can be read, at no more than its real
 * size; otherwise its beginning, where the trigger stands. `covered` is how much of the top something else covers,
 * in pixels.
 */
export function openingView(
  bounds: Box,
  screen: { width: number; height: number },
  direction: Direction,
  covered = 0,
): View {
  const isRight = direction === 'right'
  const height = screen.height - covered
  const [beside, above] = isRight ? [MARGIN, MARGIN_ACROSS] : [MARGIN_ACROSS, MARGIN]
  const fit = Math.min((screen.width - 2 * beside) / bounds.width, (height - 2 * above) / bounds.height)
  const zoom = Math.min(1, Math.max(ZOOM_READABLE, fit))
  const place = (start: number, length: number, room: number, isAlong: boolean) => {
    const isWhole = length * zoom <= room - MARGIN
    return isWhole || !isAlong ? (room - length * zoom) / 2 - start * zoom : MARGIN - start * zoom
  }
  return {
    zoom,
    x: place(bounds.x, bounds.width, screen.width, isRight),
    y: covered + place(bounds.y, bounds.height, height, !isRight),
  }
}
