import { useRef } from 'react'
import type { BoardProps } from './board.tsx'

/** The cards that are selected, and what selects others. */
export interface BoardSelection {
  readonly selection: ReadonlySet<string>
  /** Switches a card on or off; as a range, from the card that was switched last to this one, within its column. */
  readonly toggle: (id: string, isRange: boolean) => void
  /** Switches all cards of a column that are here on or off. */
  readonly setAll: (ids: readonly string[], isOn: boolean) => void
}

/** Selecting the cards of a board; undefined where none can be selected. */
export function useBoardSelection<Card>({
  columns,
  cardId,
  selection,
  onSelect,
}: Pick<BoardProps<Card>, 'columns' | 'cardId' | 'selection' | 'onSelect'>): BoardSelection | undefined {
  const anchor = useRef<string>(undefined)
  if (!selection || !onSelect) return undefined
  const withAll = (ids: readonly string[], isOn: boolean) => {
    const next = new Set(selection)
    for (const id of ids) {
      if (isOn) next.add(id)
      else next.delete(id)
    }
    onSelect(next)
  }
  return {
    selection,
    toggle: (id, isRange) => {
      const between = isRange ? rangeOf(columns, cardId, anchor.current, id) : undefined
      anchor.current = id
      if (between) withAll(between, true)
      else withAll([id], !selection.has(id))
    },
    setAll: withAll,
  }
}

function rangeOf<Card>(
  columns: BoardProps<Card>['columns'],
  cardId: (card: Card) => string,
  from: string | undefined,
  to: string,
): readonly string[] | undefined {
  for (const column of columns) {
    const ids = column.cards.map(cardId)
    const [a, b] = [ids.indexOf(from ?? ''), ids.indexOf(to)]
    if (a >= 0 && b >= 0) return ids.slice(Math.min(a, b), Math.max(a, b) + 1)
  }
  return undefined
}
