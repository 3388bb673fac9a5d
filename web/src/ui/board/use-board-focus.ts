import { type RefObject, useLayoutEffect, useRef, useState } from 'react'

export interface BoardFocus {
  readonly root: RefObject<HTMLDivElement | null>
  /** The card the tab key leads to. */
  readonly tabStop: string | undefined
  /** Remembers the card a person focused. */
  readonly remember: (id: string) => void
  /** Focuses a card now or, when it is being drawn in another column, as soon as it is there. */
  readonly focus: (id: string | undefined) => void
}

/** One tab stop for the whole board; focus follows a card wherever it is drawn anew. */
export function useBoardFocus(firstId: string | undefined, exists: (id: string) => boolean): BoardFocus {
  const root = useRef<HTMLDivElement>(null)
  const awaited = useRef<string>(undefined)
  const [focusedId, setFocusedId] = useState<string>()

  useLayoutEffect(() => {
    const id = awaited.current
    if (id === undefined) return
    const element = root.current?.querySelector<HTMLElement>(`[data-card="${CSS.escape(id)}"]`)
    if (!element) return
    awaited.current = undefined
    element.focus({ preventScroll: true })
    element.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  })

  return {
    root,
    tabStop: focusedId !== undefined && exists(focusedId) ? focusedId : firstId,
    remember: setFocusedId,
    focus: id => {
      if (id === undefined) return
      awaited.current = id
      setFocusedId(id)
      // The same card again would not render, and so would not be focused.
      root.current
        ?.querySelector<HTMLElement>(`[data-card="${CSS.escape(id)}"]`)
        ?.focus({ preventScroll: true })
    },
  }
}
