// biome-ignore-all lint/a11y/useSemanticElements: rows are virtual, which a <table> cannot lay out
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid holds the focus for its rows and cells
// biome-ignore-all lint/a11y/useKeyWithClickEvents: the grid handles the keys of its rows
import { ChevronDown, ChevronRight } from 'lucide-react'
import { memo, type PointerEvent, type ReactNode } from 'react'
import { Check } from '../check.tsx'
import classes from './grid.module.css'
import type { CellPlace, GridColumn, GridItem } from './grid-model.ts'

/** What rows ask of their grid; always the same object, so that rows are drawn again only when they change. */
export interface GridActs {
  readonly point: (at: CellPlace, extend: boolean) => void
  readonly open: (at: CellPlace) => void
  readonly edit: (at: CellPlace) => void
  readonly toggle: (id: string, extend: boolean) => void
  readonly toggleHead: (id: string) => void
  readonly intent: (index: number) => void
}

interface GridRowProps<Row> {
  prefix: string
  item: GridItem<Row>
  index: number
  /** Offset from the top of the body in pixels. */
  top: number
  columns: readonly GridColumn<Row>[]
  label: string
  selectable: boolean
  selected: boolean
  /** The active column when this is the active row. */
  active: number | undefined
  /** The first and the last column of the range when the row is in it. */
  from: number | undefined
  to: number | undefined
  editor: ReactNode
  acts: GridActs
}

function Row<T>(props: GridRowProps<T>) {
  const { prefix, item, index, columns, active, from, to, editor, acts, selected, selectable } = props
  const frame = {
    id: `${prefix}${item.id}`,
    'aria-rowindex': index + 2,
    'data-active': active !== undefined,
    style: { transform: `translateY(${props.top}px)` },
  }
  if (item.kind === 'head') return <GroupLine {...props} frame={frame} />
  if (item.kind === 'wait')
    return (
      <div {...frame} role="row" className={`${classes.line} ${classes.row}`}>
        <div role="gridcell" className={classes.wait} aria-label="Loading" />
      </div>
    )
  const point = (event: PointerEvent | React.MouseEvent, column: number) => {
    // A finger cannot rest on a cell first: it opens what it touches.
    if (event.nativeEvent instanceof window.PointerEvent && event.nativeEvent.pointerType === 'touch')
      acts.open({ row: index, column })
    else acts.point({ row: index, column }, event.shiftKey)
  }
  return (
    <div
      {...frame}
      role="row"
      className={`${classes.line} ${classes.row}`}
      aria-selected={selectable ? selected : undefined}
      data-selected={selected}
      onPointerEnter={() => acts.intent(index)}
    >
      {selectable ? (
        <div role="gridcell" className={`${classes.cell} ${classes.check}`}>
          <span className={classes.box}>
            <Check
              aria-label={`Select ${props.label}`}
              tabIndex={-1}
              checked={selected}
              onChange={() => {}}
              onClick={event => acts.toggle(item.id, event.shiftKey)}
            />
          </span>
        </div>
      ) : null}
      {columns.map((column, at) => {
        const isEditing = editor !== undefined && active === at
        return (
          <div
            key={column.id}
            id={`${prefix}${item.id}-${column.id}`}
            role="gridcell"
            className={`${classes.cell} ${at === 0 ? classes.first : ''}`}
            data-align={column.align}
            data-active={active === at}
            data-range={from !== undefined && to !== undefined && at >= from && at <= to}
            data-editing={isEditing}
            aria-readonly={column.mayEdit?.(item.row) ? undefined : true}
            onClick={event => !isEditing && point(event, at)}
            onDoubleClick={() => !isEditing && acts.edit({ row: index, column: at })}
          >
            {isEditing ? <div className={classes.edit}>{editor}</div> : column.cell(item.row)}
          </div>
        )
      })}
    </div>
  )
}

function GroupLine<T>({
  item,
  acts,
  frame,
}: GridRowProps<T> & { frame: Readonly<Record<string, unknown>> & { style: object } }) {
  if (item.kind !== 'head') return null
  const Arrow = item.isOpen ? ChevronDown : ChevronRight
  return (
    <div {...frame} role="row" className={`${classes.line} ${classes.row} ${classes.groupLine}`}>
      <div
        role="gridcell"
        className={classes.group}
        onClick={() => acts.toggleHead(item.id)}
        aria-expanded={item.isOpen}
      >
        <Arrow size={14} aria-hidden="true" />
        {item.title}
        <span className={classes.groupCount}>{item.count}</span>
      </div>
    </div>
  )
}

export const GridRow = memo(Row) as typeof Row
