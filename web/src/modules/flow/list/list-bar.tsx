import { Others } from '../editor/editor-bar.tsx'
import { EditorSaveMark } from '../editor/save-mark.tsx'
import { UndoGroup } from '../editor/undo-group.tsx'
import type { usePresence } from '../editor/use-presence.ts'
import classes from './list.module.css'
import { ViewChoice } from './view-choice.tsx'

/** Over the list: how the draft is shown, what can be taken back, who else is here, and whether all is saved. */
export function ListBar({ others }: { others: ReturnType<typeof usePresence> }) {
  return (
    <div className={classes.bar} role="toolbar" aria-label="Editing">
      <ViewChoice />
      <UndoGroup />
      <span className={classes.rest} />
      {others.length > 0 ? <Others others={others} /> : null}
      <EditorSaveMark />
    </div>
  )
}
