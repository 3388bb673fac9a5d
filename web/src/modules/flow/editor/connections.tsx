import { ArrowRight, Link2, Plus, Settings2, X } from 'lucide-react'
import { ERROR_HANDLE, type Graph, type GraphNode, type Handle, handleOf } from '#modules/flow/contract.ts'
import { IconButton } from '../../../ui/icon-button.tsx'
import { exitsOf, isTrigger } from '../canvas/exits.ts'
import { namesOf } from '../canvas/face.ts'
import { conditionWords } from '../condition-words.ts'
import inspectorClasses from '../workflow/inspector.module.css'
import classes from './connections.module.css'
import { useEditor } from './editor-context.ts'
import { randomId } from './ids.ts'
import { without } from './step-edits.ts'

interface ConnectionsProps {
  node: GraphNode
  graph: Graph
}

const ON_ERROR: Handle = { id: ERROR_HANDLE, label: 'On error' }

/** Where each exit of a step leads, with everything the mouse can do to an edge. */
export function Connections({ node, graph }: ConnectionsProps) {
  const { choose } = useEditor()
  const leaving = graph.edges.filter(edge => edge.source === node.id)
  const known = exitsOf(node)
  const lost = [...new Set(leaving.map(handleOf))]
    .filter(id => id !== ERROR_HANDLE && !known.some(exit => exit.id === id))
    .map(id => ({ id, label: id }))
  const hasError = leaving.some(edge => handleOf(edge) === ERROR_HANDLE)
  const exits = [...known, ...lost, ...(hasError ? [ON_ERROR] : [])]
  const mayFail = !isTrigger(node.type) && !hasError
  if (exits.length === 0 && !mayFail) return null
  return (
    <section className={inspectorClasses.part} aria-label="Connections">
      {exits.length === 1 ? null : <h3 className={inspectorClasses.heading}>Leads to</h3>}
      {exits.map(exit => (
        <Exit key={exit.id} node={node} graph={graph} exit={exit} isNamed={exits.length > 1} />
      ))}
      {mayFail ? (
        <button
          type="button"
          className={classes.quiet}
          onClick={() => choose({ what: 'step', spot: { after: node.id, handle: ERROR_HANDLE } })}
        >
          <Plus size={13} aria-hidden="true" />
          Add a step for when this one fails
        </button>
      ) : null}
    </section>
  )
}

interface ExitProps extends ConnectionsProps {
  exit: Handle
  isNamed: boolean
}

function Exit({ node, graph, exit, isNamed }: ExitProps) {
  const { session, choose, open } = useEditor()
  const names = namesOf(graph)
  const edges = graph.edges.filter(edge => edge.source === node.id && handleOf(edge) === exit.id)
  const way = isNamed ? `${exit.label}: ` : ''
  return (
    <div className={classes.exit}>
      <div className={classes.head}>
        {isNamed ? (
          <span className={classes.label}>{exit.label}</span>
        ) : (
          <h3 className={`${inspectorClasses.heading} ${classes.label}`}>Leads to</h3>
        )}
        <IconButton
          label={`${way}add a step`}
          size="sm"
          onClick={() => choose({ what: 'step', spot: { after: node.id, handle: exit.id } })}
        >
          <Plus size={14} />
        </IconButton>
        <IconButton
          label={`${way}connect to a step that is there`}
          size="sm"
          onClick={() => choose({ what: 'target', nodeId: node.id, handle: exit.id })}
        >
          <Link2 size={14} />
        </IconButton>
      </div>
      {edges.length === 0 && !isNamed ? <p className={classes.none}>Nothing yet</p> : null}
      {edges.map(edge => {
        const name = names.get(edge.target) ?? 'a step that is gone'
        const more = [
          ...(edge.condition ? [`If ${conditionWords(edge.condition, names, node.id)}`] : []),
          ...(edge.enabled ? [] : ['Off']),
        ]
        return (
          <div key={edge.id} className={classes.edge}>
            <button type="button" className={classes.target} onClick={() => open(edge.target)}>
              <ArrowRight size={14} aria-hidden="true" />
              <span className={classes.words}>
                {name}
                {more.length > 0 ? <span className={classes.more}>{more.join(' · ')}</span> : null}
              </span>
            </button>
            <IconButton
              label={`Add a step before ${name}`}
              size="sm"
              onClick={() => choose({ what: 'step', spot: { edge: edge.id } })}
            >
              <Plus size={14} />
            </IconButton>
            <IconButton
              label={`Settings of the connection to ${name}`}
              size="sm"
              onClick={() => session.choose([edge.id])}
            >
              <Settings2 size={14} />
            </IconButton>
            <IconButton
              label={`Disconnect ${name}`}
              size="sm"
              onClick={() => session.apply(without(session.get().graph, new Set([edge.id]), randomId))}
            >
              <X size={14} />
            </IconButton>
          </div>
        )
      })}
    </div>
  )
}
