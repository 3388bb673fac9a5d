import { type NodeProps, NodeResizeControl } from '@xyflow/react'
import { memo, useEffect, useRef, useState } from 'react'
import { plainText } from '../../crm/activity/markdown.ts'
import { NoteText } from '../../crm/activity/note-text.tsx'
import type { NoteNode } from './edit-drawing.ts'
import { useEditor } from './editor-context.ts'
import { withChangedNote } from './note-edits.ts'
import classes from './note-node.module.css'

const MIN_WIDTH = 120
const MIN_HEIGHT = 60

/** Words beside the steps, in a little Markdown. Enter or a double click writes in it, Escape leaves it. */
export const NoteNodeView = memo(function NoteNodeView({ id, data, selected }: NodeProps<NoteNode>) {
  const { note, isCurrent } = data
  const { session, focus } = useEditor()
  const [isWriting, setWriting] = useState(note.text === '' && selected)
  const field = useRef<HTMLTextAreaElement>(null)
  useEffect(() => {
    if (isWriting) field.current?.focus({ preventScroll: true })
  }, [isWriting])
  const change = (next: Partial<typeof note>) =>
    session.apply(withChangedNote(session.get().graph, { ...note, ...next }), { isQuiet: true })
  return (
    <div className={classes.note} data-color={note.color} data-selected={selected}>
      {selected ? (
        <NodeResizeControl
          className={classes.corner ?? ''}
          position="bottom-right"
          minWidth={MIN_WIDTH}
          minHeight={MIN_HEIGHT}
        />
      ) : null}
      {isWriting ? (
        <textarea
          ref={field}
          className={`${classes.text} nodrag nopan nowheel`}
          aria-label="Text of the note"
          placeholder="**Bold**, *italic*, # heading, - list, [words](https://…)"
          value={note.text}
          maxLength={10_000}
          onChange={event => change({ text: event.target.value })}
          onBlur={() => setWriting(false)}
          onKeyDown={event => {
            event.stopPropagation()
            if (event.key !== 'Escape') return
            setWriting(false)
            focus(id)
          }}
        />
      ) : (
        <div
          role="note"
          className={`${classes.text} ${selected ? 'nowheel' : ''}`}
          data-step={id}
          tabIndex={isCurrent ? 0 : -1}
          aria-label={spoken(note.text, selected)}
          onDoubleClick={() => setWriting(true)}
          onKeyDown={event => {
            if (event.key !== 'Enter' || event.target !== event.currentTarget) return
            event.preventDefault()
            event.stopPropagation()
            setWriting(true)
          }}
        >
          {note.text.trim() === '' ? (
            <span className={classes.empty}>Write something</span>
          ) : (
            <NoteText text={note.text} linkTab={isCurrent ? 0 : -1} />
          )}
        </div>
      )}
    </div>
  )
})

/** The most of a note that is read out at once. */
const SPOKEN_MAX = 300

function spoken(text: string, selected: boolean): string {
  const words = plainText(text).replace(/\s+/g, ' ').trim()
  const shown = words.length > SPOKEN_MAX ? `${words.slice(0, SPOKEN_MAX)}…` : words
  return [`Note`, shown || 'Empty', ...(selected ? ['Chosen'] : []), 'Enter edits it'].join('. ')
}
