import { Redo2, Undo2 } from 'lucide-react'
import { IconButton } from '../../../ui/icon-button.tsx'
import type { Shortcut } from '../../../ui/shortcuts.ts'
import { undoLast } from '../../../ui/toast-store.ts'
import classes from './editor-bar.module.css'
import { useEditor, useSnapshot } from './editor-context.ts'
import type { EditorSession } from './session.ts'

/** Takes back what was done to the draft, and does it again. */
export function UndoGroup() {
  const { session } = useEditor()
  const { past, future } = useSnapshot(session)
  return (
    <div className={classes.group}>
      <IconButton
        label={`Undo${said(past.at(-1)?.words)}`}
        keys="mod+z"
        disabled={past.length === 0}
        onClick={session.undo}
      >
        <Undo2 size={15} />
      </IconButton>
      <IconButton
        label={`Redo${said(future.at(-1)?.words)}`}
        keys="mod+shift+z"
        disabled={future.length === 0}
        onClick={session.redo}
      >
        <Redo2 size={15} />
      </IconButton>
    </div>
  )
}

/** What would be taken back, behind the word that does it. */
const said = (words: string | undefined) => (words ? `: ${words.replace(/\.$/, '')}` : '')

/** The keys for it. With nothing of the draft to take back, the last act of the page is taken back instead. */
export function undoShortcuts(session: EditorSession, group: string): Shortcut[] {
  return [
    {
      keys: 'mod+z',
      label: 'Undo',
      group,
      run: () => {
        if (session.get().past.length > 0) session.undo()
        else undoLast()
      },
    },
    { keys: 'mod+shift+z', label: 'Redo', group, run: session.redo },
    { keys: 'mod+y', label: 'Redo', group, run: session.redo },
  ]
}
