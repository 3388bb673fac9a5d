import { useInfiniteQuery } from '@tanstack/react-query'
import type { RecordTarget } from './edits.ts'
import { historyKey, readHistory } from './record-access.ts'

/** The changes of a record, the latest first: of all fields, or of one. */
export function useHistory(target: RecordTarget, field: string | undefined, limit: number) {
  const query = useInfiniteQuery({
    queryKey: [...historyKey(target), field ?? '', limit],
    queryFn: ({ pageParam, signal }) =>
      readHistory(
        target,
        { limit, ...(field ? { field } : {}), ...(pageParam ? { cursor: pageParam } : {}) },
        signal,
      ),
    initialPageParam: '',
    getNextPageParam: page => page.nextCursor ?? undefined,
  })
  return { ...query, entries: query.data?.pages.flatMap(page => page.items) ?? [] }
}
