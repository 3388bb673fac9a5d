import type { ReactNode } from 'react'

export interface Column<Row> {
  readonly id: string
  readonly header: string
  /** A CSS grid track, for example `minmax(12rem, 2fr)` or `7rem`. */
  readonly width: string
  /** Numbers stand at the end. */
  readonly align?: 'end' | undefined
  readonly cell: (row: Row) => ReactNode
  /** Sorting by this column is offered when the table has `onSort`. */
  readonly sortable?: boolean | undefined
  /** Stays on a narrow screen; the others give way. */
  readonly essential?: boolean | undefined
}

export interface Sort {
  readonly column: string
  readonly descending: boolean
}

/** The sort a click on a column's header leads to: ascending, descending, then as before. */
export function nextSort(sort: Sort | undefined, column: string): Sort | undefined {
  if (sort?.column !== column) return { column, descending: false }
  return sort.descending ? undefined : { column, descending: true }
}

/** The row a key leads to from `index`, or undefined when the key moves nothing. `page` is the number of rows in view. */
export function rowAfter(key: string, index: number, count: number, page: number): number | undefined {
  if (count === 0) return undefined
  const last = count - 1
  const clamp = (target: number) => Math.min(last, Math.max(0, target))
  switch (key) {
    case 'ArrowDown':
    case 'j':
      return clamp(index + 1)
    case 'ArrowUp':
    case 'k':
      return index < 0 ? last : clamp(index - 1)
    case 'PageDown':
      return clamp(index + page)
    case 'PageUp':
      return clamp(index - page)
    case 'Home':
      return 0
    case 'End':
      return last
    default:
      return undefined
  }
}

/** The selection after one row is switched on or off. */
export function toggled(selection: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const next = new Set(selection)
  if (!next.delete(id)) next.add(id)
  return next
}
