import { useQuery } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useCallback, useMemo } from 'react'
import { getForm, type LeadStatus } from '#modules/intake/contract.ts'
import { routeQuery } from '../../../shell/api.ts'
import { useMay, useSession } from '../../../shell/session.ts'
import { readable } from '../../crm/list/filter-model.ts'
import type { ListFields } from '../../crm/list/use-list-fields.ts'
import { localDay } from '../../crm/list/zone.ts'
import { leadFields } from './lead-fields.ts'
import { filterAsked, type LeadsSearch } from './leads-search.ts'

const route = getRouteApi('/app/leads')

/** What of the leads of a workflow is looked at. */
export interface LeadLook {
  readonly search: LeadsSearch
  readonly fields: ListFields
  /** The filter as the API takes it; undefined for none. */
  readonly filter: string | undefined
  /** Shows the leads of this user only. */
  readonly ownerUserId: string | undefined
  readonly isNarrowed: boolean
  /** Whether the fields are known that the filter asks for. */
  readonly isReady: boolean
  /** Changes the address; what is undefined goes out of it. */
  readonly change: (change: Partial<LeadsSearch>) => void
}

/** What the address says is looked at; whoever has the address looks at the same. */
export function useLeadLook(workflowId: string, statuses: readonly LeadStatus[]): LeadLook {
  const search = route.useSearch()
  const navigate = useNavigate()
  const { user } = useSession()
  const mayReadForm = useMay('forms:read')
  const form = useQuery({
    ...routeQuery(getForm, { params: { workflowId } }),
    enabled: mayReadForm,
  })
  const today = localDay(Date.now())
  const fields = useMemo(() => leadFields(form.data, statuses), [form.data, statuses])
  const written = JSON.stringify([search.filter, search.q])
  // biome-ignore lint/correctness/useExhaustiveDependencies: the text stands for what is made anew each time, the day for the clock
  const filter = useMemo(
    () => filterAsked(search, fields, { userId: user.id, now: Date.now() }),
    [written, fields, user.id, today],
  )
  const change = useCallback(
    (said: Partial<LeadsSearch>) =>
      void navigate({
        to: '.',
        search: before => withoutUndefined({ ...before, ...said }),
        replace: true,
        state: true,
      }),
    [navigate],
  )
  const ownerUserId = search.whose === 'mine' ? user.id : undefined
  const isFiltered = search.filter !== undefined && readable(search.filter, fields.byKey).filter !== null
  return {
    search,
    fields,
    filter,
    ownerUserId,
    isReady: search.filter === undefined || !mayReadForm || !form.isPending,
    isNarrowed: isFiltered || search.q !== undefined || ownerUserId !== undefined,
    change,
  }
}

function withoutUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as T
}
