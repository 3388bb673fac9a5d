import type { Edge, Node } from '@xyflow/react'
import { type Handle as Exit, type Graph, handleOf } from '#modules/flow/contract.ts'
import type { NodeState, Trail } from '../run/run-path.ts'
import type { DiffMark } from '../versions/change-words.ts'
import { edgeWords, type Face, faceOf, namesOf } from './face.ts'
import { flowOrder } from './flow-order.ts'
import { type Arrangement, type Direction, NODE_HEIGHT, NODE_WIDTH, type Point, wayAcross } from './layout.ts'

/** How a run stands, for a canvas that shows one. */
export interface RunDrawing {
  /** The last step of each node that was reached, by node id. */
  readonly trails: ReadonlyMap<string, Trail>
  /** The edges the run went along. */
  readonly taken: ReadonlySet<string>
  /** Nodes reached since the last look, with their place in line: they are shown one after the other. */
  readonly arrivals: ReadonlyMap<string, number>
}

/** What became of nodes and edges, for a canvas that shows two versions in one. */
export interface DiffMarks {
  readonly nodes: ReadonlyMap<string, DiffMark>
  readonly edges: ReadonlyMap<string, DiffMark>
}

export interface Mark {
  readonly state: NodeState
  readonly trail: Trail | undefined
  /** The place in the line of what is new, from 0; undefined for what was there before. */
  readonly arrival: number | undefined
}

// React Flow wants its data to be types, not interfaces: only those fit its Record<string, unknown>.
export type StepData = {
  readonly face: Face
  /** The exits in the order they are drawn in. */
  readonly ports: readonly Exit[]
  readonly direction: Direction
  readonly isSelected: boolean
  readonly problems: number
  /** Undefined on a canvas that shows no run. */
  readonly mark: Mark | undefined
  /** Undefined where nothing became of it, and on a canvas that compares nothing. */
  readonly diff: DiffMark | undefined
  readonly onPick: (id: string, byKeyboard: boolean) => void
}

export type WayData = {
  readonly words: string
  readonly direction: Direction
  readonly bends: readonly Point[]
  /** Whether the run went along here; undefined on a canvas that shows no run. */
  readonly isTaken: boolean | undefined
  readonly isOff: boolean
  readonly diff: DiffMark | undefined
  readonly arrival: number | undefined
}

export type StepNode = Node<StepData, 'step'>
export type WayEdge = Edge<WayData, 'way'>

interface DrawingInput {
  readonly graph: Graph
  readonly arrangement: Arrangement
  readonly direction: Direction
  readonly selectedId: string | undefined
  /** How many problems each node has, by node id. */
  readonly problems: ReadonlyMap<string, number>
  readonly run: RunDrawing | undefined
  readonly diff?: DiffMarks | undefined
  /** What ids in settings are called. */
  readonly called?: ReadonlyMap<string, string> | undefined
  readonly onPick: StepData['onPick']
}

/** Where the exits of a node are, as offsets along the side they are on. */
export function exitOffset(index: number, count: number, direction: Direction): number {
  return ((index + 1) / (count + 1)) * (direction === 'right' ? NODE_HEIGHT : NODE_WIDTH)
}

/** The nodes and edges as React Flow takes them, the nodes in flow order, which is the order of the Tab key. */
export function drawingOf(input: DrawingInput): {
  nodes: StepNode[]
  edges: WayEdge[]
  faces: Map<string, Face>
} {
  const { graph, run } = input
  const names = namesOf(graph)
  const order = flowOrder(graph)
  const faces = new Map(order.map(node => [node.id, faceOf(node, graph, names, input.called)]))
  const nodes = order.flatMap((node): StepNode[] => {
    const face = faces.get(node.id)
    const position = input.arrangement.places.get(node.id)
    return face && position ? [stepNode(input, node.id, face, position)] : []
  })
  const drawn = new Set(nodes.map(node => node.id))
  const edges = graph.edges
    .filter(edge => drawn.has(edge.source) && drawn.has(edge.target))
    .map(
      (edge): WayEdge => ({
        id: edge.id,
        type: 'way',
        ariaLabel: `From ${names.get(edge.source)} to ${names.get(edge.target)}`,
        source: edge.source,
        target: edge.target,
        sourceHandle: handleOf(edge),
        data: {
          words: edgeWords(edge, faces.get(edge.source), names),
          direction: input.direction,
          bends: input.arrangement.bends.get(edge.id) ?? [],
          isTaken: run?.taken.has(edge.id),
          isOff: !edge.enabled,
          diff: input.diff?.edges.get(edge.id),
          arrival: run?.taken.has(edge.id) ? run.arrivals.get(edge.target) : undefined,
        },
      }),
    )
  // What the run went along is drawn last, so that it lies above what it did not.
  edges.sort((a, b) => Number(a.data?.isTaken ?? false) - Number(b.data?.isTaken ?? false))
  return { nodes, edges, faces }
}

function stepNode(input: DrawingInput, id: string, face: Face, position: Point): StepNode {
  const { direction, run } = input
  const trail = run?.trails.get(id)
  const ports = portsOf(input, id, face)
  const isRight = direction === 'right'
  const middle = isRight ? NODE_HEIGHT / 2 : NODE_WIDTH / 2
  const size = { width: NODE_WIDTH, height: NODE_HEIGHT }
  const entry = { type: 'target', position: isRight ? 'left' : 'top', ...place(isRight, 0, middle) } as const
  const exits = ports.map(
    (exit, index) =>
      ({
        id: exit.id,
        type: 'source',
        position: isRight ? 'right' : 'bottom',
        ...place(isRight, isRight ? NODE_WIDTH : NODE_HEIGHT, exitOffset(index, ports.length, direction)),
      }) as const,
  )
  return {
    id,
    type: 'step',
    position: { ...position },
    // Sizes and handles are known, so nothing has to be measured and a new drawing never flickers.
    ...size,
    measured: size,
    handles: [entry, ...exits] as NonNullable<StepNode['handles']>,
    data: {
      face,
      ports,
      direction,
      isSelected: input.selectedId === id,
      problems: input.problems.get(id) ?? 0,
      mark: run && { state: trail?.state ?? 'idle', trail, arrival: run.arrivals.get(id) },
      diff: input.diff?.nodes.get(id),
      onPick: input.onPick,
    },
  }
}

/** On a computed drawing the exits stand in the order of where they lead, so that their edges never cross. */
function portsOf({ graph, arrangement, direction }: DrawingInput, id: string, face: Face): readonly Exit[] {
  if (!arrangement.isComputed || face.exits.length < 2) return face.exits
  const across = (exit: Exit) => {
    const ways = graph.edges
      .filter(edge => edge.source === id && handleOf(edge) === exit.id)
      .map(edge => wayAcross(edge, arrangement, direction))
    return ways.length === 0 ? undefined : ways.reduce((sum, way) => sum + way, 0) / ways.length
  }
  // An exit that leads nowhere keeps its place.
  return face.exits.toSorted((a, b) => {
    const [first, second] = [across(a), across(b)]
    return first === undefined || second === undefined ? 0 : first - second
  })
}

function place(isRight: boolean, along: number, across: number): Point {
  return isRight ? { x: along, y: across } : { x: across, y: along }
}
