import '@xyflow/react/dist/base.css'
import {
  Background,
  BackgroundVariant,
  type Connection,
  type EdgeChange,
  type FinalConnectionState,
  type NodeChange,
  ReactFlow,
  useReactFlow,
} from '@xyflow/react'
import {
  type ReactNode,
  type RefObject,
  useCallback,
  useDeferredValue,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react'
import { type Graph, MAIN_HANDLE } from '#modules/flow/contract.ts'
import classes from '../canvas/canvas.module.css'
import { mayConnect } from '../canvas/exits.ts'
import { flowOrder } from '../canvas/flow-order.ts'
import { ZOOM_MAX, ZOOM_MIN } from '../canvas/layout.ts'
import { nodeTowards } from '../canvas/steering.ts'
import { StepsInWords } from '../canvas/steps-in-words.tsx'
import { useView } from '../canvas/use-view.ts'
import { ViewControls } from '../canvas/view-controls.tsx'
import { useCalledIn } from '../panel/use-called.ts'
import { counted } from '../words.ts'
import { STEP_DRAG } from './choosing.tsx'
import { createDrawer, type EditEdge, type EditNode, type NoteNode } from './edit-drawing.ts'
import { EditEdgeView } from './edit-edge.tsx'
import { EditNodeView } from './edit-node.tsx'
import { useEditor, useSnapshot } from './editor-context.ts'
import { randomId } from './ids.ts'
import { NoteNodeView } from './note-node.tsx'
import { Overview } from './overview.tsx'
import { movedTo, withNotes } from './places.ts'
import { type Spot, withEdge, withStep } from './step-edits.ts'
import { useLiveMoves } from './use-live-moves.ts'

const nodeTypes = { step: EditNodeView, note: NoteNodeView }
const edgeTypes = { way: EditEdgeView }
const proOptions = { hideAttribution: true }
const SNAP: [number, number] = [10, 10]
/** An edge that is being drawn. */
const LINE = { stroke: 'var(--accent-line)', strokeWidth: 2 }
const ADDING_KEYS = ['Shift', 'Meta', 'Control']
/** A graph with more nodes than this gets a small map of itself. */
const MAP_FROM = 20
/** A graph with more nodes than this has only those in the page that are seen. */
const WHOLE_MAX = 150
/** The bar over the canvas takes this much of its top, in pixels. */
const BAR_HEIGHT = 56

/** Brings a node into sight: into the middle, or no further than it takes. */
export type Reveal = (id: string, how?: 'middle' | 'least') => void

export interface EditCanvasProps {
  label: string
  frame: RefObject<HTMLDivElement | null>
  currentId: string | undefined
  onCurrent: (id: string) => void
  /** A node was chosen alone, or with undefined nothing any more. */
  onOpen: (id: string | undefined, byKeyboard: boolean) => void
  problems: ReadonlyMap<string, number>
  others: ReadonlyMap<string, readonly string[]>
  /** Tells how to bring a node into sight. */
  revealer: RefObject<Reveal | undefined>
  children?: ReactNode
}

type AnyNode = EditNode | NoteNode

/** The drawing of a workflow that can be changed with the mouse and walked through with the arrow keys. */
export function EditCanvas(props: EditCanvasProps) {
  const { label, frame, currentId, onCurrent, onOpen, problems, others, revealer, children } = props
  const { session, focus } = useEditor()
  const { graph, selected } = useSnapshot(session)
  const flow = useReactFlow<AnyNode, EditEdge>()
  const [draw] = useState(createDrawer)
  const called = useCalledIn(graph)
  const drawn = useMemo(
    () => draw({ graph, selected, currentId, problems, others, called }),
    [draw, graph, selected, currentId, problems, others, called],
  )
  const { nodes, take } = useLiveMoves(drawn.nodes)
  const [firstPlaces] = useState(() => new Map(graph.nodes.map(node => [node.id, node.position])))
  const view = useView({
    frame,
    places: firstPlaces,
    direction: 'right',
    selectedId: undefined,
    follow: undefined,
    above: BAR_HEIGHT,
  })
  const { touch } = view
  revealer.current = useReveal(flow, frame, drawn.nodes)
  const begin = useRef(() => {})
  begin.current = () => {
    touch()
    const first = flowOrder(graph)[0]
    if (first) revealer.current?.(currentId ?? first.id)
  }
  // What is edited begins at its trigger and never moves by itself, whatever becomes wider or narrower around it.
  useEffect(() => {
    if (view.isReady) begin.current()
  }, [view.isReady])

  const edits = useCanvasEdits(take)

  const places = useMemo(
    () => new Map([...graph.nodes, ...(graph.notes ?? [])].map(each => [each.id, each.position])),
    [graph.nodes, graph.notes],
  )
  const onKeyDown = (event: React.KeyboardEvent) => {
    const from = event.target instanceof HTMLElement ? event.target.dataset.step : undefined
    if (from === undefined || event.metaKey || event.ctrlKey || event.altKey) return
    const order = event.key === 'Home' || event.key === 'End' ? flowOrder(graph) : []
    const ends: Readonly<Record<string, string | undefined>> = { Home: order[0]?.id, End: order.at(-1)?.id }
    if (event.key === ' ') {
      event.preventDefault()
      const next = new Set(session.get().selected)
      if (!next.delete(from)) next.add(from)
      session.choose(next)
      return
    }
    const to = ends[event.key] ?? nodeTowards(event.key, from, places, graph.edges)
    if (to === undefined) return
    event.preventDefault()
    session.choose(event.shiftKey ? [...session.get().selected, from, to] : [to])
    focus(to)
  }

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the arrow keys of the buttons inside bubble up to here
    <div
      ref={frame}
      className={classes.frame}
      data-editing="true"
      onKeyDown={onKeyDown}
      onDragOver={event => {
        if (!event.dataTransfer.types.includes(STEP_DRAG)) return
        event.preventDefault()
        event.dataTransfer.dropEffect = 'copy'
      }}
      onDrop={edits.onDrop}
      onFocus={event => {
        const id = event.target.dataset.step
        if (id === undefined) return
        onCurrent(id)
        if (event.target.matches(':focus-visible')) revealer.current?.(id)
      }}
    >
      <Words label={label} graph={graph} draw={drawn} />
      {view.isReady ? (
        <ReactFlow<AnyNode, EditEdge>
          nodes={nodes}
          edges={drawn.edges}
          nodeTypes={nodeTypes}
          edgeTypes={edgeTypes}
          defaultViewport={view.opening}
          minZoom={ZOOM_MIN}
          maxZoom={ZOOM_MAX}
          aria-label={label}
          className={classes.flow ?? ''}
          proOptions={proOptions}
          onlyRenderVisibleElements={graph.nodes.length > WHOLE_MAX}
          onNodesChange={edits.onNodesChange}
          onEdgesChange={edits.onEdgesChange}
          onConnect={edits.onConnect}
          onConnectEnd={edits.onConnectEnd}
          isValidConnection={edits.isValidConnection}
          connectOnClick={false}
          connectionRadius={28}
          connectionLineStyle={LINE}
          nodesFocusable={false}
          edgesFocusable={false}
          disableKeyboardA11y
          deleteKeyCode={null}
          multiSelectionKeyCode={ADDING_KEYS}
          selectionKeyCode="Shift"
          zoomActivationKeyCode={null}
          panActivationKeyCode={null}
          zoomOnDoubleClick={false}
          panOnScroll
          snapToGrid
          snapGrid={SNAP}
          nodeDragThreshold={3}
          elevateNodesOnSelect={false}
          onNodeClick={(event, node) => {
            const isAdding = event.shiftKey || event.metaKey || event.ctrlKey
            if (isAdding || node.type !== 'step') onOpen(undefined, false)
            else onOpen(node.id, event.detail === 0)
          }}
          onEdgeClick={() => onOpen(undefined, false)}
          onPaneClick={() => {
            session.choose([])
            onOpen(undefined, false)
          }}
        >
          <Background variant={BackgroundVariant.Dots} gap={20} size={1.25} color="var(--canvas-dot)" />
          {graph.nodes.length > MAP_FROM ? <Overview graph={graph} selected={selected} /> : null}
          <ViewControls view={view} />
        </ReactFlow>
      ) : null}
      {children}
    </div>
  )
}

