import { useState } from 'react'
import { announce } from '../announce.tsx'
import {
  type BoardColumn,
  boardPlaceOf,
  carried,
  type Held,
  isSamePlace,
  placeWords,
  shifted,
} from './moves.ts'

interface CarryOptions<Card> {
  readonly columns: readonly BoardColumn<Card>[]
  readonly movable: boolean
  /** Cards have places within their columns. */
  readonly isOrdered: boolean
  readonly cardId: (card: Card) => string
  /** What a card is called; undefined for one that is not on the board. */
  readonly labelOf: (id: string) => string | undefined
  readonly focus: (id: string) => void
  readonly move: (held: Held) => void
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
  const { columns, focus, move, isOrdered, cardId } = options
  const [held, setHeld] = useState<Held>()
  const titleOf = (id: string) => columns.find(column => column.id === id)?.title ?? ''
  const arrows = isOrdered ? 'Arrows carry it' : 'Left and right arrows carry it'

  const pickUp = (id: string) => {
    const from = boardPlaceOf(columns, id, cardId)
    if (!options.movable || !from) return
    const next = { cardId: id, from, to: from }
    setHeld(next)
    const place = isOrdered ? `, ${placeWords(columns, next, cardId)}` : ''
    announce(
      `Picked up ${options.labelOf(id)} in ${titleOf(from.columnId)}${place}. ${arrows}, Space drops it, Escape puts it back.`,
    )
  }
  const carry = (now: Held, by: 1 | -1) => {
    const next = carried(columns, now, by)
    focus(now.cardId)
    setHeld(next)
    const target = columns.find(column => column.id === next.to.columnId)
    const count = target?.total ?? target?.cards.length ?? 0
    announce(
      next === now
        ? `${titleOf(now.to.columnId)} is the ${by === 1 ? 'last' : 'first'} column.`
        : `${titleOf(next.to.columnId)}, ${isOrdered ? placeWords(columns, next, cardId) : `${count} cards`}.`,
    )
  }
  const shift = (now: Held, by: 1 | -1) => {
    if (!isOrdered) return
    const next = shifted(columns, now, by, cardId)
    focus(now.cardId)
    setHeld(next)
    const words = placeWords(columns, next, cardId)
    const end = by === 1 ? 'The last place' : 'The first place'
    announce(
      next === now ? `${end} in ${titleOf(now.to.columnId)}.` : `${titleOf(next.to.columnId)}, ${words}.`,
    )
  }
  const drop = (now: Held) => {
    setHeld(undefined)
    focus(now.cardId)
    if (isSamePlace(now.from, now.to)) announce(`Dropped in ${titleOf(now.to.columnId)}, where it was.`)
    else move(now)
  }
  const putBack = () => {
    if (!held) return
    focus(held.cardId)
    setHeld(undefined)
    announce(`Put back in ${titleOf(held.from.columnId)}.`)
  }
  const onKey = (key: string): boolean => {
    if (!held) return false
    if (key === 'ArrowLeft') carry(held, -1)
    else if (key === 'ArrowRight') carry(held, 1)
    else if (key === 'ArrowUp') shift(held, -1)
    else if (key === 'ArrowDown') shift(held, 1)
    else if (key === ' ' || key === 'Enter') drop(held)
    else if (key === 'Escape') putBack()
    else return false
    return true
  }
  return { held, pickUp, putBack, onKey }
}
