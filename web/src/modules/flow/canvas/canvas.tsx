import '@xyflow/react/dist/base.css'
import { useMediaQuery } from '@mantine/hooks'
import { Background, BackgroundVariant, MiniMap, ReactFlow, ReactFlowProvider } from '@xyflow/react'
import { type ReactNode, useMemo, useRef } from 'react'
import type { Graph } from '#modules/flow/contract.ts'
import { useCalledIn } from '../panel/use-called.ts'
import classes from './canvas.module.css'
import { type DiffMarks, drawingOf, type RunDrawing } from './drawing.ts'
import { arrangementOf, ZOOM_MAX, ZOOM_MIN } from './layout.ts'
import { nodeTowards } from './steering.ts'
import { StepNodeView } from './step-node.tsx'
import { StepsInWords } from './steps-in-words.tsx'
import { useView } from './use-view.ts'
import { ViewControls } from './view-controls.tsx'
import { WayEdgeView } from './way-edge.tsx'

const nodeTypes = { step: StepNodeView }
const edgeTypes = { way: WayEdgeView }
const proOptions = { hideAttribution: true }
/** A graph with more nodes than this gets a small map of itself. */
const MAP_FROM = 20
/** What stands over the canvas takes this much of its top, in pixels. */
const OVER_HEIGHT = 36

export interface CanvasProps {
  graph: Graph
  /** What is drawn, for screen readers: "Canvas of Thank a new lead". */
  label: string
  selectedId: string | undefined
  /** A node was chosen, or with undefined none any more. */
  onSelect: (id: string | undefined, byKeyboard: boolean) => void
  /** How many problems each node has, by node id. */
  problems?: ReadonlyMap<string, number> | undefined
  run?: RunDrawing | undefined
  /** What became of nodes and edges between two versions that are drawn as one. */
  diff?: DiffMarks | undefined
  /** A node to keep in sight for as long as nobody has moved the drawing. */
  follow?: string | undefined
  /** Stands over the canvas at its top left. */
  children?: ReactNode
}

const noProblems: ReadonlyMap<string, number> = new Map()

/** A workflow as a drawing that can be moved, zoomed and walked through with the keyboard. */
export function Canvas(props: CanvasProps) {
  return (
    <ReactFlowProvider>
      <CanvasView {...props} />
    </ReactFlowProvider>
  )
}

function CanvasView({
  graph,
  label,
  selectedId,
  onSelect,
  problems = noProblems,
  run,
  diff,
  follow,
  children,
}: CanvasProps) {
  const isNarrow = useMediaQuery('(max-width: 64rem)', false, { getInitialValueInEffect: false })
  const isPhone = useMediaQuery('(max-width: 40rem)', false, { getInitialValueInEffect: false })
  const direction = isNarrow ? 'down' : 'right'
  const arrangement = useMemo(() => arrangementOf(graph, direction), [graph, direction])
  const pick = useRef(onSelect)
  pick.current = onSelect
  const called = useCalledIn(graph)
  const { nodes, edges, faces } = useMemo(
    () =>
      drawingOf({
        graph,
        arrangement,
        direction,
        selectedId,
        problems,
        run,
        diff,
        called,
        onPick: (id, byKeyboard) => pick.current(id, byKeyboard),
      }),
    [graph, arrangement, direction, selectedId, problems, run, diff, called],
  )
  const frame = useRef<HTMLDivElement>(null)
  const view = useView({
    frame,
    places: arrangement.places,
    direction,
    selectedId,
    follow,
    above: children ? OVER_HEIGHT : 0,
  })

  const focusOn = (id: string) => {
    frame.current?.querySelector<HTMLElement>(`[data-step="${id}"]`)?.focus({ preventScroll: true })
    view.reveal(id)
  }
  const onKeyDown = (event: React.KeyboardEvent) => {
    const from = event.target instanceof HTMLElement ? event.target.dataset.step : undefined
    if (from === undefined || event.metaKey || event.ctrlKey || event.altKey) return
    const ends: Readonly<Record<string, string | undefined>> = { Home: nodes[0]?.id, End: nodes.at(-1)?.id }
    const to = ends[event.key] ?? nodeTowards(event.key, from, arrangement.places, graph.edges)
    if (to === undefined) return
    event.preventDefault()
    focusOn(to)
  }

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the arrow keys of the buttons inside bubble up to here
    <div
      ref={frame}
      className={classes.frame}
      onKeyDown={onKeyDown}
      onFocus={event => {
        const id = event.target.dataset.step
        if (id !== undefined && event.target.matches(':focus-visible')) view.reveal(id)
      }}
    >
      <StepsInWords label={label} graph={graph} nodes={nodes} faces={faces} />
      {view.isReady ? (
        <ReactFlow
          nodes={nodes}
          edges={edges}
          nodeTypes={nodeTypes}
          edgeTypes={edgeTypes}
          defaultViewport={view.opening}
          minZoom={ZOOM_MIN}
          maxZoom={ZOOM_MAX}
          aria-label={label}
          className={classes.flow ?? ''}
          proOptions={proOptions}
          nodesDraggable={false}
          nodesConnectable={false}
          nodesFocusable={false}
          edgesFocusable={false}
          elementsSelectable={false}
          disableKeyboardA11y
          deleteKeyCode={null}
          selectionKeyCode={null}
          multiSelectionKeyCode={null}
          zoomActivationKeyCode={null}
          panActivationKeyCode={null}
          zoomOnDoubleClick={false}
          panOnScroll
          onPaneClick={() => onSelect(undefined, false)}
          onMoveStart={event => event && view.touch()}
        >
          <Background variant={BackgroundVariant.Dots} gap={20} size={1.25} color="var(--canvas-dot)" />
          {nodes.length > MAP_FROM && !isPhone ? (
            <MiniMap
              pannable
              zoomable
              ariaLabel="Overview"
              className={classes.map ?? ''}
              nodeBorderRadius={24}
              nodeColor={node => (node.data.isSelected ? 'var(--accent-line)' : 'var(--canvas-way)')}
            />
          ) : null}
          <ViewControls view={view} />
        </ReactFlow>
      ) : null}
      {children ? <div className={classes.over}>{children}</div> : null}
    </div>
  )
}
