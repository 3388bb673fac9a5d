import type { Edge, Node } from '@xyflow/react'
import {
  type Graph,
  type GraphEdge,
  type GraphNode,
  type GraphNote,
  type Handle,
  handleOf,
  namedIn,
} from '#modules/flow/contract.ts'
import { exitOffset } from '../canvas/drawing.ts'
import { edgeWords, type Face, faceOf, nameOf } from '../canvas/face.ts'
import { NODE_HEIGHT, NODE_WIDTH } from '../canvas/layout.ts'

/** An exit of a drawn node. */
export type Port = Handle & { readonly isOpen: boolean }

// React Flow wants its data to be types, not interfaces.
export type EditNodeData = {
  readonly face: Face
  readonly ports: readonly Port[]
  readonly problems: number
  /** Who else has this node open, by name. */
  readonly others: readonly string[]
  /** Whether the Tab key leads here. */
  readonly isCurrent: boolean
}
export type EditNode = Node<EditNodeData, 'step'>
export type NoteNode = Node<{ readonly note: GraphNote; readonly isCurrent: boolean }, 'note'>
export type EditEdge = Edge<{ readonly words: string; readonly isOff: boolean }, 'way'>

export interface DrawingInput {
  readonly graph: Graph
  readonly selected: ReadonlySet<string>
  readonly currentId: string | undefined
  /** How many problems each node has, by node id. */
  readonly problems: ReadonlyMap<string, number>
  readonly others: ReadonlyMap<string, readonly string[]>
  /** What ids in settings are called. */
  readonly called?: ReadonlyMap<string, string> | undefined
}

export interface Drawn {
  readonly nodes: (EditNode | NoteNode)[]
  readonly edges: EditEdge[]
  readonly faces: ReadonlyMap<string, Face>
  readonly names: ReadonlyMap<string, string>
}

interface DrawnNode {
  readonly node: GraphNode
  readonly exits: string
  readonly look: string
  readonly face: Face
  /** Whether the face names other nodes, and so changes with them. */
  readonly readsNames: boolean
  readonly drawn: EditNode
}

const NO_NAMES: readonly string[] = []
const SIZE = { width: NODE_WIDTH, height: NODE_HEIGHT }

/**
 * Draws graphs that differ little from each other. What did not change is the same object as in the drawing before, so
 * that React and React Flow pass over it: a key pressed in the panel draws one node of a thousand anew.
 */
export function createDrawer(): (input: DrawingInput) => Drawn {
  let nodes = new Map<string, DrawnNode>()
  let notes = new Map<string, NoteNode>()
  let edges = new Map<string, { edge: GraphEdge; face: Face | undefined; drawn: EditEdge }>()
  let names = new Map<string, string>()
  let called: DrawingInput['called']

  return input => {
    const { graph } = input
    const leaving = new Map<string, GraphEdge[]>()
    for (const edge of graph.edges) {
      const known = leaving.get(edge.source)
      if (known) known.push(edge)
      else leaving.set(edge.source, [edge])
    }
    const titles = new Map(graph.nodes.map(node => [node.id, nameOf(node)]))
    const isRenamed = titles.size !== names.size || [...titles].some(([id, name]) => names.get(id) !== name)
    names = isRenamed ? titles : names
    const isCalledAnew = called !== input.called
    called = input.called

    const nextNodes = new Map<string, DrawnNode>()
    for (const node of graph.nodes) {
      const before = nodes.get(node.id)
      nextNodes.set(
        node.id,
        drawNode(node, input, leaving.get(node.id) ?? [], names, before, {
          isRenamed,
          isCalledAnew,
        }),
      )
    }
    const nextNotes = new Map<string, NoteNode>()
    for (const note of graph.notes ?? []) nextNotes.set(note.id, drawNote(note, input, notes.get(note.id)))
    const nextEdges: typeof edges = new Map()
    for (const edge of graph.edges) {
      if (!nextNodes.has(edge.source) || !nextNodes.has(edge.target)) continue
      const face = nextNodes.get(edge.source)?.face
      const selected = input.selected.has(edge.id)
      const before = edges.get(edge.id)
      const isSame = before?.edge === edge && before.face === face && !isRenamed
      if (before && isSame && before.drawn.selected === selected) nextEdges.set(edge.id, before)
      else nextEdges.set(edge.id, { edge, face, drawn: drawEdge(edge, face, names, selected) })
    }
    ;[nodes, notes, edges] = [nextNodes, nextNotes, nextEdges]
    return {
      nodes: [...[...notes.values()], ...[...nodes.values()].map(({ drawn }) => drawn)],
      edges: [...edges.values()].map(({ drawn }) => drawn),
      faces: new Map([...nodes].map(([id, { face }]) => [id, face])),
      names,
    }
  }
}

