import { ERROR_HANDLE, type Graph, type GraphEdge, handleOf } from '#modules/flow/contract.ts'
import { exitsOf, isTrigger } from '../canvas/exits.ts'
import { namesOf } from '../canvas/face.ts'
import { counted, listed } from '../words.ts'
import { type DraftProblem, draftProblemWords, nodeOfProblem } from '../workflow/draft-problems.ts'

/** Problems of one step that are read out; the panel has all of them. */
const PROBLEMS_MAX = 3

/** What a step is connected to and what is wrong with it, for those who do not see the drawing. */
export function standingWords(graph: Graph, nodeId: string, problems: readonly DraftProblem[]): string {
  const node = graph.nodes.find(({ id }) => id === nodeId)
  if (!node) return ''
  const names = namesOf(graph)
  const called = (id: string) => `“${names.get(id) ?? id}”`
  const exits = exitsOf(node)
  const way = (edge: GraphEdge) => {
    const handle = handleOf(edge)
    const label = handle === ERROR_HANDLE ? 'On error' : exits.find(({ id }) => id === handle)?.label
    const isNamed = exits.length > 1 || handle === ERROR_HANDLE
    const off = edge.enabled ? '' : ', switched off'
    return `${isNamed ? `${label ?? handle} to ` : ''}${called(edge.target)}${off}`
  }
  const before = [
    ...new Set(graph.edges.filter(({ target }) => target === nodeId).map(each => called(each.source))),
  ]
  const after = graph.edges.filter(({ source }) => source === nodeId).map(way)
  const own = problems.filter(problem => nodeOfProblem(problem, graph) === nodeId)
  const told = own.slice(0, PROBLEMS_MAX).map(problem => draftProblemWords(problem, graph))
  const more = own.length - told.length
  return [
    before.length > 0 ? `Comes after ${listed(before)}.` : isTrigger(node.type) ? '' : 'Nothing leads here.',
    after.length > 0 ? `Leads: ${listed(after)}.` : exits.length > 0 ? 'Leads nowhere.' : '',
    ...told,
    more > 0 ? `And ${counted(more, 'more problem')}.` : '',
  ]
    .filter(Boolean)
    .join(' ')
}
