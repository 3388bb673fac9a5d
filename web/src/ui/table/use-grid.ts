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
  const { active, anchor, place, anchorPlace, range, setActive, setAnchor } = useActiveCell(columns, items)
  const [editing, setEditing] = useState(false)
  const { virtual, shown } = useShownItems(scroller, options)
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
  const editable = (at: CellPlace | undefined) => isEditable(columns, items, at)
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
      const reach = rangeOf(anchorPlace ?? place, to)
      onSelect(new Set([...selection, ...idsIn(items, reach)]))
    }
    return true
  }
  const toggleRange = () => {
    if (!range || !onSelect) return
    const ids = idsIn(items, range)
    if (ids.length === 1 && ids[0] !== undefined) onSelect(toggled(selection, ids[0]))
    else onSelect(new Set([...selection, ...ids]))
  }
  const focus = () => scroller.current?.focus({ preventScroll: true })
  const step = (by: 1 | -1) => {
    if (place) goTo({ row: Math.min(items.length - 1, Math.max(0, place.row + by)), column: place.column })
    else goTo({ row: by > 0 ? 0 : items.length - 1, column: 0 })
    focus()
  }
  useGridShortcuts({ step, open: () => openAt(place), select: onSelect && toggleRange })
  const edit = () => {
    // At once, so that the key that opened the editor is typed into it.
    flushSync(() => setEditing(true))
  }
  const clearSelection = (): boolean => {
    if (range && (range.top !== range.bottom || range.left !== range.right)) setAnchor(active)
    else if (selection.size > 0) onSelect?.(new Set())
    else return false
    return true
  }
  const acts = { options, place, range, editable, edit, openAt, goTo, move, toggleRange, clearSelection }
  return {
    scroller,
    shown,
    height: virtual.getTotalSize(),
    place,
    range,
    isEditing: editing && editable(place),
    onKeyDown: (event: KeyboardEvent) => handleKey(event, acts),
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
      if (by === 'key') focus()
      else requestAnimationFrame(() => document.activeElement === document.body && focus())
      if (place && to !== 0 && columns[place.column + to]) goTo({ ...place, column: place.column + to })
    },
  }
}

function idsIn<Row>(items: readonly GridItem<Row>[], { top, bottom }: CellRange): string[] {
  return items.slice(top, bottom + 1).flatMap(item => (item.kind === 'row' ? [item.id] : []))
}

function isEditable<Row>(
  columns: readonly GridColumn<Row>[],
  items: readonly GridItem<Row>[],
  at: CellPlace | undefined,
): boolean {
  const item = at && items[at.row]
  const column = at && columns[at.column]
  return item?.kind === 'row' && column !== undefined && (column.mayEdit?.(item.row) ?? false)
}

/** The active cell and the corner a range was begun at; places follow their rows and columns. */
function useActiveCell<Row>(columns: readonly GridColumn<Row>[], items: readonly GridItem<Row>[]) {
  const [active, setActive] = useState<Active>()
  const [anchor, setAnchor] = useState<Active>()
  const placeOf = (of: Active | undefined): CellPlace | undefined => {
    if (!of) return undefined
    const row = items.findIndex(item => item.id === of.id)
    const column = columns.findIndex(each => each.id === of.column)
    return row < 0 ? undefined : { row, column: Math.max(0, column) }
  }
  const place = placeOf(active)
  const anchorPlace = placeOf(anchor)
  const range = place && rangeOf(place, anchorPlace ?? place)
  return { active, anchor, place, anchorPlace, range, setActive, setAnchor }
}

/** The keys that work wherever on the page the focus is. */
function useGridShortcuts(acts: {
  step: (by: 1 | -1) => void
  open: () => void
  select: (() => void) | undefined
}): void {
  const { step, open, select } = acts
  useShortcuts([
    { keys: 'j', label: 'Next row', group: 'List', run: () => step(1) },
    { keys: 'k', label: 'Previous row', group: 'List', run: () => step(-1) },
    { keys: 'o', label: 'Open record', group: 'List', run: open },
    ...(select ? [{ keys: 'x', label: 'Select row', group: 'List', run: select }] : []),
  ])
}

/** The items in view, as the grid scrolls. */
function useShownItems<Row>(
  scroller: { readonly current: HTMLDivElement | null },
  { items, rowHeight, headHeight, onView }: GridOptions<Row>,
) {
  const virtual = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    getItemKey: index => items[index]?.id ?? index,
    overscan: 4,
    scrollPaddingStart: headHeight,
    scrollPaddingEnd: headHeight,
  })
  const shown = virtual.getVirtualItems()
  const first = shown[0]?.index ?? 0
  const last = shown.at(-1)?.index ?? -1
  // biome-ignore lint/correctness/useExhaustiveDependencies: asks once for each view and length, not for each render
  useEffect(() => onView?.(first, last), [first, last, items.length])
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows of another height are measured anew
  useEffect(() => virtual.measure(), [rowHeight])
  return { virtual, shown }
}

/** What the keys of a grid do something with. */
interface KeyActs<Row> {
  readonly options: GridOptions<Row>
  readonly place: CellPlace | undefined
  readonly range: CellRange | undefined
  readonly editable: (at: CellPlace | undefined) => boolean
  readonly edit: () => void
  readonly openAt: (at: CellPlace | undefined) => void
  readonly goTo: (to: CellPlace) => void
  readonly move: (event: KeyboardEvent) => boolean
  readonly toggleRange: () => void
  /** Whether there was anything to clear. */
  readonly clearSelection: () => boolean
}

function handleKey<Row>(event: KeyboardEvent, acts: KeyActs<Row>): void {
  if (event.target !== event.currentTarget || event.altKey || event.nativeEvent.isComposing) return
  const { options, place, range } = acts
  const isPlain = !event.metaKey && !event.ctrlKey
  if (isPlain && isTyped(event) && acts.editable(place)) {
    // Not prevented: the key is typed into the editor, and means nothing else.
    event.stopPropagation()
    acts.edit()
    return
  }
  if (!actOnKey()) return
  event.preventDefault()
  event.stopPropagation()

  function actOnKey(): boolean {
    switch (event.key) {
      case 'Enter':
        if (!isPlain) return false
        if (acts.editable(place)) acts.edit()
        else acts.openAt(place)
        return true
      case 'Escape':
        return acts.clearSelection()
      case 'c':
        if (isPlain || !range) return false
        // Without a selection of text no browser says that something is copied.
        void navigator.clipboard?.writeText(options.textOf(range))
        return true
      case ' ':
        if (!options.onSelect) return false
        acts.toggleRange()
        return true
      case 'Delete':
      case 'Backspace':
        if (!range || !options.onClear) return false
        options.onClear(range)
        return true
      case 'Tab': {
        const column = (place?.column ?? 0) + (event.shiftKey ? -1 : 1)
        if (!place || !options.columns[column]) return false
        acts.goTo({ ...place, column })
        return true
      }
      default:
        return acts.move(event)
    }
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
