import { useInfiniteQuery } from '@tanstack/react-query'
import { listAuditEntries } from '#modules/iam/contract.ts'
import { call } from '../../../../shell/api.ts'

/** What the log is narrowed to; the address of the page keeps it. Days are YYYY-MM-DD. */
export interface AuditSearch {
  action?: string | undefined
  actor?: string | undefined
  objectType?: string | undefined
  objectId?: string | undefined
  from?: string | undefined
  to?: string | undefined
}

const DAY = /^\d{4}-\d\d-\d\d$/

/** Reads the address; what is not understood is left out. */
export function auditSearch(search: Record<string, unknown>): AuditSearch {
  const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined)
  const day = (value: unknown) => (typeof value === 'string' && DAY.test(value) ? value : undefined)
  return {
    action: text(search.action),
    actor: text(search.actor),
    objectType: text(search.objectType),
    objectId: text(search.objectId),
    from: day(search.from),
    to: day(search.to),
  }
}

/** The search as the API takes it: days become instants of the reader's own clock, the last day is included. */
export function auditQuery({ from, to, ...rest }: AuditSearch) {
  const entries = Object.entries({
    ...rest,
    from: from && startOf(from, 0),
    to: to && startOf(to, 1),
  }).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return Object.fromEntries(entries)
}

function startOf(day: string, later: number): string | undefined {
  const start = new Date(`${day}T00:00`)
  start.setDate(start.getDate() + later)
  return Number.isNaN(start.getTime()) ? undefined : start.toISOString()
}

/** The entries that the search finds, newest first. */
export function useAuditLog(search: AuditSearch) {
  const wanted = auditQuery(search)
  return useInfiniteQuery({
    queryKey: [listAuditEntries.id, 'pages', wanted],
    queryFn: ({ pageParam, signal }) =>
      call(
        listAuditEntries,
        { query: { limit: 100, ...wanted, ...(pageParam ? { cursor: pageParam } : {}) } },
        { signal },
      ),
    initialPageParam: '',
    getNextPageParam: page => page.nextCursor ?? undefined,
    placeholderData: before => before,
  })
}
