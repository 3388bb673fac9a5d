// biome-ignore-all lint/a11y/useSemanticElements: rows are virtual, which a <table> cannot lay out
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid holds the focus for its rows and cells
import { ArrowDown, ArrowUp } from 'lucide-react'
import { Check } from '../check.tsx'
import { type Column, nextSort, type Sort } from './columns.ts'
import classes from './table.module.css'

interface TableHeadProps<Row> {
  columns: readonly Column<Row>[]
  sort: Sort | undefined
  onSort: ((sort: Sort | undefined) => void) | undefined
  allSelected: boolean
  someSelected: boolean
  onSelectAll: ((all: boolean) => void) | undefined
}

/** The sticky head: names of columns, sorting, select all. */
export function TableHead<Row>(props: TableHeadProps<Row>) {
  const { columns, sort, onSort, allSelected, someSelected, onSelectAll } = props
  return (
    <div className={classes.head} role="row" aria-rowindex={1}>
      {onSelectAll ? (
        <div role="columnheader" className={`${classes.cell} ${classes.check}`}>
          <Check
            aria-label="Select all"
            checked={allSelected}
            mixed={someSelected && !allSelected}
            onChange={() => onSelectAll(!allSelected)}
          />
        </div>
      ) : null}
      {columns.map(column => {
        const sorted = sort?.column === column.id
        const Arrow = sort?.descending ? ArrowDown : ArrowUp
        return (
          <div
            key={column.id}
            role="columnheader"
            className={classes.cell}
            data-align={column.align}
            aria-sort={sorted ? (sort.descending ? 'descending' : 'ascending') : undefined}
          >
            {column.sortable && onSort ? (
              <button
                type="button"
                className={classes.sort}
                onClick={() => onSort(nextSort(sort, column.id))}
              >
                {column.header}
                {sorted ? <Arrow size={12} aria-hidden="true" /> : null}
              </button>
            ) : (
              column.header
            )}
          </div>
        )
      })}
    </div>
  )
}
