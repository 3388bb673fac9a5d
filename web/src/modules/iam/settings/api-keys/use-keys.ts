import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { listApiKeys } from '#modules/iam/contract.ts'
import { call } from '../../../../shell/api.ts'

/** The keys of the organization, newest first. */
export function useApiKeys() {
  return useInfiniteQuery({
    queryKey: [listApiKeys.id, 'pages'],
    queryFn: ({ pageParam, signal }) =>
      call(listApiKeys, { query: { limit: 50, ...(pageParam ? { cursor: pageParam } : {}) } }, { signal }),
    initialPageParam: '',
    getNextPageParam: page => page.nextCursor ?? undefined,
  })
}

/** Reads the keys again. */
export function useRenewKeys(): () => void {
  const queryClient = useQueryClient()
  return () => void queryClient.invalidateQueries({ queryKey: [listApiKeys.id] })
}
