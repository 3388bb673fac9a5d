import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { type FormDraft, listFormFields } from '#modules/intake/contract.ts'
import { routeQuery } from '../../../shell/api.ts'

/** Keys that the form has asked for, now or before: answers may be stored under them. */
export function usePublishedKeys({ workflowId, publishedVersion }: FormDraft): ReadonlySet<string> {
  const { data } = useQuery({
    ...routeQuery(listFormFields, { params: { workflowId } }),
    enabled: publishedVersion !== null,
  })
  return useMemo(() => new Set(data?.items.map(({ key }) => key)), [data])
}
