import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { listDoNotContact } from '#modules/crm/contract.ts'
import { call } from '../../../shell/api.ts'
import { renewOnLive } from '../../../shell/live.ts'

/** The list, page by page; with an address only what refuses it. */
export function useDoNotContact(address: string) {
  useEffect(() => renewOnLive('contact.', [listDoNotContact.id]), [])
  return useInfiniteQuery({
    queryKey: [listDoNotContact.id, 'pages', address],
    queryFn: ({ pageParam, signal }) =>
      call(
        listDoNotContact,
        {
          query: { limit: 50, ...(address ? { address } : {}), ...(pageParam ? { cursor: pageParam } : {}) },
        },
        { signal },
      ),
    initialPageParam: '',
    getNextPageParam: page => page.nextCursor ?? undefined,
    placeholderData: before => before,
  })
}

/** Reads the list again. */
export function useRenewDoNotContact(): () => void {
  const queryClient = useQueryClient()
  return () => void queryClient.invalidateQueries({ queryKey: [listDoNotContact.id] })
}
