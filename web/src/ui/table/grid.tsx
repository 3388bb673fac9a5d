// biome-ignore-all lint/a11y/useSemanticElements: rows are virtual, which a <table> cannot lay out
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid holds the focus for its rows and cells
import { type CSSProperties, type ReactNode, useEffect, useId, useRef } from 'react'
import { type Sort, toggled } from './columns.ts'
import classes from './grid.module.css'
import { GridHead } from './grid-head.tsx'
import type { CellRange, GridColumn, GridItem } from './grid-model.ts'
import { type GridActs, GridRow } from './grid-row.tsx'
import { useGrid } from './use-grid.ts'

/** What an editor in a cell says when it ends. */
export interface EditorEnd {
  /** Ends the editing by a key, which leaves the focus in the grid; `to` is the next column to go to. */
  readonly byKey: (to?: 0 | 1 | -1) => void
  /** Ends it because the focus went elsewhere or a choice was made. */
  readonly byItself: () => void
}

export interface GridProps<Row> {
  /** Names the grid for screen readers, for example "People". */
  label: string
  columns: readonly GridColumn<Row>[]
  items: readonly GridItem<Row>[]
  /** What a row is called when it is read out. */
  rowLabel: (row: Row) => string
  rowHeight: number
  onOpen: (row: Row) => void
  onIntent?: ((row: Row) => void) | undefined
  onView?: ((first: number, last: number) => void) | undefined
  onToggleHead?: ((id: string) => void) | undefined
  selection: ReadonlySet<string>
  onSelect?: ((selection: ReadonlySet<string>) => void) | undefined
  sorts: readonly Sort[]
  onSort?: ((column: string, isMore: boolean) => void) | undefined
  onResize?: ((column: string, width: number) => void) | undefined
  onMove?: ((column: string, to: number) => void) | undefined
  menuOf?: ((column: string) => ReactNode) | undefined
  /** The editor of a cell that may be edited. */
  renderEditor: (row: Row, column: string, end: EditorEnd) => ReactNode
  /** The text of a range for the clipboard. */
  textOf: (range: CellRange) => string
  onPaste?: ((range: CellRange, text: string) => void) | undefined
  onClear?: ((range: CellRange) => void) | undefined
  /** Whether the totals stand below. */
  hasTotals?: boolean | undefined
}

const HEAD_PX = 32
const CHECK_PX = 36
/** A pointer that rests so long on a row means it; rows that pass below it do not count. */
const REST_MS = 60

/**
 * Cells that are edited in place, however many rows: only those in view are in the page. The head, the totals and the first
 * column stand still. Arrows move, Enter and typing edit, Space selects, ranges are copied and pasted.
 */
export function Grid<Row>(props: GridProps<Row>) {
  const { columns, items, selection, onSelect } = props
  const prefix = useId()
  const grid = useGrid({
    columns,
    items,
    rowHeight: props.rowHeight,
    headHeight: HEAD_PX,
    selection,
    onSelect,
    onOpen: props.onOpen,
    onIntent: props.onIntent,
    onToggleHead: props.onToggleHead,
    onView: props.onView,
    onClear: props.onClear,
    textOf: props.textOf,
  })
  const acts = useActs(props, grid)
  const tracks = [...(onSelect ? [CHECK_PX] : []), ...columns.map(column => column.width)]
  const width = tracks.reduce((sum, each) => sum + each, 0)
  const rowCount = items.filter(item => item.kind === 'row').length
  const activeItem = grid.place && items[grid.place.row]
  const activeColumn = grid.place && columns[grid.place.column]
  const isShown = grid.shown.some(({ index }) => index === grid.place?.row)
  const activeId =
    activeItem && isShown
      ? `${prefix}${activeItem.id}${activeItem.kind === 'row' && activeColumn ? `-${activeColumn.id}` : ''}`
      : undefined
  const ranged = (index: number) =>
    grid.range && index >= grid.range.top && index <= grid.range.bottom ? grid.range : undefined
  usePaste(grid, props.onPaste)
  const end: EditorEnd = {
    byKey: to => grid.endEdit('key', to),
    byItself: () => grid.endEdit('other'),
  }
  return (
    <div
      ref={grid.scroller}
      className={classes.scroller}
      role="grid"
      aria-label={props.label}
      aria-rowcount={rowCount + 1}
      aria-multiselectable={onSelect ? true : undefined}
      aria-activedescendant={activeId}
      tabIndex={0}
      data-selecting={selection.size > 0}
      onKeyDown={grid.onKeyDown}
      onFocus={event => event.target === event.currentTarget && grid.onFocus()}
      style={
        {
          '--tracks': [
            ...tracks.slice(0, -1).map(each => `${each}px`),
            `minmax(${tracks.at(-1) ?? 0}px, 1fr)`,
          ].join(' '),
          '--grid-width': `${width}px`,
          '--row-height': `${props.rowHeight}px`,
          '--first': onSelect ? `${CHECK_PX}px` : '0px',
        } as CSSProperties
      }
    >
      <GridHead
        scope={prefix}
        columns={columns}
        sorts={props.sorts}
        onSort={props.onSort}
        onResize={props.onResize}
        onMove={props.onMove}
        menuOf={props.menuOf}
        allSelected={selection.size > 0 && selection.size >= rowCount}
        someSelected={selection.size > 0}
        onSelectAll={
          onSelect &&
          (all =>
            onSelect(
              all ? new Set(items.flatMap(item => (item.kind === 'row' ? [item.id] : []))) : new Set(),
            ))
        }
      />
      <div className={classes.body} role="rowgroup" style={{ height: grid.height }}>
        {grid.shown.map(({ index, start }) => {
          const item = items[index]
          if (!item) return null
          const range = ranged(index)
          const active = grid.place?.row === index ? grid.place.column : undefined
          const isEditing = active !== undefined && grid.isEditing && item.kind === 'row' && activeColumn
          return (
            <GridRow
              key={item.id}
              prefix={prefix}
              item={item}
              index={index}
              top={start}
              columns={columns}
              label={item.kind === 'row' ? props.rowLabel(item.row) : ''}
              selectable={onSelect !== undefined}
              selected={selection.has(item.id)}
              active={active}
              from={range?.left}
              to={range?.right}
              editor={isEditing ? props.renderEditor(item.row, activeColumn.id, end) : undefined}
              acts={acts}
            />
          )
        })}
      </div>
      {props.hasTotals ? (
        <GridFoot columns={columns} hasCheck={onSelect !== undefined} rows={items.length} />
      ) : null}
    </div>
  )
}

