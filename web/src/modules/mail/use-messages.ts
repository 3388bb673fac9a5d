import { useInfiniteQuery } from '@tanstack/react-query'
import { listMessages, type MessageStatus } from '#modules/mail/contract.ts'
import { call } from '../../shell/api.ts'
import { isUnderWay } from './message-words.ts'

const PAGE = 50
/** Between accepting a message and its outcome nothing is announced, so while one is under way the list looks again. */
const LOOK_AGAIN_MS = 5_000

/** The messages, newest first, a page at a time. Outcomes renew them; see routes.tsx. */
export function useMessages(status: MessageStatus | undefined) {
  const list = useInfiniteQuery({
    queryKey: [listMessages.id, { status }],
    queryFn: ({ pageParam, signal }) =>
      call(
        listMessages,
        {
          query: {
            limit: PAGE,
            ...(status ? { status } : {}),
            ...(pageParam ? { cursor: pageParam } : {}),
          },
        },
        { signal },
      ),
    initialPageParam: '',
    getNextPageParam: page => page.nextCursor ?? undefined,
    refetchInterval: query =>
      query.state.data?.pages.some(page => page.items.some(isUnderWay)) ? LOOK_AGAIN_MS : false,
  })
  return { list, messages: list.data?.pages.flatMap(page => page.items) ?? [] }
}
