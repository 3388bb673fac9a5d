import { queryClient } from '../../../shell/query.ts'
import { renewSoon } from '../../../shell/renew-soon.ts'
import { sayFailed } from '../../../shell/say-failed.ts'
import { toastDone, toastUndo } from '../../../ui/toast-store.ts'
import type { RecordTarget } from './edits.ts'
import { access, recordQuery, removeRecord, restoreRecord } from './record-access.ts'

const LIST_GAP_MS = 400

/** Lists and the page of a record are read again after it went or came back. */
function renew(target: RecordTarget): void {
  renewSoon([access[target.object].listRoute.id], LIST_GAP_MS)
  void queryClient.resetQueries({ queryKey: recordQuery(target).queryKey })
}

/** Deletes a record and offers to take that back; a record that could not be deleted stays, with a message. */
export async function deleteRecord(target: RecordTarget, name: string): Promise<void> {
  const undo = async () => {
    try {
      await restoreRecord(target)
      toastDone(`${name} is back.`)
    } catch (error) {
      sayFailed(error, undo)
    }
    renew(target)
  }
  try {
    await removeRecord(target)
    toastUndo(`${name} was deleted.`, undo)
  } catch (error) {
    sayFailed(error, () => void deleteRecord(target, name))
  }
  renew(target)
}
