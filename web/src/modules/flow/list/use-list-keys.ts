import type { KeyboardEvent } from 'react'
import { undoShortcuts } from '../../../shell/undo-buttons.tsx'
import { useShortcuts } from '../../../ui/shortcuts.ts'
import type { EditorSession } from '../editor/session.ts'

interface ListKeys {
  session: EditorSession
  /** The ids of the steps in their order. */
  order: readonly string[]
  openedId: string | undefined
  onAdd: () => void
  onClose: () => void
  onFocus: (id: string) => void
  onMove: (id: string, by: -1 | 1) => void
  onDelete: (id: string) => void
}

/** The keys of the list: those that work anywhere, and a listener for those that work on a step. */
export function useListKeys(keys: ListKeys): (event: KeyboardEvent) => void {
  const { session, order, openedId, onAdd, onClose, onFocus, onMove, onDelete } = keys
  const group = 'Editor'
  useShortcuts([
    { keys: '/', label: 'Add a step', group, run: onAdd },
    ...undoShortcuts(session, group),
    ...(openedId ? [{ keys: 'escape', label: 'Close the step', group, run: onClose }] : []),
  ])
  return event => {
    const id = event.target instanceof HTMLElement ? event.target.dataset.step : undefined
    if (id === undefined || event.metaKey || event.ctrlKey) return
    const by = event.key === 'ArrowUp' ? -1 : event.key === 'ArrowDown' ? 1 : undefined
    if (event.altKey) {
      if (by === undefined) return
      onMove(id, by)
    } else if (event.key === 'Delete' || event.key === 'Backspace') {
      onDelete(id)
    } else {
      const index = order.indexOf(id)
      const ends: Readonly<Record<string, string | undefined>> = { Home: order[0], End: order.at(-1) }
      const to = by === undefined ? ends[event.key] : order[index + by]
      if (to === undefined) return
      onFocus(to)
    }
    event.preventDefault()
  }
}
