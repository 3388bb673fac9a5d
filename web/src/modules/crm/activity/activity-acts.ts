import { useMutationState } from '@tanstack/react-query'
import {
  type Activity,
  completeActivity,
  deleteActivity,
  listActivities,
  reopenActivity,
  restoreActivity,
  type TimelineEntry,
} from '#modules/crm/contract.ts'
import { call } from '../../../shell/api.ts'
import { queryClient } from '../../../shell/query.ts'
import { sayFailed } from '../../../shell/say-failed.ts'
import { useAct } from '../../../shell/use-act.ts'
import { toastUndo } from '../../../ui/toast-store.ts'

interface Pages<T> {
  readonly pages: readonly { readonly items: readonly T[]; readonly nextCursor: string | null }[]
  readonly pageParams: readonly unknown[]
}

/** Puts what an activity is now into everything cached that shows it, and asks for what counts it anew. */
export function keepActivity(activity: Activity): void {
  queryClient.setQueriesData<Pages<Activity>>({ queryKey: [listActivities.id] }, data =>
    mapped(data, item => (item.id === activity.id ? activity : item)),
  )
  queryClient.setQueriesData<Pages<TimelineEntry>>({ queryKey: ['crm.timeline'] }, data =>
    mapped(data, entry => (entry.activity?.id === activity.id ? { ...entry, activity } : entry)),
  )
  renewActivities()
}

/** Reads again what shows activities in some order or number. */
export function renewActivities(): void {
  for (const key of [[listActivities.id], ['crm.upcoming'], ['crm.timeline']])
    void queryClient.invalidateQueries({ queryKey: key })
}

function mapped<T>(data: Pages<T> | undefined, change: (item: T) => T): Pages<T> | undefined {
  if (!data?.pages) return data
  return { ...data, pages: data.pages.map(page => ({ ...page, items: page.items.map(change) })) }
}

const inputOf = (mutation: { state: { variables: unknown } }) =>
  (mutation.state.variables as { params?: { activityId?: string } } | undefined)?.params?.activityId ?? ''

function usePending(routeId: string): ReadonlySet<string> {
  return new Set(
    useMutationState({ filters: { mutationKey: [routeId], status: 'pending' }, select: inputOf }),
  )
}

/** What acts under way make of activities, to be shown at once: done, open again, gone. */
export function usePendingActs(): {
  done: ReadonlySet<string>
  opened: ReadonlySet<string>
  gone: ReadonlySet<string>
} {
  return {
    done: usePending(completeActivity.id),
    opened: usePending(reopenActivity.id),
    gone: usePending(deleteActivity.id),
  }
}

const put = async (route: typeof reopenActivity | typeof restoreActivity, activityId: string) => {
  try {
    keepActivity(await call(route, { params: { activityId } }))
  } catch (error) {
    sayFailed(error, () => put(route, activityId))
  }
}

/** What can be done with an activity wherever it stands, each with its undo. */
export function useActivityActs() {
  const complete = useAct(completeActivity, {
    onSuccess: keepActivity,
    onError: (error, input) => sayFailed(error, () => complete.mutate(input)),
  })
  const reopen = useAct(reopenActivity, {
    onSuccess: keepActivity,
    onError: (error, input) => sayFailed(error, () => reopen.mutate(input)),
  })
  const remove = useAct(deleteActivity, {
    onSuccess: renewActivities,
    onError: (error, input) => sayFailed(error, () => remove.mutate(input)),
  })
  return {
    complete(activityId: string) {
      complete.mutate({ params: { activityId } })
      toastUndo('Completed', () => void put(reopenActivity, activityId))
    },
    reopen: (activityId: string) => reopen.mutate({ params: { activityId } }),
    remove(activityId: string) {
      remove.mutate({ params: { activityId } })
      toastUndo('Deleted', () => void put(restoreActivity, activityId))
    },
  }
}
