import { useState } from 'react'
import { announce } from '../announce.tsx'
import { type BoardColumn, carried, type Held } from './moves.ts'

interface CarryOptions<Card> {
  readonly columns: readonly BoardColumn<Card>[]
  readonly movable: boolean
  /** Finds a card and the column it is in. */
  readonly find: (id: string) => { readonly card: Card; readonly columnId: string } | undefined
  readonly cardLabel: (card: Card) => string
  readonly focus: (id: string) => void
  readonly move: (id: string, to: string) => void
}

export interface BoardCarry {
  readonly held: Held | undefined
  readonly pickUp: (id: string) => void
  readonly putBack: () => void
  /** Handles a key while a card is held; false when the key is not for it. */
  readonly onKey: (key: string) => boolean
}

/** Carrying a card by keyboard, each step of it spoken. */
export function useBoardCarry<Card>(options: CarryOptions<Card>): BoardCarry {
  const { columns, focus, move } = options
  const [held, setHeld] = useState<Held>()
  const titleOf = (id: string) => columns.find(column => column.id === id)?.title ?? ''

  const pickUp = (id: string) => {
    const found = options.find(id)
    if (!options.movable || !found) return
    setHeld({ cardId: id, from: found.columnId, to: found.columnId })
    announce(
      `Picked up ${options.cardLabel(found.card)} in ${titleOf(found.columnId)}. Left and right arrows carry it, Space drops it, Escape puts it back.`,
    )
  }
  const carry = (now: Held, by: 1 | -1) => {
    const next = carried(columns, now, by)
    focus(now.cardId)
    setHeld(next)
    const target = columns.find(column => column.id === next.to)
    const count = target?.total ?? target?.cards.length ?? 0
    announce(
      next === now
        ? `${titleOf(now.to)} is the ${by === 1 ? 'last' : 'first'} column.`
        : `${titleOf(next.to)}, ${count} cards.`,
    )
  }
  const drop = (now: Held) => {
    setHeld(undefined)
    focus(now.cardId)
    if (now.from === now.to) announce(`Dropped in ${titleOf(now.to)}, where it was.`)
    else move(now.cardId, now.to)
  }
  const putBack = () => {
    if (!held) return
    focus(held.cardId)
    setHeld(undefined)
    announce(`Put back in ${titleOf(held.from)}.`)
  }
  const onKey = (key: string): boolean => {
    if (!held) return false
    if (key === 'ArrowLeft') carry(held, -1)
    else if (key === 'ArrowRight') carry(held, 1)
    else if (key === ' ' || key === 'Enter') drop(held)
    else if (key === 'Escape') putBack()
    else return key === 'ArrowUp' || key === 'ArrowDown'
    return true
  }
  return { held, pickUp, putBack, onKey }
}
