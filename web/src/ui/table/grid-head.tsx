// biome-ignore-all lint/a11y/useSemanticElements: rows are virtual, which a <table> cannot lay out
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid holds the focus for its rows and cells
import { draggable, dropTargetForElements } from '@atlaskit/pragmatic-drag-and-drop/element/adapter'
import { ArrowDown, ArrowUp } from 'lucide-react'
import { type PointerEvent, type ReactNode, useEffect, useRef, useState } from 'react'
import { Check } from '../check.tsx'
import type { Sort } from './columns.ts'
import classes from './grid.module.css'
import { boundedWidth, type GridColumn } from './grid-model.ts'

interface GridHeadProps<Row> {
  scope: string
  columns: readonly GridColumn<Row>[]
  sorts: readonly Sort[]
  onSort: ((column: string, isMore: boolean) => void) | undefined
  onResize: ((column: string, width: number) => void) | undefined
  onMove: ((column: string, to: number) => void) | undefined
  /** What more can be done with a column, as a menu. */
  menuOf: ((column: string) => ReactNode) | undefined
  allSelected: boolean
  someSelected: boolean
  onSelectAll: ((all: boolean) => void) | undefined
}

/** The sticky head: names of columns, sorting, widths, order, and a box that selects all. */
export function GridHead<Row>(props: GridHeadProps<Row>) {
  const { columns, onSelectAll, allSelected, someSelected } = props
  return (
    <div role="rowgroup" className={classes.head}>
      <div className={classes.line} role="row" aria-rowindex={1} style={{ height: '100%' }}>
        {onSelectAll ? (
          <div role="columnheader" className={`${classes.cell} ${classes.check}`}>
            <span className={classes.box}>
              <Check
                aria-label="Select all"
                checked={allSelected}
                mixed={someSelected && !allSelected}
                onChange={() => onSelectAll(!allSelected)}
              />
            </span>
          </div>
        ) : null}
        {columns.map((column, index) => (
          <HeadCell key={column.id} {...props} column={column} index={index} />
        ))}
      </div>
    </div>
  )
}

function HeadCell<Row>({
  scope,
  column,
  index,
  sorts,
  onSort,
  onResize,
  onMove,
  menuOf,
}: GridHeadProps<Row> & { column: GridColumn<Row>; index: number }) {
  const cell = useRef<HTMLDivElement>(null)
  const { over, dragging } = useColumnDrag(cell, { scope, id: column.id, index, onMove })
  const sort = sorts.find(each => each.column === column.id)
  const Arrow = sort?.descending ? ArrowDown : ArrowUp
  const place = sorts.length > 1 && sort ? sorts.indexOf(sort) + 1 : undefined
  const name = <span className={classes.name}>{column.header}</span>
  return (
    <div
      ref={cell}
      role="columnheader"
      className={`${classes.cell} ${classes.headCell} ${index === 0 ? classes.first : ''}`}
      data-align={column.align}
      data-column={index}
      data-over={over}
      data-dragging={dragging}
      aria-sort={sort ? (sort.descending ? 'descending' : 'ascending') : undefined}
    >
      {column.sortable && onSort ? (
        <button type="button" className={classes.sort} onClick={event => onSort(column.id, event.shiftKey)}>
          {name}
          {sort ? <Arrow size={12} aria-hidden="true" /> : null}
          {place}
        </button>
      ) : (
        <span className={classes.sort}>{name}</span>
      )}
      {menuOf?.(column.id)}
      {onResize ? <Grip cell={cell} onResize={width => onResize(column.id, width)} /> : null}
    </div>
  )
}

/** The edge that widens a column by pointer; its menu does the same by keyboard. */
function Grip({
  cell,
  onResize,
}: {
  cell: { readonly current: HTMLDivElement | null }
  onResize: (width: number) => void
}) {
  const [from, setFrom] = useState<{ x: number; width: number }>()
  const start = (event: PointerEvent<HTMLSpanElement>) => {
    event.preventDefault()
    event.stopPropagation()
    event.currentTarget.setPointerCapture(event.pointerId)
    setFrom({ x: event.clientX, width: cell.current?.offsetWidth ?? 0 })
  }
  return (
    <span
      className={classes.grip}
      data-dragging={from !== undefined}
      aria-hidden="true"
      onPointerDown={start}
      onPointerMove={event => from && onResize(boundedWidth(from.width + event.clientX - from.x))}
      onPointerUp={() => setFrom(undefined)}
      onPointerCancel={() => setFrom(undefined)}
      onDragStart={event => event.preventDefault()}
    />
  )
}

/** Makes a header a thing that is dragged to another place among the headers. The first column stands still. */
function useColumnDrag(
  cell: { readonly current: HTMLDivElement | null },
  column: {
    scope: string
    id: string
    index: number
    onMove: ((column: string, to: number) => void) | undefined
  },
): { over: boolean; dragging: boolean } {
  const { scope, id, index, onMove } = column
  const [over, setOver] = useState(false)
  const [dragging, setDragging] = useState(false)
  const latest = useRef(onMove)
  latest.current = onMove
  const movable = onMove !== undefined && index > 0
  useEffect(() => {
    const element = cell.current
    if (!element || !movable) return
    const stops = [
      draggable({
        element,
        canDrag: ({ input }) =>
          !(document.elementFromPoint(input.clientX, input.clientY)?.closest(`.${classes.grip}`) ?? false),
        getInitialData: () => ({ grid: scope, column: id }),
        onDragStart: () => setDragging(true),
        onDrop: () => setDragging(false),
      }),
      dropTargetForElements({
        element,
        canDrop: ({ source }) => source.data.grid === scope && source.data.column !== id,
        onDragEnter: () => setOver(true),
        onDragLeave: () => setOver(false),
        onDrop: ({ source }) => {
          setOver(false)
          latest.current?.(String(source.data.column), index)
        },
      }),
    ]
    return () => {
      for (const stop of stops) stop()
    }
  }, [cell, scope, id, index, movable])
  return { over, dragging }
}
