import { dropTargetForElements } from '@atlaskit/pragmatic-drag-and-drop/element/adapter'
import { type KeyboardEvent, type ReactNode, type RefObject, useEffect, useRef, useState } from 'react'
import { Dot } from '../dot.tsx'
import classes from './board.module.css'
import { BoardCard } from './board-card.tsx'
import type { BoardColumn } from './moves.ts'
import { useCardWindow } from './use-card-window.ts'

interface BoardColumnViewProps<Card> {
  scope: string
  helpId: string
  column: BoardColumn<Card>
  /** Columns a card can be sent to with its menu; empty where nothing may be moved. */
  targets: readonly BoardColumn<Card>[]
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
  onEnd: ((columnId: string) => void) | undefined
}

/** Makes a column take cards of its board; answers whether one is over it. */
function useColumnDrop(frame: RefObject<HTMLElement | null>, scope: string, columnId: string): boolean {
  const [over, setOver] = useState(false)
  useEffect(() => {
    if (!frame.current) return
    return dropTargetForElements({
      element: frame.current,
      canDrop: ({ source }) => source.data.board === scope,
      getData: () => ({ columnId }),
      onDragEnter: () => setOver(true),
      onDragLeave: () => setOver(false),
      onDrop: () => setOver(false),
    })
  }, [frame, scope, columnId])
  return over
}

/** One column: its name, its count and the cards in view. */
export function BoardColumnView<Card>(props: BoardColumnViewProps<Card>) {
  const { scope, column, cardId, tabStop, onEnd, onMoveTo, onIntent } = props
  const list = useRef<HTMLDivElement>(null)
  const frame = useRef<HTMLElement>(null)
  const over = useColumnDrop(frame, scope, column.id)
  const { items, height, measure } = useCardWindow({
    list,
    ids: column.cards.map(cardId),
    pinnedId: tabStop,
    onEnd: onEnd && (() => onEnd(column.id)),
  })

  return (
    <section ref={frame} className={classes.column} data-over={over} aria-label={column.title}>
      <header className={classes.head}>
        <Dot tone={column.tone} />
        <h2 className={classes.title}>{column.title}</h2>
        <span className={classes.count}>{(column.total ?? column.cards.length).toLocaleString()}</span>
        {column.note ? <span className={classes.note}>{column.note}</span> : null}
      </header>
      {column.sum === undefined ? null : <p className={classes.sum}>{column.sum}</p>}
      <div ref={list} className={classes.list} tabIndex={-1}>
        <ul className={classes.cards} style={{ height }}>
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
