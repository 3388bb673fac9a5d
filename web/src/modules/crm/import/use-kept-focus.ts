import { type RefObject, useEffect, useRef } from 'react'

/** Gives the focus to a place when what had it went away with a step, so that the keyboard goes on where one is. */
export function useKeptFocus<E extends HTMLElement>(step: string): RefObject<E | null> {
  const place = useRef<E>(null)
  const last = useRef(step)
  useEffect(() => {
    if (last.current === step) return
    last.current = step
    if (document.activeElement === document.body) place.current?.focus({ preventScroll: true })
  }, [step])
  return place
}