function GridFoot<Row>({
  columns,
  hasCheck,
  rows,
}: {
  columns: readonly GridColumn<Row>[]
  hasCheck: boolean
  rows: number
}) {
  return (
    <div role="rowgroup" className={classes.foot}>
      <div role="row" aria-rowindex={rows + 2} className={classes.line} style={{ height: '100%' }}>
        {hasCheck ? <div role="gridcell" className={`${classes.cell} ${classes.check}`} /> : null}
        {columns.map((column, index) => (
          <div
            key={column.id}
            role="gridcell"
            className={`${classes.cell} ${index === 0 ? classes.first : ''}`}
            data-align={column.align}
          >
            {column.total}
          </div>
        ))}
      </div>
    </div>
  )
}

/**
 * Hears what is pasted while the grid has the focus. Browsers tell it to where the selection of text begins, which may be anywhere.
 */
function usePaste<Row>(grid: ReturnType<typeof useGrid<Row>>, onPaste: GridProps<Row>['onPaste']): void {
  const latest = useRef({ grid, onPaste })
  latest.current = { grid, onPaste }
  useEffect(() => {
    const hear = (event: ClipboardEvent) => {
      const { scroller, range } = latest.current.grid
      if (!range || !latest.current.onPaste || document.activeElement !== scroller.current) return
      event.preventDefault()
      latest.current.onPaste(range, event.clipboardData?.getData('text/plain') ?? '')
    }
    document.addEventListener('paste', hear)
    return () => document.removeEventListener('paste', hear)
  }, [])
}

/** What rows ask for, in one object that lasts: what it does is looked up when it is done. */
function useActs<Row>(props: GridProps<Row>, grid: ReturnType<typeof useGrid<Row>>): GridActs {
  const latest = useRef({ props, grid })
  latest.current = { props, grid }
  const lastToggled = useRef<string>(undefined)
  const resting = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(resting.current), [])
  const acts = useRef<GridActs>({
    point(at, extend) {
      latest.current.grid.goTo(at, extend)
      latest.current.grid.scroller.current?.focus({ preventScroll: true })
    },
    open: at => latest.current.grid.openAt(at),
    edit: at => latest.current.grid.edit(at),
    toggle(id, extend) {
      const { items, selection, onSelect } = latest.current.props
      const from = items.findIndex(item => item.id === lastToggled.current)
      const to = items.findIndex(item => item.id === id)
      lastToggled.current = id
      if (!extend || from < 0) {
        onSelect?.(toggled(selection, id))
        return
      }
      const between = items.slice(Math.min(from, to), Math.max(from, to) + 1)
      const ids = between.flatMap(item => (item.kind === 'row' ? [item.id] : []))
      onSelect?.(new Set([...selection, ...ids]))
    },
    toggleHead: id => latest.current.props.onToggleHead?.(id),
    intent(index) {
      clearTimeout(resting.current)
      resting.current = setTimeout(() => {
        const item = latest.current.props.items[index]
        if (item?.kind === 'row') latest.current.props.onIntent?.(item.row)
      }, REST_MS)
    },
  })
  return acts.current
}
