import { useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { useShortcuts } from '../shortcuts.ts'
import { rowAfter, toggled } from './columns.ts'

interface TableRowsOptions<Row> {
  readonly rows: readonly Row[]
  readonly rowId: (row: Row) => string
  readonly rowHeight: number
  readonly selection: ReadonlySet<string>
  readonly onSelect: ((selection: ReadonlySet<string>) => void) | undefined
  readonly onOpen: (row: Row) => void
  readonly onIntent: ((row: Row) => void) | undefined
  readonly onEnd: (() => void) | undefined
}

/** Which rows are in view, which one is active, and what the keys do. */
export function useTableRows<Row>(options: TableRowsOptions<Row>) {
  const { rows, rowId, rowHeight, selection, onSelect, onEnd } = options
  const scroller = useRef<HTMLDivElement>(null)
  const [activeId, setActiveId] = useState<string>()
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 12,
    scrollPaddingStart: 32,
  })
  const items = virtual.getVirtualItems()
  const nearEnd = rows.length > 0 && (items[items.length - 1]?.index ?? -1) >= rows.length - 15
  // biome-ignore lint/correctness/useExhaustiveDependencies: asks once for each length of the list, not for each render
  useEffect(() => {
    if (nearEnd) onEnd?.()
  }, [nearEnd, rows.length])

  const activeIndex = activeId === undefined ? -1 : rows.findIndex(row => rowId(row) === activeId)
  const activate = (index: number) => {
    const row = rows[index]
    if (row === undefined) return
    setActiveId(rowId(row))
    virtual.scrollToIndex(index, { align: 'auto' })
    options.onIntent?.(row)
  }
  const move = (key: string, extend = false): boolean => {
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowHeight) - 2)
    const target = rowAfter(key, activeIndex, rows.length, page)
    const row = target === undefined ? undefined : rows[target]
    if (target === undefined || row === undefined) return false
    if (extend && onSelect) onSelect(new Set([...selection, ...(activeId ? [activeId] : []), rowId(row)]))
    activate(target)
    scroller.current?.focus({ preventScroll: true })
    return true
  }
  const select = () => activeId !== undefined && onSelect?.(toggled(selection, activeId))
  useShortcuts([
    { keys: 'j', label: 'Next row', group: 'List', run: () => move('j') },
    { keys: 'k', label: 'Previous row', group: 'List', run: () => move('k') },
    ...(onSelect ? [{ keys: 'x', label: 'Select row', group: 'List', run: select }] : []),
  ])
  const onKeyDown = (event: KeyboardEvent) => {
    const active = rows[activeIndex]
    if (event.target !== event.currentTarget || event.metaKey || event.ctrlKey || event.altKey) return
    if (event.key === 'Enter' && active !== undefined) options.onOpen(active)
    else if (event.key === 'Escape' && selection.size > 0) onSelect?.(new Set())
    else if ((event.key === ' ' || event.key === 'x') && onSelect) select()
    else if (!move(event.key, event.shiftKey)) return
    event.preventDefault()
  }
  return {
    scroller,
    items,
    height: virtual.getTotalSize(),
    activeId: items.some(item => item.index === activeIndex) ? activeId : undefined,
    setActiveId,
    onKeyDown,
    onFocus: () => activeIndex < 0 && activate(0),
  }
}
