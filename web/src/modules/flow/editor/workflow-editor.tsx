import { Button } from '@mantine/core'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { ReactFlowProvider, useReactFlow } from '@xyflow/react'
import { Copy, Replace, Trash2 } from 'lucide-react'
import { type ReactNode, type RefObject, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import type { Graph, GraphNode, WorkflowDetail } from '#modules/flow/contract.ts'
import { useSavedLater } from '../../../shell/use-saved-later.ts'
import { faceOf, namesOf } from '../canvas/face.ts'
import { flowOrder } from '../canvas/flow-order.ts'
import { NodeIcon } from '../canvas/node-icon.tsx'
import { NodePanel } from '../panel/node-panel.tsx'
import { TryStep } from '../trial/try-step.tsx'
import { counted } from '../words.ts'
import stageClasses from '../workflow/canvas-tab.module.css'
import { type DraftProblem, problemsByNode } from '../workflow/draft-problems.ts'
import inspectorClasses from '../workflow/inspector.module.css'
import { Inspector } from '../workflow/inspector.tsx'
import { ProblemList } from '../workflow/node-details.tsx'
import { ChoosingList } from './choosing.tsx'
import { ChosenBar } from './chosen-bar.tsx'
import classes from './connections.module.css'
import { Connections } from './connections.tsx'
import { EdgePanel } from './edge-panel.tsx'
import { EditCanvas, type Reveal } from './edit-canvas.tsx'
import { EditorBar } from './editor-bar.tsx'
import {
  type Choosing,
  type EditorActions,
  EditorContext,
  ProblemsContext,
  useEditor,
  useSnapshot,
} from './editor-context.ts'
import { EmptyEditor } from './empty-editor.tsx'
import { isField } from './is-field.ts'
import { type EditorSession, sessionOf } from './session.ts'
import { withNode } from './step-edits.ts'
import { useChosenActs, useEditorKeys } from './use-editor-keys.ts'
import { othersByNode, usePresence } from './use-presence.ts'
import { useProblems } from './use-problems.ts'
import { WorkflowNews } from './workflow-news.tsx'

const from = '/app/workflows/$workflowId/' as const

interface WorkflowEditorProps {
  workflow: WorkflowDetail
  /** Stands in the bar over the canvas. */
  children?: ReactNode
}

/** The canvas of a workflow for somebody who may change it. */
export function WorkflowEditor(props: WorkflowEditorProps) {
  return (
    <ReactFlowProvider>
      <Editor {...props} key={props.workflow.id} />
    </ReactFlowProvider>
  )
}

function Editor({ workflow, children }: WorkflowEditorProps) {
  const search = useSearch({ from })
  const navigate = useNavigate({ from: '/workflows/$workflowId/' })
  const flow = useReactFlow()
  const [session] = useState(() => sessionOf(workflow))
  const { graph, selected } = useSnapshot(session)
  const [choosing, setChoosing] = useState<Choosing>()
  const [currentId, setCurrent] = useState<string | undefined>(search.node)
  const [byKeyboard, setByKeyboard] = useState(false)
  const frame = useRef<HTMLDivElement>(null)
  // Whoever asks for the keyboard last gets it: a list that opens must not lose it to a step somebody came from.
  const turn = useRef(0)
  const revealer = useRef<Reveal>(undefined)
  useEffect(() => session.heard(workflow), [session, workflow])
  useSavedLater(session)
  useChosenFirst(session, search.node)

  const show = useCallback(
    (node: string | undefined) => navigate({ search: ({ figures }) => ({ figures, node }), replace: true }),
    [navigate],
  )
  const actions = useMemo<EditorActions>(() => {
    const focus = (id: string) => {
      setCurrent(id)
      turn.current += 1
      const mine = turn.current
      // A node that was just added, or that was out of sight, is in the page only after the next drawing.
      const seek = (tries: number) => {
        if (turn.current !== mine) return
        revealer.current?.(id)
        const element = frame.current?.querySelector<HTMLElement>(`[data-step="${CSS.escape(id)}"]`)
        if (element) element.focus({ preventScroll: true })
        else if (tries > 0) requestAnimationFrame(() => seek(tries - 1))
      }
      requestAnimationFrame(() => seek(5))
    }
    return {
      session,
      choose(next) {
        if (next) turn.current += 1
        setChoosing(next)
      },
      focus,
      open(id, withKeyboard = false) {
        session.choose([id])
        setByKeyboard(withKeyboard)
        void show(id)
        if (!withKeyboard) focus(id)
      },
      middle() {
        const box = frame.current?.getBoundingClientRect()
        if (!box) return { x: 0, y: 0 }
        return flow.screenToFlowPosition({ x: box.left + box.width / 2, y: box.top + box.height / 2 })
      },
    }
  }, [session, show, flow])

  const problems = useProblems(session, graph, workflow)
  const perNode = useMemo(() => problemsByNode(problems, graph), [problems, graph])
  const others = usePresence(workflow.id, search.node)
  const perOther = useMemo(() => othersByNode(others), [others])
  const only = selected.size === 1 ? [...selected][0] : undefined
  const opened = graph.nodes.find(node => node.id === search.node)
  const edge = opened ? undefined : graph.edges.find(each => each.id === only)
  const isThere = [...graph.nodes, ...(graph.notes ?? [])].some(({ id }) => id === currentId)
  const tabStop = isThere ? currentId : flowOrder(graph)[0]?.id

  useUncovered(opened?.id, revealer)
  const close = () => {
    const id = opened?.id ?? edge?.source
    void show(undefined)
    if (edge) session.choose([])
    if (id) actions.focus(id)
  }

  return (
    <EditorContext value={actions}>
      <Keys currentId={tabStop} />
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the keys of the fields inside bubble up to here */}
      <div
        className={stageClasses.stage}
        onKeyDown={event => {
          // Out of a field one comes back to the step; a list that is open in the field closes first.
          const { target } = event
          if (event.key !== 'Escape' || event.defaultPrevented || !isField(target)) return
          event.preventDefault()
          close()
        }}
      >
        <ProblemsContext value={problems}>
          <EditCanvas
            label={`Canvas of ${workflow.name}`}
            frame={frame}
            currentId={tabStop}
            onCurrent={setCurrent}
            onOpen={(id, withKeyboard) => {
              setByKeyboard(withKeyboard)
              if (id !== search.node) void show(id)
            }}
            problems={perNode}
            others={perOther}
            revealer={revealer}
          >
            <EditorBar others={others}>{children}</EditorBar>
            <ChosenBar />
            <WorkflowNews />
            {graph.nodes.length === 0 && !choosing ? <EmptyEditor /> : null}
            {choosing ? (
              <ChoosingList
                choosing={choosing}
                currentId={tabStop}
                onClose={() => {
                  setChoosing(undefined)
                  if (tabStop) actions.focus(tabStop)
                }}
              />
            ) : null}
          </EditCanvas>
        </ProblemsContext>
        {opened ? (
          <NodeInspector
            key={opened.id}
            workflowId={workflow.id}
            node={opened}
            graph={graph}
            problems={problems}
            takesFocus={byKeyboard}
            onClose={close}
          />
        ) : edge ? (
          <Inspector
            label="Settings of the connection"
            takesFocus={byKeyboard}
            onClose={close}
            title={
              <h2 className={inspectorClasses.name}>
                {namesOf(graph).get(edge.source)} to {namesOf(graph).get(edge.target)}
              </h2>
            }
          >
            <EdgePanel key={edge.id} edge={edge} graph={graph} />
          </Inspector>
        ) : search.problems && problems.length > 0 ? (
          <ProblemsInspector problems={problems} graph={graph} onClose={close} />
        ) : null}
      </div>
    </EditorContext>
  )
}

