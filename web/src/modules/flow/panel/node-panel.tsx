import { useMemo } from 'react'
import { type Graph, type GraphNode, nodeTypes } from '#modules/flow/contract.ts'
import type { DraftProblem } from '../workflow/draft-problems.ts'
import { NodeSettings } from '../workflow/node-settings.tsx'
import { FieldView } from './field-view.tsx'
import { fieldsOf } from './fields.ts'
import { FormContext, GraphContext, IssuesContext } from './form-context.ts'
import { issuesOf } from './issues.ts'
import classes from './node-panel.module.css'
import { isLate, isShown } from './setting-looks.ts'
import { useNodeDraft } from './use-node-draft.ts'

export interface NodePanelProps {
  workflowId: string
  graph: Graph
  node: GraphNode
  /** What is wrong with the graph; what is not about this node is left aside. */
  problems: readonly DraftProblem[]
  /**
   * Told when typing pauses, the keyboard leaves the panel, or another node is shown; in that last case it is about the node
   * that was shown before, so go by the id it carries.
   */
  onChange: (node: GraphNode) => void
  /** Shows another node, from the list of what comes next. */
  onSelect: (nodeId: string) => void
  isReadOnly?: boolean | undefined
}

/** The settings of one node as a form. Draw it inside whatever names the node and closes it. */
export function NodePanel(props: NodePanelProps) {
  return <NodeForm key={props.node.id} {...props} />
}

function NodeForm({
  workflowId,
  graph,
  node: given,
  problems,
  onChange,
  isReadOnly = false,
}: NodePanelProps) {
  const { node, settled, set, flush } = useNodeDraft(given, onChange)
  const type = nodeTypes.get(node.type)
  const shared = useMemo(
    () => ({ type: node.type, workflowId, isReadOnly, set }),
    [node.type, workflowId, isReadOnly, set],
  )
  const around = useMemo(() => ({ graph, node: settled }), [graph, settled])
  const own = useMemo(() => problems.filter(problem => problem.nodeId === given.id), [problems, given.id])
  const issues = useMemo(() => issuesOf(settled, own), [settled, own])
  if (!type) return <NodeSettings node={node} graph={graph} />
  const fields = fieldsOf(type).filter(field => isShown(node.type, field.name, node.config))
  const inOrder = [
    ...fields.filter(({ name }) => !isLate(name)),
    ...fields.filter(({ name }) => isLate(name)),
  ]
  return (
    <FormContext value={shared}>
      <GraphContext value={around}>
        <IssuesContext value={issues}>
          <form className={classes.form} noValidate onBlur={flush} onSubmit={event => event.preventDefault()}>
            <p className={classes.intro}>{type.description}</p>
            {inOrder.map(field => (
              <FieldView
                key={field.name}
                field={field}
                path={field.name === '' ? '' : field.name}
                value={field.name === '' ? node.config : node.config[field.name]}
              />
            ))}
          </form>
        </IssuesContext>
      </GraphContext>
    </FormContext>
  )
}
