import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useRouterState } from '@tanstack/react-router'
import { type SearchHit, searchRecords } from '#modules/crm/contract.ts'
import { call } from './api.ts'
import { type RecentRecord, recentRecords } from './recent-records.ts'
import { useMay, useOrganization } from './session.ts'

const PAUSE_MS = 80
const FOUND_MAX = 12

/** A record in the palette: what is shown of it, and why it is there. */
export type PaletteRecord = RecentRecord & Partial<Pick<SearchHit, 'by' | 'value'>>

export interface PaletteRecords {
  readonly groups: readonly { readonly name: string; readonly records: readonly PaletteRecord[] }[]
  readonly words: readonly string[]
  /** The answer belongs to what was typed before; the next one is on its way. */
  readonly isStale: boolean
  /** There is nothing to show yet. */
  readonly isPending: boolean
  readonly hasFailed: boolean
}

const NAMES = {
  person: 'People',
  company: 'Companies',
  deal: 'Deals',
  lead: 'Leads',
  workflow: 'Workflows',
} as const
const NONE: readonly string[] = []

/** The records that answer what is typed; without anything typed, those opened last, or active last. */
export function usePaletteRecords(query: string): PaletteRecords {
  const { id: orgId } = useOrganization()
  const maySearch = useMay('people:read')
  const typed = query.trim()
  const [wanted] = useDebouncedValue(typed, PAUSE_MS)
  const here = useRouterState({ select: state => state.location.pathname })
  // The one that is open already is nowhere to go to.
  const isElsewhere = ({ id }: { readonly id: string }) => !here.endsWith(id)
  const recent = typed === '' ? recentRecords(orgId).filter(isElsewhere) : []
  const isAsked = maySearch && !(typed === '' && recent.length > 0)
  const asked = typed === '' ? '' : wanted
  const { data, isError, isPlaceholderData, isPending } = useQuery({
    queryKey: [searchRecords.id, 'palette', asked],
    queryFn: ({ signal }) =>
      call(searchRecords, { query: { q: asked, limit: asked === '' ? 6 : FOUND_MAX } }, { signal }),
    enabled: isAsked,
    placeholderData: keepPreviousData,
    staleTime: 5_000,
  })
  if (recent.length > 0)
    return {
      groups: [{ name: 'Recent', records: recent }],
      words: NONE,
      isStale: false,
      isPending: false,
      hasFailed: false,
    }
  const isStale = isAsked && (isPlaceholderData || asked !== typed)
  const groups = isAsked ? (data?.groups ?? []) : []
  return {
    groups:
      asked === ''
        ? [{ name: 'Active last', records: groups.flatMap(({ items }) => items).filter(isElsewhere) }].filter(
            ({ records }) => records.length > 0,
          )
        : groups.map(({ object, items }) => ({ name: NAMES[object], records: items })),
    words: asked === '' ? NONE : (data?.words ?? NONE),
    isStale,
    isPending: isAsked && isPending,
    hasFailed: isAsked && isError,
  }
}