function drawNode(
  node: GraphNode,
  { selected, currentId, problems, others, called }: DrawingInput,
  leaving: readonly GraphEdge[],
  names: ReadonlyMap<string, string>,
  before: DrawnNode | undefined,
  { isRenamed, isCalledAnew }: { readonly isRenamed: boolean; readonly isCalledAnew: boolean },
): DrawnNode {
  const exits = leaving.map(handleOf).join(' ')
  const isFaceKept =
    before !== undefined &&
    before.exits === exits &&
    before.node.type === node.type &&
    before.node.label === node.label &&
    before.node.config === node.config &&
    !(isRenamed && before.readsNames) &&
    !(isCalledAnew && namedIn(node).length > 0)
  const { face, readsNames } = isFaceKept ? before : readFace(node, leaving, names, called)
  const isSelected = selected.has(node.id)
  const isCurrent = currentId === node.id
  const there = others.get(node.id) ?? NO_NAMES
  const look = `${problems.get(node.id) ?? 0} ${isSelected} ${isCurrent} ${there.join(',')}`
  if (before && before.face === face && before.look === look && before.node.position === node.position) {
    return before.node === node ? before : { ...before, node }
  }
  const isSameData = before !== undefined && before.face === face && before.look === look
  const used = new Set(leaving.map(handleOf))
  const data: EditNodeData = isSameData
    ? before.drawn.data
    : {
        face,
        ports: face.exits.map(exit => ({ ...exit, isOpen: !used.has(exit.id) })),
        problems: problems.get(node.id) ?? 0,
        others: there,
        isCurrent,
      }
  return { node, exits, look, face, readsNames, drawn: stepNode(node, data, isSelected) }
}

function readFace(
  node: GraphNode,
  leaving: readonly GraphEdge[],
  names: ReadonlyMap<string, string>,
  called: DrawingInput['called'],
): Pick<DrawnNode, 'face' | 'readsNames'> {
  let readsNames = false
  const watched = {
    get: (id: string) => {
      readsNames = true
      return names.get(id)
    },
  } as ReadonlyMap<string, string>
  const face = faceOf(node, { nodes: [], edges: [...leaving] }, watched, called)
  return { face, readsNames }
}

function stepNode(node: GraphNode, data: EditNodeData, selected: boolean): EditNode {
  const { ports, face } = data
  const entry = { type: 'target', position: 'left', x: 0, y: NODE_HEIGHT / 2 } as const
  const exits = ports.map(
    ({ id }, index) =>
      ({
        id,
        type: 'source',
        position: 'right',
        x: NODE_WIDTH,
        y: exitOffset(index, ports.length, 'right'),
      }) as const,
  )
  return {
    id: node.id,
    type: 'step',
    position: node.position,
    ...SIZE,
    // Sizes and handles are known, so nothing has to be measured and a new drawing never flickers.
    measured: SIZE,
    handles: [...(face.kind === 'trigger' ? [] : [entry]), ...exits] as NonNullable<EditNode['handles']>,
    selected,
    data,
  }
}

function drawNote(
  note: GraphNote,
  { selected, currentId }: DrawingInput,
  before: NoteNode | undefined,
): NoteNode {
  const isSelected = selected.has(note.id)
  const isCurrent = currentId === note.id
  if (before?.data.note === note && before.selected === isSelected && before.data.isCurrent === isCurrent) {
    return before
  }
  const size = { width: note.width, height: note.height }
  return {
    id: note.id,
    type: 'note',
    position: note.position,
    ...size,
    measured: size,
    // Words lie under the steps they are about.
    zIndex: -1,
    selected: isSelected,
    data: { note, isCurrent },
  }
}

function drawEdge(
  edge: GraphEdge,
  face: Face | undefined,
  names: ReadonlyMap<string, string>,
  selected: boolean,
): EditEdge {
  const words = edgeWords(edge, face, names)
  return {
    id: edge.id,
    type: 'way',
    source: edge.source,
    target: edge.target,
    sourceHandle: handleOf(edge),
    selected,
    // What a screen reader says of the line, in place of ids.
    ariaLabel: [`From ${names.get(edge.source)} to ${names.get(edge.target)}`, words]
      .filter(Boolean)
      .join(': '),
    data: { words, isOff: !edge.enabled },
  }
}
