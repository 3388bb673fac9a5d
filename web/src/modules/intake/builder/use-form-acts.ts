import { useQueryClient } from '@tanstack/react-query'
import {
  type closeForm,
  type discardFormDraft,
  type FormDraft,
  getForm,
  getFormDraft,
  listFormFields,
  listFormVersions,
  type publishForm,
  type reopenForm,
  type restoreFormField,
  type restoreFormVersion,
} from '#modules/intake/contract.ts'
import type { CallInput } from '#platform/contract/route.ts'
import { routeKey } from '../../../shell/api.ts'
import { isConflict } from '../../../shell/problem.ts'
import { sayFailed } from '../../../shell/say-failed.ts'
import { useAct } from '../../../shell/use-act.ts'
import type { FormSession } from './session.ts'
import { savedDraft } from './stored-draft.ts'

/** The acts that answer with the draft of the form. */
type DraftAct =
  | typeof publishForm
  | typeof closeForm
  | typeof reopenForm
  | typeof discardFormDraft
  | typeof restoreFormVersion
  | typeof restoreFormField

/**
 * An act on the form of a session: what is not saved yet is saved first, and what it answers is shown everywhere.
 * Nothing happens while something cannot be saved.
 */
export function useFormAct<T extends DraftAct>(
  route: T,
  session: FormSession,
  {
    onDone,
    words,
    isSaid = true,
  }: {
    onDone: (form: FormDraft) => void
    /** What it does to the draft, when it does; undo takes that back. */
    words?: string | undefined
    isSaid?: boolean
  },
) {
  const queryClient = useQueryClient()
  const params = { workflowId: session.workflowId }
  const act = useAct(route, {
    onSuccess: answer => {
      const form = answer as FormDraft
      session.became(savedDraft(form), words)
      queryClient.setQueryData(routeKey(getFormDraft, { params }), form)
      for (const read of [getForm, listFormVersions, listFormFields])
        void queryClient.invalidateQueries({ queryKey: [read.id] })
      onDone(form)
    },
    onError: error => {
      // Somebody else was first: what they did is shown, and the act is not done on top of it unseen.
      if (isConflict(error))
        void queryClient.invalidateQueries({ queryKey: routeKey(getFormDraft, { params }) })
      if (isSaid) sayFailed(error)
    },
  })
  return {
    isPending: act.isPending,
    error: act.error,
    async run(input: CallInput<T>) {
      if (await session.flush()) act.mutate({ ...input, ifMatch: `"${session.revision()}"` })
    },
  }
}
