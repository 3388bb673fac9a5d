import { type KeyboardEvent, type ReactNode, useRef } from 'react'
import { Check } from '../check.tsx'
import { Dot } from '../dot.tsx'
import classes from './board.module.css'
import { BoardCard } from './board-card.tsx'
import type { Shift } from './card-menu.tsx'
import type { BoardColumn } from './moves.ts'
import type { BoardSelection } from './use-board-selection.ts'
import { CARD_GAP, useCardWindow } from './use-card-window.ts'
import { type CardOver, useColumnDrop } from './use-column-drop.ts'

interface BoardColumnViewProps<Card> {
  scope: string
  helpId: string
  column: BoardColumn<Card>
  /** Columns a card can be sent to with its menu; empty where nothing may be moved. */
  targets: readonly BoardColumn<Card>[]
  /** Cards have places within the column. */
  isOrdered: boolean
  tabStop: string | undefined
  heldId: string | undefined
  cardId: (card: Card) => string
  cardLabel: (card: Card) => string
  renderCard: (card: Card) => ReactNode
  onOpen: (card: Card) => void
  onIntent: ((card: Card) => void) | undefined
  onFocusCard: (id: string) => void
  onCardKey: (event: KeyboardEvent, id: string) => void
  onBlurHeld: () => void
  onMoveTo: ((id: string, columnId: string) => void) | undefined
  /** Moves a card within its column. */
  onShift: ((id: string, shift: Shift) => void) | undefined
  onEnd: ((columnId: string) => void) | undefined
  select: BoardSelection | undefined
}

/** How far from the top of the list a dragged card would come to stand; undefined where it stands already. */
function markTop(
  over: CardOver,
  ids: readonly string[],
  items: readonly { readonly index: number; readonly start: number; readonly end: number }[],
): number | undefined {
  const own = ids.indexOf(over.cardId)
  if (own >= 0 && ids[own - 1] === over.below) return undefined
  if (over.below === undefined) return 0
  const above = items.find(item => ids[item.index] === over.below)
  return above && above.end + CARD_GAP / 2
}

/** One column: its name, its count and the cards in view. */
export function BoardColumnView<Card>(props: BoardColumnViewProps<Card>) {
  const { scope, column, cardId, tabStop, isOrdered, onEnd, onMoveTo, onShift, onIntent } = props
  const list = useRef<HTMLDivElement>(null)
  const frame = useRef<HTMLElement>(null)
  const ids = column.cards.map(cardId)
  const over = useColumnDrop({ frame, list, scope, columnId: column.id, isOrdered })
  const { items, height, measure } = useCardWindow({
    list,
    ids,
    pinnedId: tabStop,
    onEnd: onEnd && (() => onEnd(column.id)),
  })
  const chosen = props.select ? ids.filter(id => props.select?.selection.has(id)).length : 0
  const mark = isOrdered && over ? markTop(over, ids, items) : undefined

  return (
    <section ref={frame} className={classes.column} data-over={over !== undefined} aria-label={column.title}>
      <header className={classes.head}>
        <Dot tone={column.tone} />
        <h2 className={classes.title}>{column.title}</h2>
        <span className={classes.count}>{(column.total ?? column.cards.length).toLocaleString()}</span>
        {column.note ? <span className={classes.note}>{column.note}</span> : null}
        {props.select && ids.length > 0 ? (
          <span className={classes.checkAll} data-shown={props.select.selection.size > 0}>
            <Check
              checked={chosen === ids.length}
              mixed={chosen > 0 && chosen < ids.length}
              aria-label={`Select the cards of ${column.title}`}
              onChange={event => props.select?.setAll(ids, event.currentTarget.checked)}
            />
          </span>
        ) : null}
      </header>
      {column.sum === undefined ? null : <p className={classes.sum}>{column.sum}</p>}
      <div ref={list} className={classes.list} tabIndex={-1}>
        <ul className={classes.cards} style={{ height }}>
          {mark === undefined ? null : (
            <li className={classes.mark} style={{ top: mark }} aria-hidden="true" />
          )}
          {items.map(item => {
            const card = column.cards[item.index]
            if (card === undefined) return null
            const id = cardId(card)
            return (
              <li
                key={item.key}
                ref={measure}
                data-index={item.index}
                className={classes.place}
                style={{ transform: `translateY(${item.start}px)` }}
              >
                <BoardCard
                  scope={scope}
                  id={id}
                  columnId={column.id}
                  label={props.cardLabel(card)}
                  helpId={props.helpId}
                  tabStop={id === tabStop}
                  held={id === props.heldId}
                  targets={props.targets}
                  onOpen={() => props.onOpen(card)}
                  onIntent={onIntent && (() => onIntent(card))}
                  onFocus={() => props.onFocusCard(id)}
                  onKey={event => props.onCardKey(event, id)}
                  onBlurHeld={props.onBlurHeld}
                  onMoveTo={onMoveTo && (to => onMoveTo(id, to))}
                  onShift={onShift && (shift => onShift(id, shift))}
                  isFirst={item.index === 0}
                  isLast={item.index === ids.length - 1}
                  select={props.select}
                >
                  {props.renderCard(card)}
                </BoardCard>
              </li>
            )
          })}
        </ul>
      </div>
    </section>
  )
}
