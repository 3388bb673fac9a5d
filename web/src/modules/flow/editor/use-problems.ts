import { useEffect, useMemo, useRef, useState } from 'react'
import { type Graph, nodeTypes, validateGraph, type WorkflowDetail } from '#modules/flow/contract.ts'
import type { DraftProblem } from '../workflow/draft-problems.ts'

/** How long nothing has to change before the graph is looked through again, in milliseconds. */
const QUIET_MS = 250

/**
 * What is wrong with the graph as it is now, a moment after the last change. What only the server can know, such as whether
 * a mailbox is there, is taken from its last answer.
 */
export function useProblems(graph: Graph, detail: WorkflowDetail): readonly DraftProblem[] {
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
  const known = useMemo(() => new Set(validateGraph(detail.draft, nodeTypes).map(identity)), [detail.draft])
  return useMemo(() => {
    const places = new Map(checked.nodes.map((node, index) => [node.id, index]))
    const foreign = detail.problems.flatMap(problem => {
      if (known.has(identity(problem))) return []
      if (problem.nodeId === undefined) return [problem]
      const index = places.get(problem.nodeId)
      const [list, , ...rest] = problem.path
      return index === undefined ? [] : [{ ...problem, path: [list ?? 'nodes', index, ...rest] }]
    })
    return [...own, ...foreign]
  }, [own, known, checked, detail.problems])
}

function identity({
  code,
  nodeId = '',
  edgeId = '',
  message,
}: Omit<DraftProblem, 'path' | 'severity'>): string {
  return `${code} ${nodeId} ${edgeId} ${message}`
}
