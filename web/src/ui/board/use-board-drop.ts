import { monitorForElements } from '@atlaskit/pragmatic-drag-and-drop/element/adapter'
import { useEffect, useRef } from 'react'

/** Hears cards of this board being dropped on a column with the mouse. */
export function useBoardDrop(scope: string, onDrop: (cardId: string, columnId: string) => void): void {
  const latest = useRef(onDrop)
  latest.current = onDrop
  useEffect(
    () =>
      monitorForElements({
        canMonitor: ({ source }) => source.data.board === scope,
        onDrop: ({ source, location }) => {
          const columnId = location.current.dropTargets[0]?.data.columnId
          const { cardId } = source.data
          if (typeof columnId === 'string' && typeof cardId === 'string') latest.current(cardId, columnId)
        },
      }),
    [scope],
  )
}
