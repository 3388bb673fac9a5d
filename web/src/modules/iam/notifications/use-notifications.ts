import { type InfiniteData, useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useEffect } from 'react'
import { listNotifications, markNotificationsRead, type Notification } from '#modules/iam/contract.ts'
import type { RouteResult } from '#platform/contract/route.ts'
import { call } from '../../../shell/api.ts'
import { renewOnLive } from '../../../shell/live.ts'
import { problemWords } from '../../../shell/problem.ts'
import { toastFailed } from '../../../ui/toast-store.ts'
import { safeNext } from '../safe-next.ts'
import { withRead } from './with-read.ts'

type Page = RouteResult<typeof listNotifications>
const queryKey = [listNotifications.id]

/** What the person was told, how much of it is unread, and how to open it and mark it as read. */
export function useNotifications() {
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  useEffect(() => renewOnLive('notification.', [listNotifications.id]), [])
  const list = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam, signal }) =>
      call(
        listNotifications,
        { query: { limit: 30, ...(pageParam ? { cursor: pageParam } : {}) } },
        { signal },
      ),
    initialPageParam: '',
    getNextPageParam: page => page.nextCursor ?? undefined,
  })
  const mark = useMutation({
    mutationFn: (body: { ids: string[] } | { upTo: string }) => call(markNotificationsRead, { body }),
    onMutate: async body => {
      await queryClient.cancelQueries({ queryKey })
      const before = queryClient.getQueryData<InfiniteData<Page>>(queryKey)
      if (before) queryClient.setQueryData(queryKey, withRead(before, body, new Date().toISOString()))
      return before
    },
    onError: (error, body, before) => {
      queryClient.setQueryData(queryKey, before)
      const words = problemWords(error)
      toastFailed({
        message: 'The notifications are still unread.',
        detail: words.what,
        requestId: words.requestId,
        retry: () => mark.mutate(body),
      })
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey }),
  })
  const items = list.data?.pages.flatMap(page => page.items) ?? []
  return {
    list,
    items,
    unread: list.data?.pages[0]?.unreadCount ?? 0,
    open: (item: Notification) => {
      if (!item.readAt) mark.mutate({ ids: [item.id] })
      const link = safeNext(item.link)
      if (link) navigate({ href: link })
    },
    markAll: () => {
      const newest = items[0]
      if (newest) mark.mutate({ upTo: newest.id })
    },
  }
}
