// biome-ignore-all lint/a11y/useSemanticElements: rows are virtual, which a <table> cannot lay out
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid holds the focus for its rows and cells
// biome-ignore-all lint/a11y/useKeyWithClickEvents: the grid handles the keys of its rows
import { Check } from '../check.tsx'
import type { Column } from './columns.ts'
import classes from './table.module.css'

interface TableRowProps<Row> {
  domId: string
  row: Row
  columns: readonly Column<Row>[]
  index: number
  /** Offset from the top of the body in pixels. */
  top: number
  label: string
  active: boolean
  selected: boolean
  onToggle: (() => void) | undefined
  onIntent: ((row: Row) => void) | undefined
  onOpen: () => void
}

/** One row; a click opens it, the check box selects it. The keyboard is the table's. */
export function TableRow<Row>(props: TableRowProps<Row>) {
  const { row, columns, index, label, active, selected, onToggle, onIntent, onOpen } = props
  return (
    <div
      id={props.domId}
      className={classes.row}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={onToggle ? selected : undefined}
      data-active={active}
      data-selected={selected}
      style={{ transform: `translateY(${props.top}px)` }}
      onClick={onOpen}
      onPointerEnter={onIntent && (() => onIntent(row))}
    >
      {onToggle ? (
        <div
          role="gridcell"
          className={`${classes.cell} ${classes.check}`}
          onClick={event => event.stopPropagation()}
        >
          <Check aria-label={`Select ${label}`} tabIndex={-1} checked={selected} onChange={onToggle} />
        </div>
      ) : null}
      {columns.map(column => (
        <div key={column.id} role="gridcell" className={classes.cell} data-align={column.align}>
          {column.cell(row)}
        </div>
      ))}
    </div>
  )
}
