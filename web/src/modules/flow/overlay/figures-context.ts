import { useQuery } from '@tanstack/react-query'
import { createContext, useContext, useMemo } from 'react'
import { getWorkflowMetrics } from '#modules/flow/contract.ts'
import { routeQuery } from '../../../shell/api.ts'
import { useMay } from '../../../shell/session.ts'
import { spanOf } from '../workflow/metrics-span.ts'
import type { NodeFigures } from './node-figures.ts'

/** The figures of each node by its id; undefined while they are not shown. */
export const FiguresContext = createContext<ReadonlyMap<string, NodeFigures> | undefined>(undefined)

/** What the nodes around here say of themselves; undefined while figures are not shown. */
export function useFigures(): ReadonlyMap<string, NodeFigures> | undefined {
  return useContext(FiguresContext)
}

/** The figures of the nodes of a workflow, kept up to date for as long as they are shown; undefined before they are there. */
export function useNodeFigures(
  workflowId: string,
  isShown: boolean,
): ReadonlyMap<string, NodeFigures> | undefined {
  const may = useMay('runs:read')
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions()
  // Asked as the page of figures asks, so that both share one answer.
  const { data } = useQuery({
    ...routeQuery(getWorkflowMetrics, {
      params: { workflowId },
      query: { ...spanOf('7d', Date.now()), timeZone },
    }),
    enabled: isShown && may,
  })
  const nodes = data?.nodes
  return useMemo(
    () => (isShown && nodes ? new Map(nodes.map(each => [each.nodeId, each])) : undefined),
    [isShown, nodes],
  )
}
