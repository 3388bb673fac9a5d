import { draggable, dropTargetForElements } from '@atlaskit/pragmatic-drag-and-drop/element/adapter'
import { GripVertical } from 'lucide-react'
import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react'
import { announce } from '../../../ui/announce.tsx'
import classes from './pipelines.module.css'

interface SortableListProps<Item> {
  /** Names the list for screen readers. */
  label: string
  items: readonly Item[]
  itemId: (item: Item) => string
  itemLabel: (item: Item) => string
  /** Puts an item at a place, from 0. Left out where nothing may be moved. */
  onPlace?: ((item: Item, place: number) => void) | undefined
  renderItem: (item: Item) => ReactNode
}

/** A short list whose rows are put in order with the mouse by their handle, or with the arrow keys on it. Each step is spoken. */
export function SortableList<Item>(props: SortableListProps<Item>) {
  const { items, itemId, itemLabel, onPlace } = props
  const scope = useId()
  const place = (id: string, to: number) => {
    const item = items.find(each => itemId(each) === id)
    const from = items.findIndex(each => itemId(each) === id)
    if (!item || !onPlace || to < 0 || to >= items.length || to === from) return
    onPlace(item, to)
    announce(`${itemLabel(item)} is now ${to + 1} of ${items.length}.`)
  }
  return (
    <ul className={classes.rows} aria-label={props.label}>
      {items.map((item, index) => (
        <SortableRow
          key={itemId(item)}
          scope={scope}
          id={itemId(item)}
          label={itemLabel(item)}
          index={index}
          onPlace={onPlace && place}
        >
          {props.renderItem(item)}
        </SortableRow>
      ))}
    </ul>
  )
}

interface SortableRowProps {
  scope: string
  id: string
  label: string
  index: number
  onPlace: ((id: string, to: number) => void) | undefined
  children: ReactNode
}

function SortableRow({ scope, id, label, index, onPlace, children }: SortableRowProps) {
  const row = useRef<HTMLLIElement>(null)
  const handle = useRef<HTMLButtonElement>(null)
  const [over, setOver] = useState(false)
  const latest = useRef(onPlace)
  latest.current = onPlace
  const movable = onPlace !== undefined
  useEffect(() => {
    if (!movable || !row.current || !handle.current) return
    const stops = [
      draggable({
        element: row.current,
        dragHandle: handle.current,
        getInitialData: () => ({ list: scope, id }),
      }),
      dropTargetForElements({
        element: row.current,
        canDrop: ({ source }) => source.data.list === scope,
        onDragEnter: () => setOver(true),
        onDragLeave: () => setOver(false),
        onDrop: ({ source }) => {
          setOver(false)
          latest.current?.(String(source.data.id), index)
        },
      }),
    ]
    return () => {
      for (const stop of stops) stop()
    }
  }, [scope, id, index, movable])
  const onKeyDown = (event: KeyboardEvent) => {
    const by = event.key === 'ArrowUp' ? -1 : event.key === 'ArrowDown' ? 1 : 0
    if (by === 0 || !onPlace) return
    event.preventDefault()
    onPlace(id, index + by)
    requestAnimationFrame(() => handle.current?.focus())
  }
  return (
    <li ref={row} className={classes.row} data-over={over}>
      {movable ? (
        <button
          ref={handle}
          type="button"
          className={classes.handle}
          aria-label={`Move ${label} with the arrow keys`}
          onKeyDown={onKeyDown}
        >
          <GripVertical size={14} aria-hidden="true" />
        </button>
      ) : null}
      {children}
    </li>
  )
}
