import { useEffect, useMemo, useRef, useState } from 'react'
import {
  type Graph,
  type GraphProblemCode,
  nodeTypes,
  validateGraph,
  type WorkflowDetail,
} from '#modules/flow/contract.ts'
import type { DraftProblem } from '../workflow/draft-problems.ts'
import type { EditorSession } from './session.ts'

/** How long nothing has to change before the graph is looked through again, in milliseconds. */
const QUIET_MS = 250

/** What is found here as well as by the server; everything else only the server can know. */
const OWN: Readonly<Record<GraphProblemCode, true>> = {
  invalid_graph: true,
  duplicate_node_id: true,
  duplicate_edge_id: true,
  duplicate_note_id: true,
  self_loop: true,
  dangling_edge: true,
  no_trigger: true,
  several_triggers: true,
  edge_into_trigger: true,
  edge_into_rounds: true,
  code_switched_off: true,
  code_error: true,
  unreachable_node: true,
  imported_step: true,
  switched_off_node: true,
  dead_merge: true,
  idle_rounds: true,
  cycle: true,
  unknown_node_type: true,
  invalid_config: true,
  unknown_handle: true,
  template_error: true,
  condition_error: true,
  unknown_reference: true,
}

/**
 * What is wrong with the graph as it is now, a moment after the last change. As long as the server has the same graph, its
 * answer is taken as it is; of a graph it has not seen, what only it can know is taken from its last answer.
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
  const isKnown = session.isSaved() && session.revision() === detail.revision
  const server = detail.problems
  // In the midst of changes nothing is looked through; what was found last stays until they pause.
  const isDue = !isKnown && checked === graph
  const own = useMemo<readonly DraftProblem[] | undefined>(
    () =>
      !isDue
        ? undefined
        : validateGraph(checked, nodeTypes).map(problem => ({ ...problem, path: [...problem.path] })),
    [checked, isDue],
  )
  const last = useRef<readonly DraftProblem[]>(server)
  const found = useMemo(() => {
    if (own === undefined) return undefined
    const places = new Map(checked.nodes.map((node, index) => [node.id, index]))
    const foreign = server.flatMap(problem => {
      if (Object.hasOwn(OWN, problem.code)) return []
      if (problem.nodeId === undefined) return [problem]
      const index = places.get(problem.nodeId)
      const [list, , ...rest] = problem.path
      return index === undefined ? [] : [{ ...problem, path: [list ?? 'nodes', index, ...rest] }]
    })
    return [...own, ...foreign]
  }, [own, server, checked])
  last.current = isKnown ? server : (found ?? last.current)
  return last.current
}