/** What the mouse does to the drawing: moving, choosing, connecting, and putting steps from the list onto it. */
function useCanvasEdits(take: ReturnType<typeof useLiveMoves<AnyNode>>['take']) {
  const { session, choose } = useEditor()
  const flow = useReactFlow<AnyNode, EditEdge>()
  const onNodesChange = useCallback(
    (changes: NodeChange<AnyNode>[]) => {
      const settled = take(changes)
      const now = session.get()
      if (settled.size > 0) {
        const places = new Map(
          [...settled].flatMap(([id, { position }]) => (position ? [[id, position]] : [])),
        )
        const moved = movedTo(now.graph, places)
        session.apply({
          graph: withNotes(
            moved,
            moved.notes?.map(note => ({ ...note, ...settled.get(note.id)?.size })),
          ),
          words: settled.size === 1 ? 'Moved.' : `Moved ${settled.size}.`,
        })
      }
      session.choose(withChanges(now.selected, changes))
    },
    [session, take],
  )
  const onEdgesChange = useCallback(
    (changes: EdgeChange<EditEdge>[]) => session.choose(withChanges(session.get().selected, changes)),
    [session],
  )
  const isValidConnection = useCallback(
    ({ source, sourceHandle, target }: Connection | EditEdge) =>
      mayConnect(session.get().graph, source, sourceHandle ?? MAIN_HANDLE, target),
    [session],
  )
  const onConnect = useCallback(
    ({ source, sourceHandle, target }: Connection) => {
      session.apply(withEdge(session.get().graph, source, sourceHandle ?? MAIN_HANDLE, target, randomId))
    },
    [session],
  )
  const onConnectEnd = (event: MouseEvent | TouchEvent, state: FinalConnectionState) => {
    const { fromNode, fromHandle, toNode } = state
    if (state.isValid || toNode || !fromNode || fromHandle?.type !== 'source') return
    const point = 'changedTouches' in event ? event.changedTouches[0] : event
    if (!point) return
    const { x, y } = flow.screenToFlowPosition({ x: point.clientX, y: point.clientY })
    choose({
      what: 'step',
      spot: { at: { x, y: y - 30 }, from: { nodeId: fromNode.id, handle: fromHandle.id ?? MAIN_HANDLE } },
    })
  }
  const onDrop = (event: React.DragEvent) => {
    const type = event.dataTransfer.getData(STEP_DRAG)
    if (!type) return
    event.preventDefault()
    const { x, y } = flow.screenToFlowPosition({ x: event.clientX, y: event.clientY })
    const edge = document
      .elementsFromPoint(event.clientX, event.clientY)
      .find(
        (element): element is SVGElement =>
          element instanceof SVGElement && element.dataset.edge !== undefined,
      )
    const spot: Spot = edge?.dataset.edge ? { edge: edge.dataset.edge } : { at: { x: x - 110, y: y - 30 } }
    session.apply(withStep(session.get().graph, type, spot, randomId))
  }
  return { onNodesChange, onEdgesChange, isValidConnection, onConnect, onConnectEnd, onDrop }
}

