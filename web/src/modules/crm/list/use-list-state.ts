import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { listViews, type RecordObject, type View } from '#modules/crm/contract.ts'
import { routeQuery } from '../../../shell/api.ts'
import { useMay } from '../../../shell/session.ts'
import {
  type ListSearch,
  type ListState,
  listSearch,
  searchOfState,
  stateOf,
  stateOfView,
} from './list-state.ts'

export interface ListLook {
  readonly state: ListState
  /** What the view says, without what was changed since. */
  readonly base: ListState
  readonly search: ListSearch
  readonly isChanged: boolean
  readonly views: readonly View[]
  readonly view: View | undefined
  /** The view of the address is not there, or not for the reader. */
  readonly isMissing: boolean
  readonly isReady: boolean
  readonly change: (change: Partial<ListState>) => void
  readonly showMonth: (month: string) => void
  readonly openView: (view: View | undefined, keep?: boolean) => void
  readonly reset: () => void
}

/** The address that asks for no view, where the reader's own view would come by itself. */
const ALL = 'all'

/** How a list is looked at: its view, and what the address says otherwise. The address is the one place that knows. */
export function useListState(object: RecordObject): ListLook {
  const navigate = useNavigate()
  const raw = useSearch({ strict: false }) as Readonly<Record<string, unknown>>
  const search = listSearch(raw)
  const mayRead = useMay('views:read')
  const query = useQuery({ ...routeQuery(listViews, { query: { object, limit: 100 } }), enabled: mayRead })
  const views = query.data?.items ?? []
  const wanted = search.view ?? views.find(view => view.isDefault)?.id
  const view = wanted === ALL ? undefined : views.find(each => each.id === wanted)
  const base = stateOfView(view)
  const state = stateOf(base, search)
  const go = (next: ListSearch) =>
    void navigate({ to: '.', search: next as never, replace: true, state: true, resetScroll: false })
  const kept = {
    ...(search.view ? { view: search.view } : {}),
    ...(search.month ? { month: search.month } : {}),
  }
  const own = searchOfState(base, state)
  return {
    state,
    base,
    search,
    isChanged: Object.keys(own).length > 0,
    views,
    view,
    isMissing: query.isSuccess && wanted !== undefined && wanted !== ALL && view === undefined,
    isReady: !mayRead || query.isSuccess || query.isError,
    change: change => go({ ...kept, ...searchOfState(base, { ...state, ...change }) }),
    showMonth: month => go({ ...kept, ...own, month }),
    openView: (next, keep = false) => {
      const viewId = next?.id ?? (views.some(each => each.isDefault) ? ALL : undefined)
      void navigate({
        to: '.',
        search: { ...(viewId ? { view: viewId } : {}), ...(keep ? own : {}) } as never,
        resetScroll: false,
      })
    },
    reset: () => go(kept),
  }
}
