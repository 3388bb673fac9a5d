import { useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import { useShortcuts } from '../shortcuts.ts'
import { toggled } from './columns.ts'
import {
  type CellPlace,
  type CellRange,
  cellAfter,
  type GridColumn,
  type GridItem,
  rangeOf,
} from './grid-model.ts'

/** The cell that has the focus of a grid, by ids, so that it stays when rows come and go. */
interface Active {
  readonly id: string
  readonly column: string
}

export interface GridOptions<Row> {
  readonly columns: readonly GridColumn<Row>[]
  readonly items: readonly GridItem<Row>[]
  readonly rowHeight: number
  readonly headHeight: number
  readonly selection: ReadonlySet<string>
  readonly onSelect: ((selection: ReadonlySet<string>) => void) | undefined
  readonly onOpen: (row: Row) => void
  readonly onIntent: ((row: Row) => void) | undefined
  readonly onToggleHead: ((id: string) => void) | undefined
  /** The places in view, whenever they change. */
  readonly onView: ((first: number, last: number) => void) | undefined
  readonly onClear: ((range: CellRange) => void) | undefined
  readonly textOf: (range: CellRange) => string
}

/** Which rows are in view, which cell is active, what is selected, and what the keys do. */
export function useGrid<Row>(options: GridOptions<Row>) {
  const { columns, items, rowHeight, selection, onSelect } = options
  const scroller = useRef<HTMLDivElement>(null)
  const [active, setActive] = useState<Active>()
  const [anchor, setAnchor] = useState<Active>()
  const [editing, setEditing] = useState(false)
  const virtual = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    getItemKey: index => items[index]?.id ?? index,
    overscan: 4,
    scrollPaddingStart: options.headHeight,
    scrollPaddingEnd: options.headHeight,
  })
  const shown = virtual.getVirtualItems()
  const first = shown[0]?.index ?? 0
  const last = shown.at(-1)?.index ?? -1
  const { onView } = options
  // biome-ignore lint/correctness/useExhaustiveDependencies: asks once for each view and length, not for each render
  useEffect(() => onView?.(first, last), [first, last, items.length])
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows of another height are measured anew
  useEffect(() => virtual.measure(), [rowHeight])

  const placeOf = (of: Active | undefined): CellPlace | undefined => {
    if (!of) return undefined
    const row = items.findIndex(item => item.id === of.id)
    const column = columns.findIndex(each => each.id === of.column)
    return row < 0 ? undefined : { row, column: Math.max(0, column) }
  }
  const place = placeOf(active)
  const range = place && rangeOf(place, placeOf(anchor) ?? place)

  const goTo = (to: CellPlace, extend = false) => {
    const item = items[to.row]
    const column = columns[to.column]
    if (!item || !column) return
    const next = { id: item.id, column: column.id }
    setActive(next)
    setEditing(false)
    setAnchor(extend ? (anchor ?? active ?? next) : next)
    virtual.scrollToIndex(to.row, { align: 'auto' })
    intoView(scroller.current, to.column)
    if (item.kind === 'row') options.onIntent?.(item.row)
  }
  const rowIds = ({ top, bottom }: Pick<CellRange, 'top' | 'bottom'>) =>
    items.slice(top, bottom + 1).flatMap(item => (item.kind === 'row' ? [item.id] : []))
  const editable = (at: CellPlace | undefined): boolean => {
    const item = at && items[at.row]
    const column = at && columns[at.column]
    return item?.kind === 'row' && column !== undefined && (column.mayEdit?.(item.row) ?? false)
  }
  const openAt = (at: CellPlace | undefined) => {
    const item = at && items[at.row]
    if (item?.kind === 'row') options.onOpen(item.row)
    else if (item?.kind === 'head') options.onToggleHead?.(item.id)
  }
  const move = (event: KeyboardEvent): boolean => {
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowHeight) - 3)
    const from = place ?? { row: -1, column: 0 }
    const size = { rows: items.length, columns: columns.length, page }
    const to = cellAfter(event.key, from, size, event.metaKey || event.ctrlKey)
    if (!to) return false
    goTo(to, event.shiftKey)
    if (event.shiftKey && onSelect && place && to.row !== place.row) {
      const reach = rangeOf(placeOf(anchor) ?? place, to)
      onSelect(new Set([...selection, ...rowIds(reach)]))
    }
    return true
  }
  const toggleRange = () => {
    if (!range || !onSelect) return
    const ids = rowIds(range)
    if (ids.length === 1 && ids[0] !== undefined) onSelect(toggled(selection, ids[0]))
    else onSelect(new Set([...selection, ...ids]))
  }
  const step = (by: 1 | -1) => {
    if (place) goTo({ row: Math.min(items.length - 1, Math.max(0, place.row + by)), column: place.column })
    else goTo({ row: by > 0 ? 0 : items.length - 1, column: 0 })
    scroller.current?.focus({ preventScroll: true })
  }
  useShortcuts([
    { keys: 'j', label: 'Next row', group: 'List', run: () => step(1) },
    { keys: 'k', label: 'Previous row', group: 'List', run: () => step(-1) },
    { keys: 'o', label: 'Open record', group: 'List', run: () => openAt(place) },
    ...(onSelect ? [{ keys: 'x', label: 'Select row', group: 'List', run: toggleRange }] : []),
  ])
  const edit = () => {
    // At once, so that the key that opened the editor is typed into it.
    flushSync(() => setEditing(true))
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget || event.altKey || event.nativeEvent.isComposing) return
    const isPlain = !event.metaKey && !event.ctrlKey
    const tab =
      event.key === 'Tab' && place
        ? { ...place, column: place.column + (event.shiftKey ? -1 : 1) }
        : undefined
    if (event.key === 'Enter' && isPlain) {
      if (editable(place)) edit()
      else openAt(place)
    } else if (event.key === 'Escape') {
      if (range && (range.top !== range.bottom || range.left !== range.right)) setAnchor(active)
      else if (selection.size > 0) onSelect?.(new Set())
      else return
    } else if (event.key === 'c' && !isPlain && range) {
      // Without a selection of text no browser says that something is copied.
      void navigator.clipboard?.writeText(options.textOf(range))
    } else if (event.key === ' ' && onSelect) toggleRange()
    else if ((event.key === 'Delete' || event.key === 'Backspace') && range && options.onClear)
      options.onClear(range)
    else if (tab && columns[tab.column]) goTo(tab)
    else if (isTyped(event) && editable(place)) {
      // Not prevented: the key is typed into the editor, and means nothing else.
      event.stopPropagation()
      edit()
      return
    } else if (event.key === 'Tab' || !move(event)) return
    event.preventDefault()
    event.stopPropagation()
  }
  return {
    scroller,
    shown,
    height: virtual.getTotalSize(),
    place,
    range,
    isEditing: editing && editable(place),
    onKeyDown,
    onFocus: () => !place && items.length > 0 && goTo({ row: 0, column: 0 }),
    goTo,
    openAt,
    edit: (at: CellPlace) => {
      goTo(at)
      if (editable(at)) edit()
    },
    /** Ends the editing; `by` says whether a key did, which leaves the focus in the grid, and where to go on. */
    endEdit: (by: 'key' | 'other', to: 0 | 1 | -1 = 0) => {
      setEditing(false)
      const focus = () => scroller.current?.focus({ preventScroll: true })
      if (by === 'key') focus()
      else requestAnimationFrame(() => document.activeElement === document.body && focus())
      if (place && to !== 0 && columns[place.column + to]) goTo({ ...place, column: place.column + to })
    },
  }
}

/** A key that begins a text. `j`, `x` and the like are for the list where a cell cannot be edited. */
function isTyped({ key, metaKey, ctrlKey }: KeyboardEvent): boolean {
  return key.length === 1 && key !== ' ' && !metaKey && !ctrlKey
}

/** The first columns stand still; the others are brought out from under them. */
function intoView(scroller: HTMLElement | null, column: number): void {
  const head = scroller?.querySelector<HTMLElement>(`[data-column="${column}"]`)
  if (!scroller || !head || column === 0) return
  const fixed = scroller.querySelector<HTMLElement>('[data-column="0"]')
  const from = fixed ? fixed.offsetLeft + fixed.offsetWidth - scroller.scrollLeft : 0
  const left = head.offsetLeft - scroller.scrollLeft
  if (left < from) scroller.scrollLeft += left - from
  else if (left + head.offsetWidth > scroller.clientWidth)
    scroller.scrollLeft += left + head.offsetWidth - scroller.clientWidth
}
