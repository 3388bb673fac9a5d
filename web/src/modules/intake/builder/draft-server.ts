import { type FormDraft, getFormDraft, saveFormDraft } from '#modules/intake/contract.ts'
import { call, routeQuery } from '../../../shell/api.ts'
import type { DraftServer } from '../../../shell/autosave.ts'
import { draftServer } from '../../../shell/draft-server.ts'
import { isConflict } from '../../../shell/problem.ts'
import type { Draft } from './draft.ts'
import { definitionOf, savedDraft } from './stored-draft.ts'

/** The routes that keep the draft of a form; what they answer is shown by the whole page. */
export function formServer(workflowId: string): DraftServer<Draft> {
  const params = { workflowId }
  return draftServer<Draft, FormDraft>({
    read: routeQuery(getFormDraft, { params }),
    saveId: saveFormDraft.id,
    save: (draft, revision, key) =>
      call(
        saveFormDraft,
        { params, body: definitionOf(draft), ifMatch: `"${revision}"` },
        { idempotencyKey: key },
      ),
    savedOf: savedDraft,
    isChanged: isConflict,
  })
}
