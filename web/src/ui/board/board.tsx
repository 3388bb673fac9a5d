import { type KeyboardEvent, type ReactNode, useId } from 'react'
import { announce } from '../announce.tsx'
import { useShortcuts } from '../shortcuts.ts'
import classes from './board.module.css'
import { BoardColumnView } from './board-column.tsx'
import type { Shift } from './card-menu.tsx'
import {
  type BoardColumn,
  boardPlaceOf,
  type Held,
  isSamePlace,
  neighbour,
  placeWords,
  shifted,
  withHeld,
} from './moves.ts'
import { useBoardCarry } from './use-board-carry.ts'
import { useBoardDrop } from './use-board-drop.ts'
import { useBoardFocus } from './use-board-focus.ts'
import { useBoardSelection } from './use-board-selection.ts'

export interface BoardProps<Card> {
  /** Names the board for screen readers, for example "Leads by status". */
  label: string
  columns: readonly BoardColumn<Card>[]
  cardId: (card: Card) => string
  /** What a card is called when it is read out. */
  cardLabel: (card: Card) => string
  renderCard: (card: Card) => ReactNode
  onOpen: (card: Card) => void
  onIntent?: ((card: Card) => void) | undefined
  /** Leave out where the reader may not move cards. `below` is the card it goes under; none for the top. */
  onMove?: ((card: Card, from: string, to: string, below?: string) => void) | undefined
  /** Cards have places within their columns, which people give them. */
  isOrdered?: boolean | undefined
  /** The end of a column's loaded cards comes into view. */
  onEnd?: ((columnId: string) => void) | undefined
  /** Which cards are selected; left out where none can be. */
  selection?: ReadonlySet<string> | undefined
  onSelect?: ((selection: ReadonlySet<string>) => void) | undefined
}

/**
 * Columns of cards. A card moves by mouse, by its menu, or by keyboard: Space picks it up, the arrows carry it, Space drops it, Escape
 * puts it back; every step is spoken.
 */
export function Board<Card>(props: BoardProps<Card>) {
  const { columns, cardId, cardLabel, onMove, onOpen, isOrdered = false } = props
  const select = useBoardSelection(props)
  const helpId = useId()
  const scope = useId()
  const find = (id: string) => {
    for (const column of columns) {
      const card = column.cards.find(each => cardId(each) === id)
      if (card !== undefined) return card
    }
    return undefined
  }
  const first = columns.find(column => column.cards.length > 0)?.cards[0]
  const focus = useBoardFocus(first && cardId(first), id => find(id) !== undefined)

  const move = (held: Held) => {
    const { cardId: id, from, to } = held
    const card = find(id)
    const isWithin = from.columnId === to.columnId
    if (!onMove || card === undefined || isSamePlace(from, to) || (isWithin && !isOrdered)) return
    focus.focus(id)
    const titleOf = (column: string) => columns.find(each => each.id === column)?.title ?? ''
    const place = isOrdered ? `, ${placeWords(columns, held, cardId)}` : ''
    const way = isWithin ? 'within' : `from ${titleOf(from.columnId)} to`
    // Spoken first: what the page has to say about the move is said after it.
    announce(`${cardLabel(card)} moved ${way} ${titleOf(to.columnId)}${place}.`)
    onMove(card, from.columnId, to.columnId, to.below)
  }
  const heldAt = (id: string, to?: Held['to']): Held | undefined => {
    const from = boardPlaceOf(columns, id, cardId)
    return from && { cardId: id, from, to: to ?? from }
  }
  const moveTo = (id: string, to: Held['to']) => {
    const held = heldAt(id, to)
    if (held) move(held)
  }
  const shift = (id: string, way: Shift) => {
    const held = heldAt(id)
    if (!held) return
    if (way === 'top') move({ ...held, to: { columnId: held.from.columnId, below: undefined } })
    else move(shifted(columns, held, way === 'up' ? -1 : 1, cardId))
  }
  useBoardDrop(scope, moveTo)
  const carry = useBoardCarry({
    columns,
    movable: Boolean(onMove),
    isOrdered,
    cardId,
    labelOf: id => {
      const card = find(id)
      return card === undefined ? undefined : cardLabel(card)
    },
    focus: focus.focus,
    move,
  })
  const shown = withHeld(columns, carry.held, cardId)

  const onCardKey = (event: KeyboardEvent, id: string) => {
    if (event.target !== event.currentTarget || event.metaKey || event.ctrlKey || event.altKey) return
    const found = find(id)
    if (carry.held) {
      if (!carry.onKey(event.key)) return
    } else if (event.key === ' ') carry.pickUp(id)
    else if (event.key === 'Enter' && found !== undefined) onOpen(found)
    else if (event.key === 'x' && select) select.toggle(id, false)
    else {
      const next = neighbour(shown, id, event.key, cardId)
      if (next === undefined) return
      focus.focus(next)
    }
    event.preventDefault()
    event.stopPropagation()
  }
  useShortcuts([
    { keys: 'j', label: 'Next card', group: 'Board', run: () => focus.focus(focus.tabStop) },
    { keys: 'k', label: 'Previous card', group: 'Board', run: () => focus.focus(focus.tabStop) },
  ])

  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for form controls
    <div ref={focus.root} className={classes.board} role="group" aria-label={props.label}>
      <p id={helpId} className="visually-hidden">
        {onMove ? 'Space picks this card up, arrows move it, Enter opens it.' : 'Enter opens this card.'}
        {select ? ' X selects it.' : null}
      </p>
      {shown.map(column => (
        <BoardColumnView
          key={column.id}
          scope={scope}
          helpId={helpId}
          column={column}
          targets={onMove ? columns : []}
          isOrdered={isOrdered}
          tabStop={focus.tabStop}
          heldId={carry.held?.cardId}
          cardId={cardId}
          cardLabel={cardLabel}
          renderCard={props.renderCard}
          onOpen={onOpen}
          onIntent={props.onIntent}
          onFocusCard={focus.remember}
          onCardKey={onCardKey}
          onBlurHeld={carry.putBack}
          onMoveTo={onMove && ((id, columnId) => moveTo(id, { columnId }))}
          onShift={onMove && isOrdered ? shift : undefined}
          onEnd={props.onEnd}
          select={select}
        />
      ))}
    </div>
  )
}
