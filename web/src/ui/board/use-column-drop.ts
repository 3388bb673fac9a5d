import { dropTargetForElements } from '@atlaskit/pragmatic-drag-and-drop/element/adapter'
import { type RefObject, useEffect, useState } from 'react'

interface ColumnDropOptions {
  readonly frame: RefObject<HTMLElement | null>
  readonly list: RefObject<HTMLElement | null>
  readonly scope: string
  readonly columnId: string
  readonly isOrdered: boolean
}

/** The card that is over a column, and the one it would come to stand under; none of them for the top. */
export interface CardOver {
  readonly cardId: string
  readonly below: string | undefined
}

/** The last card of a list whose middle is above a height of the window, other than the one that is dragged. */
function cardAbove(list: HTMLElement | null, y: number, dragged: unknown): string | undefined {
  let above: string | undefined
  for (const card of list?.querySelectorAll<HTMLElement>('[data-card]') ?? []) {
    const { top, height } = card.getBoundingClientRect()
    if (top + height / 2 > y) break
    if (card.dataset.card !== dragged) above = card.dataset.card
  }
  return above
}

/** Makes a column take cards of its board; answers which card is over it and where it would come to stand. */
export function useColumnDrop(options: ColumnDropOptions): CardOver | undefined {
  const { frame, list, scope, columnId, isOrdered } = options
  const [over, setOver] = useState<CardOver>()
  useEffect(() => {
    if (!frame.current) return
    const show = (cardId: unknown, below: unknown) =>
      setOver(before =>
        before && before.cardId === cardId && before.below === below
          ? before
          : { cardId: String(cardId), below: typeof below === 'string' ? below : undefined },
      )
    return dropTargetForElements({
      element: frame.current,
      canDrop: ({ source }) => source.data.board === scope,
      getData: ({ input, source }) => ({
        columnId,
        below: isOrdered ? cardAbove(list.current, input.clientY, source.data.cardId) : undefined,
      }),
      onDragEnter: ({ source, self }) => show(source.data.cardId, self.data.below),
      onDrag: ({ source, self }) => show(source.data.cardId, self.data.below),
      onDragLeave: () => setOver(undefined),
      onDrop: () => setOver(undefined),
    })
  }, [frame, list, scope, columnId, isOrdered])
  return over
}
