import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import {
  type DuplicatePair,
  dismissDuplicate,
  getDuplicateScan,
  listDuplicates,
  type RecordObject,
  startDuplicateScan,
  undismissDuplicate,
} from '#modules/crm/contract.ts'
import { call, routeKey, routeQuery } from '../../../shell/api.ts'
import { type Pages, pagesWithout } from '../../../shell/pages.ts'
import { sayFailed } from '../../../shell/say-failed.ts'
import { useAct } from '../../../shell/use-act.ts'
import { toastUndo } from '../../../ui/toast-store.ts'

const keyOf = (object: RecordObject) => [listDuplicates.id, 'pages', object]

export const pairKey = ({ first, second }: DuplicatePair) => `${first.id} ${second.id}`

/** Pairs that may be one, page by page, the surest first. */
export function useDuplicates(object: RecordObject) {
  return useInfiniteQuery({
    queryKey: keyOf(object),
    queryFn: ({ pageParam, signal }) =>
      call(
        listDuplicates,
        { query: { object, limit: 50, ...(pageParam ? { cursor: pageParam } : {}) } },
        { signal },
      ),
    initialPageParam: '',
    getNextPageParam: page => page.nextCursor ?? undefined,
  })
}

/** How far the search among all records is; asked again while it runs. */
export function useScan(object: RecordObject) {
  const queryClient = useQueryClient()
  const input = { query: { object } }
  const scan = useQuery({
    ...routeQuery(getDuplicateScan, input),
    refetchInterval: ({ state }) => (state.data?.status === 'running' ? 1_500 : false),
  })
  const start = useAct(startDuplicateScan, {
    onSuccess: begun => queryClient.setQueryData(routeKey(getDuplicateScan, input), begun),
    onError: error => sayFailed(error),
  })
  return { scan: scan.data, start: () => start.mutate({ body: { object } }) }
}

/** Says that two are not the same: the pair leaves at once and comes back by undo. */
export function useDismiss(object: RecordObject): (pair: DuplicatePair) => void {
  const queryClient = useQueryClient()
  const queryKey = keyOf(object)
  const renew = () => void queryClient.invalidateQueries({ queryKey })
  const body = ({ first, second }: DuplicatePair) => ({ object, firstId: first.id, secondId: second.id })
  const undo = useAct(undismissDuplicate, { onSettled: renew, onError: error => sayFailed(error) })
  const dismiss = useAct(dismissDuplicate, {
    onError: error => {
      renew()
      sayFailed(error)
    },
  })
  return pair => {
    queryClient.setQueryData<Pages<DuplicatePair>>(queryKey, pages =>
      pagesWithout(pages, each => pairKey(each) === pairKey(pair)),
    )
    dismiss.mutate({ body: body(pair) })
    toastUndo('They are not shown as duplicates any more.', () => undo.mutate({ body: body(pair) }))
  }
}
