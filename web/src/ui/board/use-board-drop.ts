import { monitorForElements } from '@atlaskit/pragmatic-drag-and-drop/element/adapter'
import { useEffect, useRef } from 'react'
import type { BoardPlace } from './moves.ts'

/** Hears cards of this board being dropped at a place with the mouse. */
export function useBoardDrop(scope: string, onDrop: (cardId: string, to: BoardPlace) => void): void {
  const latest = useRef(onDrop)
  latest.current = onDrop
  useEffect(
    () =>
      monitorForElements({
        canMonitor: ({ source }) => source.data.board === scope,
        onDrop: ({ source, location }) => {
          const { columnId, below } = location.current.dropTargets[0]?.data ?? {}
          const { cardId } = source.data
          if (typeof columnId !== 'string' || typeof cardId !== 'string') return
          latest.current(cardId, { columnId, below: typeof below === 'string' ? below : undefined })
        },
      }),
    [scope],
  )
}
