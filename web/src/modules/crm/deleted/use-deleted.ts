import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import {
  type DeletedRecord,
  listDeletedRecords,
  purgeDeletedRecords,
  type RecordObject,
  restoreDeletedRecords,
} from '#modules/crm/contract.ts'
import { call } from '../../../shell/api.ts'
import { renewOnLive } from '../../../shell/live.ts'
import { type Pages, pagesWithout } from '../../../shell/pages.ts'
import { sayFailed } from '../../../shell/say-failed.ts'
import { useAct } from '../../../shell/use-act.ts'
import { toastDone } from '../../../ui/toast-store.ts'
import { purgedWords, restoredWords } from './deleted-words.ts'

/** One request takes no more. */
const AT_ONCE_MAX = 100

const keyOf = (object: RecordObject) => [listDeletedRecords.id, 'pages', object]

/** What was deleted of an object, page by page. */
export function useDeleted(object: RecordObject) {
  useEffect(() => renewOnLive(`${object}.`, [listDeletedRecords.id]), [object])
  return useInfiniteQuery({
    queryKey: keyOf(object),
    queryFn: ({ pageParam, signal }) =>
      call(
        listDeletedRecords,
        { query: { object, limit: 50, ...(pageParam ? { cursor: pageParam } : {}) } },
        { signal },
      ),
    initialPageParam: '',
    getNextPageParam: page => page.nextCursor ?? undefined,
  })
}

/** The ways out of the list: back, or gone for good. Rows leave at once and come back when they had to stay. */
export function useLeaveDeleted(object: RecordObject) {
  const queryClient = useQueryClient()
  const queryKey = keyOf(object)
  const leave = async ({ body }: { body: { ids: string[] } }) => {
    await queryClient.cancelQueries({ queryKey })
    const gone = new Set(body.ids)
    queryClient.setQueryData<Pages<DeletedRecord>>(queryKey, pages =>
      pagesWithout(pages, ({ id }) => gone.has(id)),
    )
  }
  const renew = () => void queryClient.invalidateQueries({ queryKey })
  const restore = useAct(restoreDeletedRecords, {
    onMutate: leave,
    onSuccess: ({ restored }, { body }) => toastDone(restoredWords(object, body.ids.length, restored.length)),
    onError: (error, input) => sayFailed(error, () => restore.mutate(input)),
    onSettled: renew,
  })
  const purge = useAct(purgeDeletedRecords, {
    onMutate: leave,
    onSuccess: ({ purged }, { body }) => toastDone(purgedWords(object, body.ids.length, purged.length)),
    onError: (error, input) => sayFailed(error, () => purge.mutate(input)),
    onSettled: renew,
  })
  const each = (ids: readonly string[], act: typeof restore | typeof purge) => {
    for (let at = 0; at < ids.length; at += AT_ONCE_MAX)
      act.mutate({ body: { object, ids: ids.slice(at, at + AT_ONCE_MAX) } })
  }
  return {
    restore: (ids: readonly string[]) => each(ids, restore),
    purge: (ids: readonly string[]) => each(ids, purge),
  }
}
