// biome-ignore-all lint/a11y/useSemanticElements: rows are virtual, which a <table> cannot lay out
import { useMediaQuery } from '@mantine/hooks'
import { type CSSProperties, useId } from 'react'
import { type Column, type Sort, toggled } from './columns.ts'
import classes from './table.module.css'
import { TableHead } from './table-head.tsx'
import { TableRow } from './table-row.tsx'
import { useTableRows } from './use-table-rows.ts'

export interface TableProps<Row> {
  /** Names the table for screen readers, for example "Runs". */
  label: string
  columns: readonly Column<Row>[]
  rows: readonly Row[]
  rowId: (row: Row) => string
  /** What a row is called when it is read out. */
  rowLabel: (row: Row) => string
  onOpen: (row: Row) => void
  /** The pointer or the keyboard rests on a row: a good moment to fetch it. */
  onIntent?: ((row: Row) => void) | undefined
  selection?: ReadonlySet<string> | undefined
  onSelect?: ((selection: ReadonlySet<string>) => void) | undefined
  sort?: Sort | undefined
  onSort?: ((sort: Sort | undefined) => void) | undefined
  /** The end of the loaded rows comes into view. */
  onEnd?: (() => void) | undefined
  /** Rows of 28 px instead of 36. */
  compact?: boolean | undefined
}

const noSelection: ReadonlySet<string> = new Set()

/** Rows of equal height, however many: only those in view are in the page. Usable with the keyboard alone. */
export function Table<Row>(props: TableProps<Row>) {
  const { rows, rowId, onOpen, onIntent, onSelect, onEnd, selection = noSelection } = props
  const prefix = useId()
  const narrow = useMediaQuery('(max-width: 40rem)', false, { getInitialValueInEffect: false })
  const columns = narrow ? props.columns.filter(column => column.essential) : props.columns
  const rowHeight = props.compact ? 28 : 36
  const view = useTableRows({ rows, rowId, rowHeight, selection, onSelect, onOpen, onIntent, onEnd })
  const tracks = [...(onSelect ? ['2rem'] : []), ...columns.map(column => column.width)].join(' ')
  return (
    <div
      ref={view.scroller}
      className={classes.scroller}
      role="grid"
      aria-label={props.label}
      aria-rowcount={rows.length + 1}
      aria-multiselectable={onSelect ? true : undefined}
      aria-activedescendant={view.activeId === undefined ? undefined : `${prefix}${view.activeId}`}
      tabIndex={0}
      data-selecting={selection.size > 0}
      onKeyDown={view.onKeyDown}
      onFocus={event => event.target === event.currentTarget && view.onFocus()}
      style={{ '--tracks': tracks, '--row-height': `${rowHeight}px` } as CSSProperties}
    >
      <TableHead
        columns={columns}
        sort={props.sort}
        onSort={props.onSort}
        allSelected={selection.size > 0 && selection.size >= rows.length}
        someSelected={selection.size > 0}
        onSelectAll={onSelect && (all => onSelect(all ? new Set(rows.map(rowId)) : noSelection))}
      />
      <div className={classes.body} role="rowgroup" style={{ height: view.height }}>
        {view.items.map(item => {
          const row = rows[item.index]
          if (row === undefined) return null
          const id = rowId(row)
          return (
            <TableRow
              key={id}
              domId={`${prefix}${id}`}
              row={row}
              columns={columns}
              index={item.index}
              top={item.start}
              label={props.rowLabel(row)}
              active={id === view.activeId}
              selected={selection.has(id)}
              onToggle={onSelect && (() => onSelect(toggled(selection, id)))}
              onIntent={onIntent}
              onOpen={() => {
                view.setActiveId(id)
                onOpen(row)
              }}
            />
          )
        })}
      </div>
    </div>
  )
}
