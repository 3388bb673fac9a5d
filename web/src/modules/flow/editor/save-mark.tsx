import { Check, CloudOff, LoaderCircle } from 'lucide-react'
import { problemWords } from '../../../shell/problem.ts'
import classes from './editor-bar.module.css'
import { useEditor, useSnapshot } from './editor-context.ts'

/** Whether what was drawn is saved, in a word, and what to do when it is not. */
export function SaveMark() {
  const { session } = useEditor()
  const { saving, error } = useSnapshot(session)
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
          <button type="button" className={classes.again} onClick={() => void session.flush()}>
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