/** Chooses the step that the address names, for whoever comes by it. */
function useChosenFirst(session: EditorSession, nodeId: string | undefined): void {
  const first = useRef(nodeId)
  useEffect(() => {
    if (first.current !== undefined) session.choose([first.current])
  }, [session])
}

/** The panel takes its place from the canvas, and what it is about must not lie behind it. */
function useUncovered(openedId: string | undefined, revealer: RefObject<Reveal | undefined>): void {
  useEffect(() => {
    if (openedId === undefined) return undefined
    const frameId = requestAnimationFrame(() => revealer.current?.(openedId, 'least'))
    return () => cancelAnimationFrame(frameId)
  }, [openedId, revealer])
}

interface ProblemsInspectorProps {
  problems: readonly DraftProblem[]
  graph: Graph
  onClose: () => void
}

/** Everything that is wrong with the draft, each leading to its step. */
function ProblemsInspector({ problems, graph, onClose }: ProblemsInspectorProps) {
  const { open } = useEditor()
  return (
    <Inspector
      label="Problems of the draft"
      takesFocus={false}
      onClose={onClose}
      title={<h2 className={inspectorClasses.name}>{counted(problems.length, 'problem')}</h2>}
    >
      <ProblemList problems={problems} graph={graph} onSelect={id => open(id)} />
    </Inspector>
  )
}

/** Listens to the keys of the editor, which are drawn nowhere. */
function Keys({ currentId }: { currentId: string | undefined }) {
  useEditorKeys(currentId)
  return null
}

interface NodeInspectorProps {
  workflowId: string
  node: GraphNode
  graph: Graph
  problems: readonly DraftProblem[]
  takesFocus: boolean
  onClose: () => void
}

function NodeInspector({ workflowId, node, graph, problems, takesFocus, onClose }: NodeInspectorProps) {
  const { session, open, choose } = useEditor()
  const acts = useChosenActs()
  const names = namesOf(graph)
  const order = flowOrder(graph)
  const beside = (steps: number) => {
    const next = order[order.findIndex(each => each.id === node.id) + steps]
    return next && (() => open(next.id))
  }
  const change = useCallback(
    (next: GraphNode) => session.apply(withNode(session.get().graph, next), { isQuiet: true }),
    [session],
  )
  return (
    <Inspector
      label={`Settings of ${names.get(node.id)}`}
      takesFocus={takesFocus}
      onClose={onClose}
      onPrevious={beside(-1)}
      onNext={beside(1)}
      title={
        <>
          <NodeIcon size="small" face={faceOf(node, graph, names)} />
          <h2 className={inspectorClasses.name}>{names.get(node.id)}</h2>
        </>
      }
    >
      <NodePanel workflowId={workflowId} graph={graph} node={node} problems={problems} onChange={change} />
      <Connections node={node} graph={graph} />
      <TryStep workflowId={workflowId} node={node} onBefore={session.flush} />
      <div className={classes.foot}>
        <Button leftSection={<Replace size={14} />} onClick={() => choose({ what: 'kind', nodeId: node.id })}>
          Change kind
        </Button>
        <Button
          leftSection={<Copy size={14} />}
          onClick={() => {
            session.choose([node.id])
            acts.duplicate()
          }}
        >
          Duplicate
        </Button>
        <Button
          leftSection={<Trash2 size={14} />}
          onClick={() => {
            session.choose([node.id])
            acts.remove()
          }}
        >
          Delete
        </Button>
      </div>
    </Inspector>
  )
}
