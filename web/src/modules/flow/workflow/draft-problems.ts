import type { Graph, WorkflowDetail } from '#modules/flow/contract.ts'
import { labelOf } from './setting-labels.ts'

export type DraftProblem = WorkflowDetail['problems'][number]

/** What the schemas of node types say about a value that is not there, before they say anything of their own. */
const SAYS_MISSING = /^(Too small|Invalid input|Invalid option)\b/

/** A problem in plain words; one about a setting of a node names the setting as the panel does. */
export function draftProblemWords(problem: DraftProblem, graph: Graph): string {
  const [list, index, part, name] = problem.path
  const node = list === 'nodes' && typeof index === 'number' ? graph.nodes[index] : undefined
  if (!node || part !== 'config' || typeof name !== 'string') return problem.message
  const label = labelOf(node.type, name)
  const value = node.config[name]
  const isEmpty = value === undefined || value === null || value === ''
  if (problem.code === 'invalid_config' && isEmpty && SAYS_MISSING.test(problem.message)) {
    return `“${label}” is not filled in.`
  }
  return `“${label}”: ${problem.message}`
}

/** The node a problem belongs to; a problem of an edge belongs to where the edge comes from. */
export function nodeOfProblem(problem: DraftProblem, graph: Graph): string | undefined {
  const id = problem.nodeId ?? graph.edges.find(edge => edge.id === problem.edgeId)?.source
  return graph.nodes.some(node => node.id === id) ? id : undefined
}

/** How many problems each node has, by node id. */
export function problemsByNode(problems: readonly DraftProblem[], graph: Graph): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const problem of problems) {
    const id = nodeOfProblem(problem, graph)
    if (id !== undefined) counts.set(id, (counts.get(id) ?? 0) + 1)
  }
  return counts
}
