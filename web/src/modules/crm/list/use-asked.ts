import { useMemo } from 'react'
import type { Condition, Filter } from '#platform/contract/filter.ts'
import { useSession } from '../../../shell/session.ts'
import { both, readable, resolved } from './filter-model.ts'
import type { ListObject } from './list-objects.ts'
import type { ListFields } from './use-list-fields.ts'
import type { ListLook } from './use-list-state.ts'
import { localDay } from './zone.ts'

export interface Asked {
  /** As the API takes it. */
  readonly filter: Filter | null
  /** Conditions that mean nothing any more. */
  readonly broken: readonly Condition[]
  readonly sort: string
  readonly isNarrowed: boolean
}

/** What the API is asked: days and `me` are the reader's, and what means nothing any more is left out and said. */
export function useAsked(of: ListObject, fields: ListFields, { state }: ListLook): Asked {
  const { user } = useSession()
  const today = localDay(Date.now())
  const written = JSON.stringify([state.filter, state.search, state.sort])
  // biome-ignore lint/correctness/useExhaustiveDependencies: the text stands for what is made anew each time, the day for the clock
  return useMemo(() => {
    const { filter, broken } = readable(state.filter, fields.byKey)
    const words = state.search.trim().split(/\s+/).filter(Boolean).slice(0, 5)
    const found = words.map(
      (word): Filter => ({
        any: of.searched.map(field => ({ field, op: 'contains', value: word })),
      }),
    )
    const sortable = new Set([...fields.byKey.keys()].flatMap(key => fields.sortOf(key) ?? []))
    return {
      filter: both(resolved(filter, fields.byKey, { userId: user.id, now: Date.now() }), ...found),
      broken,
      sort: state.sort
        .split(',')
        .filter(word => sortable.has(word.replace(/^-/, '')))
        .join(','),
      isNarrowed: filter !== null || words.length > 0,
    }
  }, [of, fields, written, user.id, today])
}
