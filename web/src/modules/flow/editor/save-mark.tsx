import { SaveMark } from '../../../shell/save-mark.tsx'
import { useEditor, useSnapshot } from './editor-context.ts'

/** Whether what was drawn is saved. */
export function EditorSaveMark() {
  const { session } = useEditor()
  const { saving, error } = useSnapshot(session)
  return <SaveMark saving={saving} error={error} onRetry={() => void session.flush()} />
}
