import { ArrowRight, CircleAlert, TriangleAlert } from 'lucide-react'
import { type Graph, type GraphNode, nodeTypes } from '#modules/flow/contract.ts'
import { edgeWords, faceOf, namesOf } from '../canvas/face.ts'
import { type DraftProblem, draftProblemWords, nodeOfProblem } from './draft-problems.ts'
import classes from './inspector.module.css'
import { NodeSettings } from './node-settings.tsx'

interface NodeDetailsProps {
  node: GraphNode
  graph: Graph
  problems: readonly DraftProblem[]
  onSelect: (nodeId: string) => void
}

/** What the panel says about one node: what it does, what is wrong with it, its settings, where it leads. */
export function NodeDetails({ node, graph, problems, onSelect }: NodeDetailsProps) {
  const type = nodeTypes.get(node.type)
  return (
    <>
      <p className={classes.intro}>
        {type?.description ??
          `This installation does not know steps of the kind “${node.type}”. Its settings are kept as they are; a run that comes here fails.`}
      </p>
      {problems.length > 0 ? (
        <section className={classes.part}>
          <h3 className={classes.heading}>Problems</h3>
          <ul>
            {problems.map(problem => (
              <li
                key={`${problem.code} ${problem.path.join('/')}`}
                className={classes.item}
                data-severity={problem.severity}
              >
                <Sign problem={problem} />
                <span>{draftProblemWords(problem, graph)}</span>
              </li>
            ))}
          </ul>
        </section>
      ) : null}
      <NodeSettings node={node} graph={graph} />
      <ComesNext node={node} graph={graph} onSelect={onSelect} />
    </>
  )
}

/** Where runs go from a node, each with what makes them go there. */
function ComesNext({ node, graph, onSelect }: Omit<NodeDetailsProps, 'problems'>) {
  const names = namesOf(graph)
  const face = faceOf(node, graph, names)
  const leaving = graph.edges.filter(edge => edge.source === node.id && names.has(edge.target))
  return (
    <section className={classes.part}>
      <h3 className={classes.heading}>Comes next</h3>
      {leaving.length === 0 ? <p className={classes.quiet}>Nothing; this branch ends here.</p> : null}
      <ul className={classes.list}>
        {leaving.map(edge => {
          const words = edgeWords(edge, face, names)
          return (
            <li key={edge.id}>
              <button type="button" className={classes.item} onClick={() => onSelect(edge.target)}>
                <ArrowRight size={14} aria-hidden="true" />
                <span className={classes.exit}>
                  {words ? <span className={classes.where}>{words}</span> : null}
                  {names.get(edge.target)}
                </span>
              </button>
            </li>
          )
        })}
      </ul>
    </section>
  )
}

/** Every problem of a draft; one that belongs to a node leads to it. */
export function ProblemList({ problems, graph, onSelect }: Omit<NodeDetailsProps, 'node'>) {
  const names = namesOf(graph)
  return (
    <>
      <p className={classes.intro}>
        {problems.some(problem => problem.severity === 'error')
          ? 'The draft can be published once these are mended. What runs now is not affected.'
          : 'Nothing here keeps the draft from being published.'}
      </p>
      <ul className={classes.list}>
        {problems.map(problem => {
          const nodeId = nodeOfProblem(problem, graph)
          const inside = (
            <>
              <Sign problem={problem} />
              <span>
                {draftProblemWords(problem, graph)}
                {nodeId ? <span className={classes.where}>{names.get(nodeId)}</span> : null}
              </span>
            </>
          )
          return (
            <li key={`${problem.code} ${problem.path.join('/')}`}>
              {nodeId ? (
                <button
                  type="button"
                  className={classes.item}
                  data-severity={problem.severity}
                  onClick={() => onSelect(nodeId)}
                >
                  {inside}
                </button>
              ) : (
                <div className={classes.item} data-severity={problem.severity} data-still="true">
                  {inside}
                </div>
              )}
            </li>
          )
        })}
      </ul>
    </>
  )
}

function Sign({ problem }: { problem: DraftProblem }) {
  const Icon = problem.severity === 'error' ? CircleAlert : TriangleAlert
  return <Icon size={14} role="img" aria-label={problem.severity === 'error' ? 'Error' : 'Warning'} />
}
