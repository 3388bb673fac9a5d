import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useMemo, useRef, useState } from 'react'
import { getWorkflow, type WorkflowDetail } from '#modules/flow/contract.ts'
import { routeQuery } from '../../../shell/api.ts'
import { Choice } from '../../../ui/choice.tsx'
import { Canvas } from '../canvas/canvas.tsx'
import { faceOf, namesOf } from '../canvas/face.ts'
import { flowOrder } from '../canvas/flow-order.ts'
import { NodeIcon } from '../canvas/node-icon.tsx'
import { counted } from '../words.ts'
import classes from './canvas-tab.module.css'
import { nodeOfProblem, problemsByNode } from './draft-problems.ts'
import { EmptyCanvas } from './empty-canvas.tsx'
import inspectorClasses from './inspector.module.css'
import { Inspector } from './inspector.tsx'
import { NodeDetails, ProblemList } from './node-details.tsx'
import { isSameGraph } from './same-graph.ts'

const from = '/app/workflows/$workflowId/' as const

/** The workflow as a drawing, with the settings of the chosen node beside it. */
export function CanvasTab() {
  const { workflowId } = useParams({ from })
  const { data } = useQuery(routeQuery(getWorkflow, { params: { workflowId } }))
  if (!data) return null
  if (data.draft.nodes.length === 0 && data.published === null) return <EmptyCanvas workflow={data} />
  return <WorkflowCanvas workflow={data} />
}

function WorkflowCanvas({ workflow }: { workflow: WorkflowDetail }) {
  const search = useSearch({ from })
  const navigate = useNavigate({ from: '/workflows/$workflowId' })
  const [byKeyboard, setByKeyboard] = useState(false)
  const stage = useRef<HTMLDivElement>(null)
  const { draft, published } = workflow
  const isAhead = published !== null && !isSameGraph(published, draft)
  const showsPublished = isAhead && search.graph === 'published'
  const graph = showsPublished ? published : draft
  const problems = showsPublished ? noProblems : workflow.problems
  const perNode = useMemo(() => problemsByNode(problems, graph), [problems, graph])
  const order = useMemo(() => flowOrder(graph), [graph])
  const node = order.find(each => each.id === search.node)

  const show = (next: { node?: string | undefined; problems?: true | undefined }) =>
    navigate({ search: { graph: search.graph, ...next }, replace: true })
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
        {isAhead ? (
          <Choice
            label="What is drawn"
            options={[
              { value: 'draft', label: 'Draft' },
              { value: 'published', label: `Version ${workflow.publishedVersion}` },
            ]}
            value={showsPublished ? 'published' : 'draft'}
            onChange={value =>
              navigate({ search: { graph: value === 'published' ? 'published' : undefined }, replace: true })
            }
          />
        ) : null}
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
