import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { ListTotals, RecordField } from '#modules/crm/contract.ts'
import type { Filter } from '#platform/contract/filter.ts'
import type { CallInput, Route } from '#platform/contract/route.ts'
import { routeQuery } from '../../../shell/api.ts'
import { useMemberNames } from '../../../shell/member-names.ts'
import { groupedItems, groupFilter, groupKey, groupsOf, plainItems } from './list-groups.ts'
import type { ListObject } from './list-objects.ts'
import type { ListQuestion } from './list-source.ts'
import { useSources } from './use-sources.ts'

interface ListRowsOptions {
  readonly of: ListObject
  /** As the API takes it. */
  readonly filter: Filter | null
  readonly sort: string
  readonly groupBy: RecordField | undefined
  readonly collapsed: readonly string[]
  /** The fields that are added up. */
  readonly summed: readonly string[]
}

/** Counts and sums of the records of a filter. */
export function useTotals(
  of: ListObject,
  { filter, summed = [], by }: { filter: Filter | null; summed?: readonly string[]; by?: string | undefined },
) {
  const query = {
    ...(filter ? { filter: JSON.stringify(filter) } : {}),
    ...(summed.length > 0 ? { fields: summed.join(',') } : {}),
    ...(by ? { by } : {}),
  }
  const result = useQuery({
    ...routeQuery(of.totals, { query } as unknown as CallInput<Route>),
    placeholderData: keepPreviousData,
  })
  return {
    totals: result.data as ListTotals | undefined,
    error: result.error,
    isOld: result.isPlaceholderData,
  }
}

/** The rows of a list, grouped or not, as they are read, and what is known of all of them. */
export function useListRows({ of, filter, sort, groupBy, collapsed, summed }: ListRowsOptions) {
  const { totals, error: totalsError } = useTotals(of, { filter, summed, by: groupBy?.key })
  const counts = groupBy ? (totals?.groups ?? []) : []
  const names = useMemberNames(groupBy?.kind === 'user' ? counts.map(({ value }) => value) : [])
  const groups = groupBy ? groupsOf(groupBy, counts, names) : []
  const open = groups.filter(({ value }) => !collapsed.includes(groupKey(value)))
  const questions: ListQuestion[] = groupBy
    ? open.map(({ value }) => ({ route: of.list, filter: groupFilter(groupBy, value, filter), sort }))
    : [{ route: of.list, filter, sort }]
  const { parts, sources } = useSources(questions)
  const openKeys = open.map(({ value }) => groupKey(value)).join('\n')
  const words = groups.map(group => `${groupKey(group.value)} ${group.count} ${group.label}`).join('\n')
  const isGrouped = groupBy !== undefined
  // biome-ignore lint/correctness/useExhaustiveDependencies: the words stand for the groups, which are made anew each time
  const items = useMemo(() => {
    if (!isGrouped) return plainItems(parts[0])
    const keys = openKeys.split('\n')
    return groupedItems(groups, ({ value }) => parts[keys.indexOf(groupKey(value))])
  }, [isGrouped, parts, openKeys, words])
  const rows = useMemo(() => items.flatMap(item => (item.kind === 'row' ? [item.row] : [])), [items])
  /** Reads on wherever the end of what is there comes into view. */
  const readAround = (first: number, last: number) => {
    const keys = isGrouped ? openKeys.split('\n') : ['all']
    for (const item of items.slice(Math.max(0, first - 5), last + 40)) {
      if (item.kind !== 'wait') continue
      void sources[keys.indexOf(item.id.slice('wait:'.length))]?.readMore()
    }
  }
  return {
    items,
    rows,
    totals,
    readAround,
    sources,
    isRead: isGrouped ? totals !== undefined : (parts[0]?.isRead ?? false),
    error: parts.find(part => part.error)?.error ?? (isGrouped ? totalsError : undefined),
  }
}
