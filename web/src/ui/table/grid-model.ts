import type { ReactNode } from 'react'
import type { Sort } from './columns.ts'

export interface GridColumn<Row> {
  readonly id: string
  readonly header: string
  /** In pixels. */
  readonly width: number
  /** Numbers stand at the end. */
  readonly align?: 'end' | undefined
  readonly sortable?: boolean | undefined
  readonly cell: (row: Row) => ReactNode
  readonly mayEdit?: ((row: Row) => boolean) | undefined
  /** What stands under the column. */
  readonly total?: ReactNode
}

/** What stands in the body of a grid: records, heads of groups, and places of records that are on their way. */
export type GridItem<Row> =
  | { readonly kind: 'row'; readonly id: string; readonly row: Row }
  | {
      readonly kind: 'head'
      readonly id: string
      readonly title: ReactNode
      readonly label: string
      readonly count: string
      readonly isOpen: boolean
    }
  | { readonly kind: 'wait'; readonly id: string }

/** A cell by the place of its item and of its column. */
export interface CellPlace {
  readonly row: number
  readonly column: number
}

/** Cells between two corners, all included. */
export interface CellRange {
  readonly top: number
  readonly bottom: number
  readonly left: number
  readonly right: number
}

export function rangeOf(one: CellPlace, other: CellPlace): CellRange {
  return {
    top: Math.min(one.row, other.row),
    bottom: Math.max(one.row, other.row),
    left: Math.min(one.column, other.column),
    right: Math.max(one.column, other.column),
  }
}

/** Where a key leads from a cell; undefined when it leads nowhere. `page` is how many rows are in view. */
export function cellAfter(
  key: string,
  from: CellPlace,
  size: { readonly rows: number; readonly columns: number; readonly page: number },
  isFar = false,
): CellPlace | undefined {
  const last = { row: size.rows - 1, column: size.columns - 1 }
  if (last.row < 0) return undefined
  const row = (to: number) => ({ ...from, row: Math.min(last.row, Math.max(0, to)) })
  const column = (to: number) => ({ ...from, column: Math.min(last.column, Math.max(0, to)) })
  switch (key) {
    case 'ArrowDown':
      return row(isFar ? last.row : from.row + 1)
    case 'ArrowUp':
      return row(isFar ? 0 : from.row - 1)
    case 'ArrowRight':
      return column(isFar ? last.column : from.column + 1)
    case 'ArrowLeft':
      return column(isFar ? 0 : from.column - 1)
    case 'PageDown':
      return row(from.row + size.page)
    case 'PageUp':
      return row(from.row - size.page)
    case 'Home':
      return isFar ? { row: 0, column: 0 } : column(0)
    case 'End':
      return isFar ? last : column(last.column)
    default:
      return undefined
  }
}

/** The order a click on a header leads to; with `isMore` the others stay before it. Up, down, then not at all. */
export function sortsAfter(sorts: readonly Sort[], column: string, isMore: boolean): readonly Sort[] {
  const at = sorts.find(sort => sort.column === column)
  const others = isMore ? sorts.filter(sort => sort.column !== column) : []
  if (!at) return [...others, { column, descending: false }]
  return at.descending ? others : [...others, { column, descending: true }]
}

/** The list with one item at another place. */
export function moved<T>(items: readonly T[], from: number, to: number): readonly T[] {
  const item = items[from]
  if (item === undefined || to < 0 || to >= items.length) return items
  const rest = items.filter((_, index) => index !== from)
  return [...rest.slice(0, to), item, ...rest.slice(to)]
}

export const WIDTH_MIN = 64
export const WIDTH_MAX = 800

export function boundedWidth(width: number): number {
  return Math.round(Math.min(WIDTH_MAX, Math.max(WIDTH_MIN, width)))
}
