import {
  draggable,
  dropTargetForElements,
  monitorForElements,
} from '@atlaskit/pragmatic-drag-and-drop/element/adapter'
import { GripVertical } from 'lucide-react'
import {
  type KeyboardEvent,
  type ReactNode,
  useEffect,
  useId,
  useLayoutEffect,
  useRef,
  useState,
} from 'react'
import { announce } from './announce.tsx'
import classes from './sort-list.module.css'
import { movedBy, placedAt } from './sort-moves.ts'

interface SortListProps<T> {
  /** What the list holds, for screen readers. */
  label: string
  items: readonly T[]
  idOf: (item: T) => string
  nameOf: (item: T) => string
  onSort: (items: readonly T[]) => void
  /** Whether rows may unfold, so that the handle stays at their beginning. */
  isTall?: boolean | undefined
  /** What stands beside the handle. */
  children: (item: T) => ReactNode
}

type Side = 'before' | 'after'

/** A list that people put in order: by dragging a row at its handle, or with the arrow keys on it. */
export function SortList<T>({
  label,
  items,
  idOf,
  nameOf,
  onSort,
  isTall = false,
  children,
}: SortListProps<T>) {
  const scope = useId()
  const order = items.map(idOf).join()
  // What was asked for and is not drawn yet; a list that is drawn meanwhile may still be the one before.
  const asked = useRef<{ from: string; orders: string[]; items: readonly T[] }>(undefined)
  const { current: ahead } = asked
  if (ahead && order !== ahead.from) {
    const place = ahead.orders.indexOf(order)
    ahead.from = order
    ahead.orders.splice(0, place + 1)
    if (place < 0 || ahead.orders.length === 0) asked.current = undefined
  }
  const latest = useRef({ items, idOf, onSort })
  latest.current = { items, idOf, onSort }
  useEffect(
    () =>
      monitorForElements({
        canMonitor: ({ source }) => source.data.sortList === scope,
        onDrop: ({ source, location }) => {
          const target = location.current.dropTargets[0]?.data
          const now = latest.current
          if (!target) return
          const side = target.side === 'after' ? 'after' : 'before'
          const next = placedAt(now.items, now.idOf, String(source.data.id), String(target.id), side)
          if (next !== now.items) now.onSort(next)
        },
      }),
    [scope],
  )
  // A row that is put elsewhere in the document loses the focus, which goes on with it.
  const list = useRef<HTMLUListElement>(null)
  const moved = useRef<string>(undefined)
  // biome-ignore lint/correctness/useExhaustiveDependencies: another order is what takes the focus away
  useLayoutEffect(() => {
    if (moved.current === undefined) return
    const row = list.current?.querySelector(`[data-row="${CSS.escape(moved.current)}"]`)
    row?.querySelector('button')?.focus()
    moved.current = undefined
  }, [order])
  const move = (id: string, by: number) => {
    // Two strokes may come before the first is drawn, so the second goes on from what the first has asked for.
    const now = asked.current?.items ?? latest.current.items
    const index = now.findIndex(item => idOf(item) === id)
    const next = movedBy(now, index, by)
    const item = now[index]
    if (next === now || item === undefined) return
    moved.current = id
    const orders = [...(asked.current?.orders ?? []), next.map(idOf).join()]
    asked.current = { from: asked.current?.from ?? order, orders, items: next }
    onSort(next)
    announce(`${nameOf(item)}: place ${index + by + 1} of ${now.length}.`)
  }
  return (
    <ul ref={list} className={classes.list} aria-label={label} data-tall={isTall || undefined}>
      {items.map(item => (
        <SortRow
          key={idOf(item)}
          scope={scope}
          id={idOf(item)}
          name={nameOf(item)}
          onMove={by => move(idOf(item), by)}
        >
          {children(item)}
        </SortRow>
      ))}
    </ul>
  )
}

interface SortRowProps {
  scope: string
  id: string
  name: string
  onMove: (by: number) => void
  children: ReactNode
}

function SortRow({ scope, id, name, onMove, children }: SortRowProps) {
  const row = useRef<HTMLLIElement>(null)
  const handle = useRef<HTMLButtonElement>(null)
  const [isDragged, setDragged] = useState(false)
  const [side, setSide] = useState<Side>()
  useEffect(() => {
    const [element, dragHandle] = [row.current, handle.current]
    if (!element || !dragHandle) return
    const sideOf = (y: number): Side => {
      const { top, height } = element.getBoundingClientRect()
      return y < top + height / 2 ? 'before' : 'after'
    }
    const isOurs = ({ source }: { source: { data: Record<string | symbol, unknown> } }) =>
      source.data.sortList === scope && source.data.id !== id
    const ends = [
      draggable({
        element,
        dragHandle,
        getInitialData: () => ({ sortList: scope, id }),
        onDragStart: () => setDragged(true),
        onDrop: () => setDragged(false),
      }),
      dropTargetForElements({
        element,
        canDrop: isOurs,
        getData: ({ input }) => ({ id, side: sideOf(input.clientY) }),
        onDrag: ({ location }) => setSide(sideOf(location.current.input.clientY)),
        onDragLeave: () => setSide(undefined),
        onDrop: () => setSide(undefined),
      }),
    ]
    return () => {
      for (const end of ends) end()
    }
  }, [scope, id])
  const onKeyDown = (event: KeyboardEvent) => {
    const by = event.key === 'ArrowUp' ? -1 : event.key === 'ArrowDown' ? 1 : 0
    if (by === 0) return
    event.preventDefault()
    onMove(by)
  }
  return (
    <li
      ref={row}
      className={classes.row}
      data-row={id}
      data-dragged={isDragged || undefined}
      data-drop={side}
    >
      <button
        ref={handle}
        type="button"
        className={classes.handle}
        aria-label={`Move ${name}`}
        aria-description="The up and down arrows move it."
        aria-keyshortcuts="ArrowUp ArrowDown"
        onKeyDown={onKeyDown}
      >
        <GripVertical size={14} aria-hidden="true" />
      </button>
      <div className={classes.content}>{children}</div>
    </li>
  )
}
