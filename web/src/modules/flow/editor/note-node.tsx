import { type NodeProps, NodeResizeControl } from '@xyflow/react'
import { memo, useEffect, useRef, useState } from 'react'
import type { NoteNode } from './edit-drawing.ts'
import { useEditor } from './editor-context.ts'
import { withChangedNote } from './note-edits.ts'
import classes from './note-node.module.css'

const MIN_WIDTH = 120
const MIN_HEIGHT = 60

/** Words beside the steps. Enter or a double click writes in it, Escape leaves it. */
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
        <button
          type="button"
          className={classes.text}
          data-step={id}
          tabIndex={isCurrent ? 0 : -1}
          aria-pressed={selected}
          aria-label={`Note. ${note.text || 'Empty'}`}
          onDoubleClick={() => setWriting(true)}
          onClick={event => {
            if (event.detail === 0) setWriting(true)
          }}
        >
          {note.text || <span className={classes.empty}>Write something</span>}
        </button>
      )}
    </div>
  )
})
