import { draggable } from '@atlaskit/pragmatic-drag-and-drop/element/adapter'
import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react'
import classes from './board.module.css'
import { CardMenu, type Shift } from './card-menu.tsx'

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
  children: ReactNode
}

/** One card: draggable, focusable, with a menu that moves it. */
export function BoardCard(props: BoardCardProps) {
  const { scope, id, columnId, label, held, onMoveTo } = props
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
      tabIndex={props.tabStop ? 0 : -1}
      onClick={props.onOpen}
      onKeyDown={props.onKey}
      onFocus={event => event.target === event.currentTarget && props.onFocus()}
      onBlur={event => {
        // Carrying a card over re-mounts it, which also blurs; only a blur towards something else puts it back.
        if (held && event.relatedTarget !== null) props.onBlurHeld()
      }}
      onPointerEnter={props.onIntent}
    >
      {props.children}
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
