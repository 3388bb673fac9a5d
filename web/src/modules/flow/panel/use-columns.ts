import { useQueries, useQuery } from '@tanstack/react-query'
import { useContext, useMemo } from 'react'
import { listWorkflows } from '#modules/flow/contract.ts'
import { getBoard } from '#modules/intake/contract.ts'
import { routeQuery } from '../../../shell/api.ts'
import { GraphContext, useForm } from './form-context.ts'
import type { Found } from './use-named.ts'

/** The boards of other workflows that are looked at for columns. */
const BOARDS_MAX = 5
const OFTEN = { staleTime: 60_000, retry: false } as const

/**
 * The columns a lead can be moved to: of the board of a workflow that starts by a form, else of the boards of those that do, each
 * status once. Undefined until they are known.
 */
export function useColumns(isWanted: boolean): readonly Found[] | undefined {
  const { workflowId } = useForm()
  const graph = useContext(GraphContext)?.graph
  const hasForm = graph?.nodes.some(({ type }) => type === 'form_submitted') ?? false
  const workflows = useQuery({
    ...routeQuery(listWorkflows, {}),
    enabled: isWanted && !hasForm,
    ...OFTEN,
  })
  const others = (workflows.data?.items ?? []).filter(({ triggerType }) => triggerType === 'form_submitted')
  const text = (
    !isWanted ? [] : hasForm ? [workflowId] : others.slice(0, BOARDS_MAX).map(({ id }) => id)
  ).join()
  const queries = useMemo(
    () =>
      (text === '' ? [] : text.split(',')).map(id => ({
        ...routeQuery(getBoard, { params: { workflowId: id }, query: { cards: 1 } }),
        ...OFTEN,
      })),
    [text],
  )
  const boards = useQueries({ queries })
  if ([workflows, ...boards].some(({ isLoading }) => isLoading)) return undefined
  const names = new Map<string, string>()
  for (const { data } of boards)
    for (const { status, name } of data?.columns ?? []) if (!names.has(status)) names.set(status, name)
  return [...names].map(([value, label]) => ({ value, label }))
}
