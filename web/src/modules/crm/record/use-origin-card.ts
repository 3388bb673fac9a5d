import { type FocusEvent, type KeyboardEvent, useEffect, useRef, useState } from 'react'

const OPEN_MS = 450
/** Time to reach the card with the pointer. */
const CLOSE_MS = 200

/**
 * When the card about a value is shown: after the pointer or the focus has rested on the value. `h` takes the focus into the card,
 * Esc back out of it.
 */
export function useOriginCard() {
  const [isOpen, setOpen] = useState(false)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const card = useRef<HTMLDivElement>(null)
  useEffect(() => () => clearTimeout(timer.current), [])
  const later = (next: boolean, ms: number) => {
    clearTimeout(timer.current)
    timer.current = setTimeout(() => setOpen(next), ms)
  }
  const close = () => {
    clearTimeout(timer.current)
    setOpen(false)
  }
  const value = {
    onMouseEnter: () => later(true, OPEN_MS),
    onMouseLeave: () => later(false, CLOSE_MS),
    onFocus: (event: FocusEvent) => {
      if (event.target.matches(':focus-visible')) later(true, OPEN_MS)
    },
    onBlur: (event: FocusEvent) => {
      if (!(event.relatedTarget instanceof Node && card.current?.contains(event.relatedTarget))) close()
    },
    onKeyDown: (event: KeyboardEvent) => {
      if (event.key === 'Escape' && isOpen) {
        event.preventDefault()
        close()
      } else if (event.key === 'h' && !event.metaKey && !event.ctrlKey && !event.altKey) {
        event.preventDefault()
        setOpen(true)
        requestAnimationFrame(() => card.current?.focus())
      }
    },
  }
  const around = {
    onMouseEnter: () => clearTimeout(timer.current),
    onMouseLeave: () => later(false, CLOSE_MS),
  }
  return { isOpen, close, card, value, around }
}
