import { Check, CloudOff, LoaderCircle } from 'lucide-react'
import type { SaveState } from './autosave.ts'
import { problemWords } from './problem.ts'
import classes from './save-mark.module.css'

interface SaveMarkProps {
  saving: SaveState
  /** Why the last save failed or was refused. */
  error: Error | undefined
  onRetry: () => void
}

/** Whether what is edited is saved, in a word, and what to do when it is not. */
export function SaveMark({ saving, error, onRetry }: SaveMarkProps) {
  const isBad = saving === 'failed' || saving === 'refused'
  const why = isBad && error ? problemWords(error) : undefined
  return (
    <span
      className={classes.mark}
      data-state={saving}
      role={isBad ? 'alert' : undefined}
      title={why ? [why.what, why.next].filter(Boolean).join(' ') : undefined}
    >
      {saving === 'saved' ? (
        <>
          <Check size={13} aria-hidden="true" />
          Saved
        </>
      ) : isBad ? (
        <>
          <CloudOff size={13} aria-hidden="true" />
          {saving === 'failed' ? 'Not saved yet. It is tried again.' : `Not saved. ${why?.what ?? ''}`}
          <button type="button" className={classes.again} onClick={onRetry}>
            Try now
          </button>
        </>
      ) : (
        <>
          <LoaderCircle size={13} aria-hidden="true" />
          Saving
        </>
      )}
    </span>
  )
}
