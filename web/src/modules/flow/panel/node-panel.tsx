import { TextInput } from '@mantine/core'
import { TriangleAlert } from 'lucide-react'
import { useMemo } from 'react'
import { type Graph, type GraphNode, nodeTypes } from '#modules/flow/contract.ts'
import { type DraftProblem, draftProblemWords } from '../workflow/draft-problems.ts'
import { NodeSettings } from '../workflow/node-settings.tsx'
import { FieldView } from './field-view.tsx'
import { fieldsOf } from './fields.ts'
import { FormContext, GraphContext, IssuesContext } from './form-context.ts'
import { issuesOf } from './issues.ts'
import { NodeAbout } from './node-about.tsx'
import classes from './node-panel.module.css'
import { canBePatient, Patience } from './patience.tsx'
import { isLate, isShown } from './setting-looks.ts'
import { useNodeDraft } from './use-node-draft.ts'
import { ReadableContext, useVariables } from './use-variables.ts'

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
  isReadOnly?: boolean | undefined
  /** What screen readers call the form, where several are shown. */
  label?: string | undefined
}

/** The settings of one node as a form. Draw it inside whatever names the node and closes it. */
export function NodePanel(props: NodePanelProps) {
  return <NodeForm key={props.node.id} {...props} />
}

function NodeForm(props: NodePanelProps) {
  const {
    workflowId,
    graph,
    node: given,
    problems,
    onChange,
    isReadOnly = false,
    label = 'Settings of the step',
  } = props
  const { node, settled, change, set, flush } = useNodeDraft(given, onChange)
  const type = nodeTypes.get(node.type)
  const readable = useVariables(workflowId, given.id)
  const shared = useMemo(
    () => ({ type: node.type, workflowId, isReadOnly, set }),
    [node.type, workflowId, isReadOnly, set],
  )
  const around = useMemo(() => ({ graph, node: settled }), [graph, settled])
  const own = useMemo(() => problems.filter(problem => problem.nodeId === given.id), [problems, given.id])
  const issues = useMemo(() => issuesOf(settled, own), [settled, own])
  if (!type) return <NodeSettings node={node} graph={graph} />
  const shown = fieldsOf(type).filter(field => isShown(node.type, field.name, node.config))
  const fields = [...shown.filter(({ name }) => !isLate(name)), ...shown.filter(({ name }) => isLate(name))]
  return (
    <FormContext value={shared}>
      <GraphContext value={around}>
        <IssuesContext value={issues}>
          <ReadableContext value={readable}>
            <form
              className={classes.form}
              aria-label={label}
              noValidate
              onBlur={flush}
              onSubmit={event => event.preventDefault()}
            >
              <p className={classes.intro}>{type.description}</p>
              <Elsewhere problems={own} graph={graph} />
              <TextInput
                label="Name of the step"
                placeholder={type.title}
                maxLength={200}
                readOnly={isReadOnly}
                value={node.label ?? ''}
                onChange={event => change({ label: event.currentTarget.value || undefined })}
              />
              {fields.map(field => (
                <FieldView
                  key={field.name}
                  field={field}
                  path={field.name}
                  value={field.name === '' ? node.config : node.config[field.name]}
                />
              ))}
              {canBePatient(node, type) ? (
                <Patience node={node} type={type} change={change} isReadOnly={isReadOnly} />
              ) : null}
              <NodeAbout node={settled} type={type} />
            </form>
          </ReadableContext>
        </IssuesContext>
      </GraphContext>
    </FormContext>
  )
}

/** What is wrong with the node but with none of its settings, which say it themselves. */
function Elsewhere({ problems, graph }: { problems: readonly DraftProblem[]; graph: Graph }) {
  const rest = problems.filter(({ path }) => path[2] !== 'config')
  if (rest.length === 0) return null
  return (
    <ul className={classes.problems} aria-label="Problems">
      {rest.map(problem => (
        <li
          key={`${problem.code} ${problem.path.join('/')}`}
          className={classes.problem}
          data-severity={problem.severity}
        >
          <TriangleAlert
            size={14}
            role="img"
            aria-label={problem.severity === 'error' ? 'Error' : 'Warning'}
          />
          <span>{draftProblemWords(problem, graph)}</span>
        </li>
      ))}
    </ul>
  )
}
