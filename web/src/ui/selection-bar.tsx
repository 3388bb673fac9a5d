import { Button } from '@mantine/core'
import { X } from 'lucide-react'
import type { ReactNode } from 'react'
import { IconButton } from './icon-button.tsx'
import classes from './selection-bar.module.css'
import { useShortcuts } from './shortcuts.ts'

interface FootBarProps {
  label: string
  /** What is so now; said again when it changes. */
  words?: string
  children: ReactNode
}

/** In place of the foot of a list, for as long as there is something to do or to wait for. */
export function FootBar({ label, words, children }: FootBarProps) {
  return (
    <section className={classes.bar} aria-label={label}>
      {words === undefined ? null : (
        <span className={classes.words} role="status">
          {words}
        </span>
      )}
      {children}
    </section>
  )
}

interface SelectionBarProps extends FootBarProps {
  words: string
  onClear: () => void
  /** Whether Escape clears the selection wherever the keyboard is; a table does so by itself for its rows. */
  hasKey?: boolean
}

/** How much is selected, and what can be done with it. */
export function SelectionBar({ label, words, onClear, hasKey = false, children }: SelectionBarProps) {
  useShortcuts(
    hasKey ? [{ keys: 'escape', label: 'Clear the selection', group: 'Selection', run: onClear }] : [],
  )
  return (
    <FootBar label={label} words={words}>
      {children}
      {hasKey ? (
        <IconButton
          label="Clear the selection"
          keys="escape"
          className={classes.clear ?? ''}
          onClick={onClear}
        >
          <X size={14} />
        </IconButton>
      ) : (
        <Button size="xs" variant="subtle" className={classes.clear ?? ''} onClick={onClear}>
          Clear selection
        </Button>
      )}
    </FootBar>
  )
}
