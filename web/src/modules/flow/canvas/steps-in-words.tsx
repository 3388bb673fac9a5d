import type { Graph } from '#modules/flow/contract.ts'
import { useFigures } from '../overlay/figures-context.ts'
import { figuresSentence } from '../overlay/node-figures.ts'
import { nodeStateWords } from '../run/run-words.ts'
import { listed } from '../words.ts'
import type { StepData } from './drawing.ts'
import { edgeWords, type Face, namesOf } from './face.ts'

interface StepsInWordsProps {
  label: string
  graph: Graph
  /** In flow order. */
  nodes: readonly { readonly id: string; readonly data: Pick<StepData, 'face' | 'mark'> }[]
  faces: ReadonlyMap<string, Face>
}

/** The drawing as a list for those who do not see it: each step, what it does and what comes after it. */
export function StepsInWords({ label, graph, nodes, faces }: StepsInWordsProps) {
  const names = namesOf(graph)
  const figures = useFigures()
  const ways = Map.groupBy(graph.edges, edge => edge.source)
  return (
    <ol className="visually-hidden" aria-label={`${label}, the steps in order`}>
      {nodes.map(({ id, data }) => {
        const leading = (ways.get(id) ?? [])
          .filter(edge => names.has(edge.target))
          .map(edge => {
            const words = edgeWords(edge, faces.get(id), names)
            return `${words ? `${words}: ` : ''}${names.get(edge.target)}`
          })
        return (
          <li key={id}>
            {`${data.face.name}, ${data.face.title}. ${data.face.line}.`}
            {data.mark ? ` ${nodeStateWords(data.mark.state).word}.` : ''}
            {figures ? ` ${figuresSentence(figures.get(id))}.` : ''}
            {leading.length > 0 ? ` Then ${listed(leading, 'or')}.` : ' The end.'}
          </li>
        )
      })}
    </ol>
  )
}
