import { useQuery } from '@tanstack/react-query'
import { useContext, useMemo } from 'react'
import { listPipelines, listTags } from '#modules/crm/contract.ts'
import { listWorkflows } from '#modules/flow/contract.ts'
import { listMembers } from '#modules/iam/contract.ts'
import { getBoard } from '#modules/intake/contract.ts'
import { routeQuery } from '../../../shell/api.ts'
import { GraphContext, useForm } from './form-context.ts'
import type { PickSource } from './setting-looks.ts'
import type { Option } from './widgets.ts'

const STALE_MS = 60_000

/** What can be picked from a source; undefined without one, and empty for whoever may not see it. */
export function useChoices(source: PickSource | undefined): readonly Option[] | undefined {
  const { workflowId } = useForm()
  const graph = useContext(GraphContext)?.graph
  const hasForm = graph?.nodes.some(({ type }) => type === 'form_submitted') ?? false
  const is = (...wanted: PickSource[]) => source !== undefined && wanted.includes(source)
  const workflows = useQuery({
    ...routeQuery(listWorkflows, {}),
    enabled: is('workflow'),
    staleTime: STALE_MS,
    retry: false,
  })
  const members = useQuery({
    ...routeQuery(listMembers, { query: { status: 'active', limit: 100 } }),
    enabled: is('member'),
    staleTime: STALE_MS,
    retry: false,
  })
  const board = useQuery({
    ...routeQuery(getBoard, { params: { workflowId }, query: { cards: 1 } }),
    // Only a workflow that starts by a form has a board.
    enabled: is('lead_status') && hasForm,
    staleTime: STALE_MS,
    retry: false,
  })
  const pipelines = useQuery({
    ...routeQuery(listPipelines, {}),
    enabled: is('pipeline', 'stage'),
    staleTime: STALE_MS,
    retry: false,
  })
  const tags = useQuery({
    ...routeQuery(listTags, { query: { object: 'person' } }),
    enabled: is('tag'),
    staleTime: STALE_MS,
    retry: false,
  })
  const choices = useMemo((): readonly Option[] | undefined => {
    switch (source) {
      case undefined:
        return undefined
      case 'workflow':
        return (workflows.data?.items ?? [])
          .filter(({ id }) => id !== workflowId)
          .map(({ id, name }) => ({ value: id, label: name }))
      case 'member':
        return (members.data?.items ?? []).map(({ email, name }) => ({ value: email, label: name }))
      case 'lead_status':
        return (board.data?.columns ?? []).map(({ status, name }) => ({ value: status, label: name }))
      case 'pipeline':
        return (pipelines.data?.items ?? []).map(({ name }) => ({ value: name, label: name }))
      case 'stage':
        return [
          ...new Set(pipelines.data?.items.flatMap(({ stages }) => stages.map(({ name }) => name))),
        ].map(name => ({ value: name, label: name }))
      case 'tag':
        return (tags.data?.items ?? []).map(({ tag }) => ({ value: tag, label: tag }))
    }
  }, [source, workflowId, workflows.data, members.data, board.data, pipelines.data, tags.data])
  return useSame(choices)
}

/** The same array for as long as it says the same: an open list forgets where the keyboard is when it is given another one. */
function useSame(choices: readonly Option[] | undefined): readonly Option[] | undefined {
  const text = JSON.stringify(choices)
  return useMemo(() => (text === undefined ? undefined : (JSON.parse(text) as readonly Option[])), [text])
}
