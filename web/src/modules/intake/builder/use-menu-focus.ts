import { useRef } from 'react'

/**
 * For a menu whose acts take the focus elsewhere: with an act it stays where the act puts it, and when the menu is closed without one
 * it goes back to the button.
 */
export function useMenuFocus() {
  const button = useRef<HTMLButtonElement>(null)
  const hasActed = useRef(false)
  return {
    button,
    acting(act: () => void) {
      return () => {
        hasActed.current = true
        act()
      }
    },
    menu: {
      returnFocus: false,
      onOpen() {
        hasActed.current = false
      },
      onClose() {
        if (!hasActed.current) button.current?.focus()
      },
    },
  }
}
