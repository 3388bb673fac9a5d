import { useQuery } from '@tanstack/react-query'
import { listWorkflows } from '#modules/flow/contract.ts'
import { type Form, getForm } from '#modules/intake/contract.ts'
import { routeQuery } from '../../shell/api.ts'
import { useMay } from '../../shell/session.ts'
import { workflowsWithLeads } from './chosen-workflow.ts'

/** The form that brings leads into a workflow; undefined while it is read and where there is none to show. */
export function useForm(workflowId: string | undefined): Form | undefined {
  const mayRead = useMay('forms:read')
  const { data } = useQuery({
    ...routeQuery(getForm, { params: { workflowId: workflowId ?? '' } }),
    enabled: mayRead && workflowId !== undefined,
  })
  return workflowId === undefined ? undefined : data
}

/** The public address of the form that was used last, to try out what follows from it. */
export function useFormToTry(): string | undefined {
  const mayRead = useMay('workflows:read')
  const { data } = useQuery({ ...routeQuery(listWorkflows, {}), enabled: mayRead })
  const form = useForm(workflowsWithLeads(data?.items ?? [])[0]?.id)
  return form?.status === 'published' ? form.url : undefined
}
