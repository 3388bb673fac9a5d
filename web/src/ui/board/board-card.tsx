import { draggable } from '@atlaskit/pragmatic-drag-and-drop/element/adapter'
import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react'
import { Check } from '../check.tsx'
import classes from './board.module.css'
import { CardMenu, type Shift } from './card-menu.tsx'
import type { BoardSelection } from './use-board-selection.ts'

interface BoardCardProps {
  scope: string
  id: string
  columnId: string
  label: string
  helpId: string
  tabStop: boolean
  held: boolean
  targets: readonly { readonly id: string; readonly title: string }[]
  onOpen: () => void
  onIntent: (() => void) | undefined
  onFocus: () => void
  onKey: (event: KeyboardEvent) => void
  onBlurHeld: () => void
  onMoveTo: ((columnId: string) => void) | undefined
  onShift: ((shift: Shift) => void) | undefined
  isFirst: boolean
  isLast: boolean
  select: BoardSelection | undefined
  children: ReactNode
}

/** One card: draggable, focusable, with a menu that moves it. */
export function BoardCard(props: BoardCardProps) {
  const { scope, id, columnId, label, held, onMoveTo, select } = props
  const element = useRef<HTMLDivElement>(null)
  const [dragging, setDragging] = useState(false)
  const movable = onMoveTo !== undefined
  useEffect(() => {
    if (!element.current || !movable) return
    return draggable({
      element: element.current,
      getInitialData: () => ({ board: scope, cardId: id, columnId }),
      onDragStart: () => setDragging(true),
      onDrop: () => setDragging(false),
    })
  }, [scope, id, columnId, movable])
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for form controls
    <div
      ref={element}
      className={classes.card}
      role="group"
      aria-roledescription="card"
      aria-label={label}
      aria-describedby={props.helpId}
      data-card={id}
      data-held={held}
      data-dragging={dragging}
      data-selected={select?.selection.has(id)}
      tabIndex={props.tabStop ? 0 : -1}
      onClick={event => {
        if (select && (event.shiftKey || event.metaKey || event.ctrlKey)) select.toggle(id, event.shiftKey)
        else props.onOpen()
      }}
      // With Shift a click selects cards, and no text between them.
      onMouseDown={event => event.shiftKey && event.preventDefault()}
      onKeyDown={props.onKey}
      onFocus={event => event.target === event.currentTarget && props.onFocus()}
      onBlur={event => {
        // Carrying a card over re-mounts it, which also blurs; only a blur towards something else puts it back.
        if (held && event.relatedTarget !== null) props.onBlurHeld()
      }}
      onPointerEnter={props.onIntent}
    >
      {props.children}
      {select ? (
        // biome-ignore lint/a11y/noStaticElementInteractions: only keeps the click of the check box from the card
        // biome-ignore lint/a11y/useKeyWithClickEvents: the keys of the check box are its own
        <span
          className={classes.check}
          data-shown={select.selection.size > 0}
          onClick={event => event.stopPropagation()}
        >
          <Check
            tabIndex={-1}
            checked={select.selection.has(id)}
            aria-label={`Select ${label}`}
            onChange={event => select.toggle(id, (event.nativeEvent as MouseEvent).shiftKey)}
          />
        </span>
      ) : null}
      {onMoveTo ? (
        <CardMenu
          label={label}
          current={columnId}
          targets={props.targets}
          onMoveTo={onMoveTo}
          onShift={props.onShift}
          isFirst={props.isFirst}
          isLast={props.isLast}
          onOpen={props.onOpen}
        />
      ) : null}
    </div>
  )
}
