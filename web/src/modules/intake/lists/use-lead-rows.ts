import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { listLeads } from '#modules/intake/contract.ts'
import { call } from '../../../shell/api.ts'
import type { LeadLook } from './use-lead-look.ts'

const PAGE = 50

/** The leads of a workflow in the order that is looked at, with their answers, a page at a time. */
export function useLeadRows(workflowId: string, { filter, ownerUserId, search }: LeadLook) {
  const asked = {
    workflowId,
    include: 'values',
    limit: PAGE,
    ...(filter ? { filter } : {}),
    ...(ownerUserId ? { ownerUserId } : {}),
    ...(search.sort ? { sort: search.sort } : {}),
  }
  const query = useInfiniteQuery({
    queryKey: [listLeads.id, { query: asked, pages: true }],
    queryFn: ({ pageParam, signal }) =>
      call(listLeads, { query: { ...asked, ...(pageParam ? { cursor: pageParam } : {}) } }, { signal }),
    initialPageParam: '',
    getNextPageParam: page => page.nextCursor ?? undefined,
    placeholderData: keepPreviousData,
  })
  const rows = query.data?.pages.flatMap(page => page.items)
  const readMore = () => {
    if (query.hasNextPage && !query.isFetchingNextPage) void query.fetchNextPage()
  }
  return { query, rows, readMore }
}