/** The steps in words, brought up to date when there is time for it. */
function Words({
  label,
  graph,
  draw,
}: {
  label: string
  graph: Graph
  draw: ReturnType<ReturnType<typeof createDrawer>>
}) {
  const late = useDeferredValue(useMemo(() => ({ graph, faces: draw.faces }), [graph, draw.faces]))
  return useMemo(
    () =>
      late.graph.nodes.length > WHOLE_MAX ? (
        <p className="visually-hidden">
          {`${counted(late.graph.nodes.length, 'step')}. The arrow keys lead from one to the next; F goes to one by its name.`}
        </p>
      ) : (
        <StepsInWords
          label={label}
          graph={late.graph}
          nodes={flowOrder(late.graph).flatMap(({ id }) => {
            const face = late.faces.get(id)
            return face ? [{ id, data: { face, mark: undefined } }] : []
          })}
          faces={late.faces}
        />
      ),
    [label, late],
  )
}

function withChanges(
  selected: ReadonlySet<string>,
  changes: readonly (NodeChange<AnyNode> | EdgeChange<EditEdge>)[],
): ReadonlySet<string> {
  let next: Set<string> | undefined
  for (const change of changes) {
    if (change.type !== 'select') continue
    next ??= new Set(selected)
    if (change.selected) next.add(change.id)
    else next.delete(change.id)
  }
  return next ?? selected
}

/** How near to the edge of the screen a node may stand and still count as seen, in pixels. */
const EDGE = 24

/** Brings a node into sight when it is not, or not all of it. */
function useReveal(
  flow: ReturnType<typeof useReactFlow<AnyNode, EditEdge>>,
  frame: RefObject<HTMLDivElement | null>,
  nodes: readonly AnyNode[],
): Reveal {
  return (id, how = 'middle') => {
    const node = nodes.find(each => each.id === id)
    const element = frame.current
    if (!node || !element) return
    const { x, y, zoom } = flow.getViewport()
    const { width = 0, height = 0, position } = node
    const [left, top] = [position.x * zoom + x, position.y * zoom + y]
    const beyond = {
      right: left + width * zoom - (element.clientWidth - EDGE),
      below: top + height * zoom - (element.clientHeight - EDGE),
    }
    const aside = left < EDGE ? EDGE - left : Math.min(0, -beyond.right)
    const down = top < BAR_HEIGHT ? BAR_HEIGHT - top : Math.min(0, -beyond.below)
    if (aside === 0 && down === 0) return
    if (how === 'least') {
      void flow.setViewport({ x: x + aside, y: y + down, zoom }, { duration: 0 })
      return
    }
    void flow.setCenter(position.x + width / 2, position.y + height / 2, { zoom, duration: 0 })
  }
}
