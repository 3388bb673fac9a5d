import { type FormDraft, getFormDraft, saveFormDraft } from '#modules/intake/contract.ts'
import { ProblemError } from '#platform/contract/problem.ts'
import type { CallInput, RouteResult } from '#platform/contract/route.ts'
import { call, routeKey, routeQuery } from '../../../shell/api.ts'
import type { DraftServer, SaveOutcome } from '../../../shell/autosave.ts'
import { isConflict } from '../../../shell/problem.ts'
import { queryClient } from '../../../shell/query.ts'
import type { Draft } from './draft.ts'
import { definitionOf, savedDraft } from './stored-draft.ts'

const PASSING: ReadonlySet<number> = new Set([0, 408, 425, 429])

/** The routes that keep the draft of a form; what they answer is shown by the whole page. */
export function draftServer(workflowId: string): DraftServer<Draft> {
  const params = { workflowId }
  const show = (detail: FormDraft) =>
    queryClient.setQueryData<FormDraft>(routeKey(getFormDraft, { params }), old =>
      old && old.revision > detail.revision ? old : detail,
    )
  return {
    async save(draft, revision, key): Promise<SaveOutcome> {
      type Input = CallInput<typeof saveFormDraft>
      // As a mutation, so that the app hears of a sign-in that has ended like with every other act.
      const mutation = queryClient
        .getMutationCache()
        .build<RouteResult<typeof saveFormDraft>, Error, Input, unknown>(queryClient, {
          mutationKey: [saveFormDraft.id],
          mutationFn: input => call(saveFormDraft, input, { idempotencyKey: key }),
          networkMode: 'always',
        })
      try {
        const saved = await mutation.execute({ params, body: definitionOf(draft), ifMatch: `"${revision}"` })
        show(saved)
        return { as: 'saved', revision: saved.revision }
      } catch (error) {
        return outcomeOf(error as Error)
      }
    },
    async read() {
      const detail = await queryClient.fetchQuery({ ...routeQuery(getFormDraft, { params }), staleTime: 0 })
      return savedDraft(detail)
    },
  }
}

function outcomeOf(error: Error): SaveOutcome {
  if (!(error instanceof ProblemError)) return { as: 'unanswered', error }
  if (isConflict(error)) return { as: 'changed' }
  const isPassing = PASSING.has(error.status) || error.status >= 500
  return { as: isPassing ? 'unanswered' : 'refused', error }
}
