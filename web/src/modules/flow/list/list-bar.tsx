import { Redo2, Undo2 } from 'lucide-react'
import { IconButton } from '../../../ui/icon-button.tsx'
import barClasses from '../editor/editor-bar.module.css'
import { Others, said } from '../editor/editor-bar.tsx'
import { useEditor, useSnapshot } from '../editor/editor-context.ts'
import { SaveMark } from '../editor/save-mark.tsx'
import type { usePresence } from '../editor/use-presence.ts'
import classes from './list.module.css'
import { ViewChoice } from './view-choice.tsx'

/** Over the list: how the draft is shown, what can be taken back, who else is here, and whether all is saved. */
export function ListBar({ others }: { others: ReturnType<typeof usePresence> }) {
  const { session } = useEditor()
  const { past, future } = useSnapshot(session)
  return (
    <div className={classes.bar} role="toolbar" aria-label="Editing">
      <ViewChoice />
      <div className={barClasses.group}>
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
      <span className={classes.rest} />
      {others.length > 0 ? <Others others={others} /> : null}
      <SaveMark />
    </div>
  )
}
