import { Button } from '@mantine/core'
import type { ReactNode } from 'react'
import { bulkWords } from './bulk.ts'
import classes from './bulk-bar.module.css'
import type { BulkProgress } from './use-bulk.ts'
import { counted } from './words.ts'

interface BulkBarProps {
  selected: number
  progress: BulkProgress | undefined
  onClear: () => void
  onStop: () => void
  /** What can be done with what is selected. */
  children: ReactNode
}

/** In place of the foot of a list: how many rows are selected and what can be done with them, or how far that is. */
export function BulkBar({ selected, progress, onClear, onStop, children }: BulkBarProps) {
  return (
    <section className={classes.bar} aria-label="Selected runs">
      {progress ? (
        <>
          <span className={classes.words} role="status">
            {bulkWords(progress.act).doing}
            {progress.runs > 0 ? `, ${counted(progress.runs, 'run')} so far` : '…'}
          </span>
          <Button size="xs" onClick={onStop}>
            Stop here
          </Button>
        </>
      ) : (
        <>
          <span className={classes.words}>{selected.toLocaleString()} selected</span>
          {children}
          <Button size="xs" variant="subtle" className={classes.clear ?? ''} onClick={onClear}>
            Clear selection
          </Button>
        </>
      )}
    </section>
  )
}
