import { UndoButtons } from '../../../shell/undo-buttons.tsx'
import classes from './editor-bar.module.css'
import { useEditor } from './editor-context.ts'

/** Takes back what was done to the workflow, and does it again. */
export function UndoGroup() {
  const { session } = useEditor()
  return (
    <div className={classes.group}>
      <UndoButtons session={session} />
    </div>
  )
}
