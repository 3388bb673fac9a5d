import { useEffect, useMemo, useRef, useState } from 'react'
import { type Graph, nodeTypes, validateGraph, type WorkflowDetail } from '#modules/flow/contract.ts'
import type { DraftProblem } from '../workflow/draft-problems.ts'
import type { EditorSession } from './session.ts'

/** How long nothing has to change before the graph is looked through again, in milliseconds. */
const QUIET_MS = 250

/**
 * What is wrong with the graph as it is now, a moment after the last change. What only the server can know, such as whether
 * a mailbox is there, is taken from its last answer.
 */
export function useProblems(
  session: EditorSession,
  graph: Graph,
  detail: WorkflowDetail,
): readonly DraftProblem[] {
  const [checked, setChecked] = useState(graph)
  const isFirst = useRef(true)
  useEffect(() => {
    if (isFirst.current) {
      isFirst.current = false
      return
    }
    const timer = setTimeout(() => setChecked(graph), QUIET_MS)
    return () => clearTimeout(timer)
  }, [graph])
  const own = useMemo<DraftProblem[]>(
    () => validateGraph(checked, nodeTypes).map(problem => ({ ...problem, path: [...problem.path] })),
    [checked],
  )
  // What the server says of the very graph that was looked through here, and that was not found here.
  const foreign = useRef<readonly DraftProblem[]>([])
  if (checked === graph && session.isSaved() && session.revision() === detail.revision) {
    const found = new Set(own.map(identity))
    foreign.current = detail.problems.filter(problem => !found.has(identity(problem)))
  }
  const others = foreign.current
  return useMemo(() => {
    if (others.length === 0) return own
    const places = new Map(checked.nodes.map((node, index) => [node.id, index]))
    const still = others.flatMap(problem => {
      if (problem.nodeId === undefined) return [problem]
      const index = places.get(problem.nodeId)
      const [list, , ...rest] = problem.path
      return index === undefined ? [] : [{ ...problem, path: [list ?? 'nodes', index, ...rest] }]
    })
    return [...own, ...still]
  }, [own, others, checked])
}

function identity({
  code,
  nodeId = '',
  edgeId = '',
  message,
}: Omit<DraftProblem, 'path' | 'severity'>): string {
  return `${code} ${nodeId} ${edgeId} ${message}`
}
