import { Button } from '@mantine/core'
import type { ReactNode } from 'react'
import { FootBar, SelectionBar } from '../../ui/selection-bar.tsx'
import { bulkWords } from './bulk.ts'
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
  const label = 'Selected runs'
  if (!progress)
    return (
      <SelectionBar label={label} words={`${selected.toLocaleString()} selected`} onClear={onClear}>
        {children}
      </SelectionBar>
    )
  const sofar = progress.runs > 0 ? `, ${counted(progress.runs, 'run')} so far` : '…'
  return (
    <FootBar label={label} words={`${bulkWords(progress.act).doing}${sofar}`}>
      <Button size="xs" onClick={onStop}>
        Stop here
      </Button>
    </FootBar>
  )
}
