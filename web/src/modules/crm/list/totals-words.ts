import type { ColumnTotal, RecordField } from '#modules/crm/contract.ts'
import { moneyWords } from '../fields/money.ts'
import { numberWords } from '../fields/numbers.ts'
import type { ListColumn } from './list-state.ts'

type TotalKind = NonNullable<ListColumn['total']>

/** What can stand under a column. */
export function totalKinds(field: RecordField): TotalKind[] {
  const counts: TotalKind[] = ['none', 'filled', 'empty']
  return field.kind === 'number' || field.kind === 'money' ? [...counts, 'sum', 'average'] : counts
}

/** What stands there by itself: amounts are added up, everything else is left alone. */
export function totalKindOf(field: RecordField, column: ListColumn): TotalKind {
  return column.total ?? (field.kind === 'money' ? 'sum' : 'none')
}

export const TOTAL_WORDS: Readonly<Record<TotalKind, string>> = {
  none: 'Nothing',
  sum: 'Sum',
  average: 'Average',
  filled: 'Filled in',
  empty: 'Empty',
}

/** A total in words; undefined when there are too many records to add up. */
export function totalWords(kind: TotalKind, total: ColumnTotal | undefined): string | undefined {
  if (!total) return undefined
  switch (kind) {
    case 'filled':
      return `${total.filled.toLocaleString()} filled in`
    case 'empty':
      return `${total.empty.toLocaleString()} empty`
    case 'sum':
      if (total.sums) return total.sums.map(amountWords).join(' + ') || undefined
      return total.sum === null ? undefined : numberWords(total.sum)
    case 'average':
      if (total.sums)
        return (
          total.sums
            .map(({ currency, amount, filled }) =>
              moneyWords({ currency, amount: Math.round(amount / filled) }),
            )
            .join(' + ') || undefined
        )
      return total.average === null ? undefined : numberWords(Math.round(total.average * 100) / 100)
    default:
      return undefined
  }
}

function amountWords({ currency, amount }: { currency: string; amount: number }): string {
  return moneyWords({ currency, amount })
}

/** "1 person", "10,000+ people". */
export function countWords(
  totals: { readonly count: number; readonly isMore: boolean },
  { one, many }: { readonly one: string; readonly many: string },
): string {
  return `${totals.count.toLocaleString()}${totals.isMore ? '+' : ''} ${totals.count === 1 ? one : many}`
}
