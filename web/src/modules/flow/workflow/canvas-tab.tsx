import { useMediaQuery } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useMemo, useRef, useState } from 'react'
import { getWorkflow, type WorkflowDetail } from '#modules/flow/contract.ts'
import { routeQuery } from '../../../shell/api.ts'
import { useMay } from '../../../shell/session.ts'
import { Choice } from '../../../ui/choice.tsx'
import { Canvas } from '../canvas/canvas.tsx'
import { faceOf, namesOf } from '../canvas/face.ts'
import { flowOrder } from '../canvas/flow-order.ts'
import { NodeIcon } from '../canvas/node-icon.tsx'
import { WorkflowEditor } from '../editor/workflow-editor.tsx'
import { ListEditor } from '../list/list-editor.tsx'
import { ViewChoice } from '../list/view-choice.tsx'
import { FiguresContext, useNodeFigures } from '../overlay/figures-context.ts'
import { FiguresToggle } from '../overlay/figures-toggle.tsx'
import { counted } from '../words.ts'
import classes from './canvas-tab.module.css'
import { nodeOfProblem, problemsByNode } from './draft-problems.ts'
import { EmptyCanvas } from './empty-canvas.tsx'
import inspectorClasses from './inspector.module.css'
import { Inspector } from './inspector.tsx'
import { NodeDetails, ProblemList } from './node-details.tsx'
import { isSameGraph } from './same-graph.ts'

const from = '/app/workflows/$workflowId/' as const

/** The workflow as a drawing: an editor for those who may change it, something to look at for everybody else. */
export function CanvasTab() {
  const { workflowId } = useParams({ from })
  const search = useSearch({ from })
  const mayWrite = useMay('workflows:write')
  // There is no room to draw on a phone, and a finger that scrolls must not move steps.
  const isPhone = useMediaQuery('(max-width: 40rem)', false, { getInitialValueInEffect: false })
  const { data } = useQuery(routeQuery(getWorkflow, { params: { workflowId } }))
  const figures = useNodeFigures(workflowId, search.figures === true)
  if (!data) return null
  if (mayWrite && search.as === 'list') return <ListEditor workflow={data} />
  const isEdited = mayWrite && !isPhone && search.graph !== 'published'
  if (!isEdited && data.draft.nodes.length === 0 && data.published === null)
    return <EmptyCanvas workflow={data} />
  return (
    <FiguresContext value={figures}>
      {isEdited ? (
        <WorkflowEditor workflow={data}>
          <ViewChoice />
          <WhatIsDrawn workflow={data} shows="draft" />
          {data.publishedVersion === null ? null : <FiguresToggle />}
        </WorkflowEditor>
      ) : (
        <WorkflowCanvas workflow={data} />
      )}
    </FiguresContext>
  )
}

/** Draft or version, where they differ. */
function WhatIsDrawn({ workflow, shows }: { workflow: WorkflowDetail; shows: 'draft' | 'published' }) {
  const navigate = useNavigate({ from: '/workflows/$workflowId/' })
  const { published, draft, publishedVersion } = workflow
  if (published === null || isSameGraph(published, draft)) return null
  return (
    <Choice
      label="What is drawn"
      options={[
        { value: 'draft', label: 'Draft' },
        { value: 'published', label: `Version ${publishedVersion}` },
      ]}
      value={shows}
      onChange={value =>
        navigate({
          search: ({ figures }) => ({ figures, graph: value === 'published' ? 'published' : undefined }),
          replace: true,
        })
      }
    />
  )
}

function WorkflowCanvas({ workflow }: { workflow: WorkflowDetail }) {
  const search = useSearch({ from })
  const navigate = useNavigate({ from: '/workflows/$workflowId/' })
  const mayWrite = useMay('workflows:write')
  const [byKeyboard, setByKeyboard] = useState(false)
  const stage = useRef<HTMLDivElement>(null)
  const { draft, published } = workflow
  const showsPublished = published !== null && search.graph === 'published'
  const graph = showsPublished ? published : draft
  const problems = showsPublished ? noProblems : workflow.problems
  const perNode = useMemo(() => problemsByNode(problems, graph), [problems, graph])
  const order = useMemo(() => flowOrder(graph), [graph])
  const node = order.find(each => each.id === search.node)

  const show = (next: { node?: string | undefined; problems?: true | undefined }) =>
    navigate({ search: { graph: search.graph, figures: search.figures, ...next }, replace: true })
  const select = (id: string | undefined, withKeyboard: boolean) => {
    setByKeyboard(withKeyboard)
    show({ node: id })
  }
  const close = () => {
    const step = node?.id
    show({})
    if (step)
      stage.current?.querySelector<HTMLElement>(`[data-step="${step}"]`)?.focus({ preventScroll: true })
  }
  const beside = (steps: number) => {
    const next = order[order.findIndex(each => each.id === node?.id) + steps]
    return next && (() => show({ node: next.id }))
  }

  return (
    <div className={classes.stage} ref={stage}>
      <Canvas
        key={showsPublished ? 'published' : 'draft'}
        graph={graph}
        label={`Canvas of ${workflow.name}`}
        selectedId={node?.id}
        onSelect={select}
        problems={perNode}
      >
        <WhatIsDrawn workflow={workflow} shows={showsPublished ? 'published' : 'draft'} />
        {mayWrite && !showsPublished ? <ViewChoice /> : null}
        {workflow.publishedVersion === null ? null : <FiguresToggle />}
      </Canvas>
      {node ? (
        <Inspector
          label={`Settings of ${namesOf(graph).get(node.id)}`}
          takesFocus={byKeyboard}
          onClose={close}
          onPrevious={beside(-1)}
          onNext={beside(1)}
          title={
            <>
              <NodeIcon size="small" face={faceOf(node, graph, namesOf(graph))} />
              <h2 className={inspectorClasses.name}>{namesOf(graph).get(node.id)}</h2>
            </>
          }
        >
          <NodeDetails
            key={node.id}
            node={node}
            graph={graph}
            problems={problems.filter(problem => nodeOfProblem(problem, graph) === node.id)}
            onSelect={id => show({ node: id })}
          />
        </Inspector>
      ) : search.problems && problems.length > 0 ? (
        <Inspector
          label="Problems of the draft"
          takesFocus={false}
          onClose={close}
          title={<h2 className={inspectorClasses.name}>{counted(problems.length, 'problem')}</h2>}
        >
          <ProblemList problems={problems} graph={graph} onSelect={id => show({ node: id })} />
        </Inspector>
      ) : null}
    </div>
  )
}

const noProblems: WorkflowDetail['problems'] = []
