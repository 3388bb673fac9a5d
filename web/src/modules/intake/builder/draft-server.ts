import { type DraftContent, type FormDraft, getFormDraft, saveFormDraft } from '#modules/intake/contract.ts'
import { ProblemError } from '#platform/contract/problem.ts'
import type { CallInput, RouteResult } from '#platform/contract/route.ts'
import { call, routeKey, routeQuery } from '../../../shell/api.ts'
import type { DraftServer, SavedDraft, SaveOutcome } from '../../../shell/autosave.ts'
import { isConflict } from '../../../shell/problem.ts'
import { queryClient } from '../../../shell/query.ts'
import type { Draft, DraftField } from './draft.ts'
import { firstForm } from './first-form.ts'

const PASSING: ReadonlySet<number> = new Set([0, 408, 425, 429])

/** A stored draft as the builder has it: with everything a form has, and with what is not known here as well. */
export function draftOf(definition: DraftContent): Draft {
  const { theme, embed, ...others } = firstForm('')
  const stored: Partial<Draft> = definition as object
  return {
    ...others,
    ...stored,
    theme: { ...theme, ...stored.theme },
    embed: { ...embed, ...stored.embed },
    fields: definition.fields.map(
      field => ({ help: '', required: false, validation: {}, ...field }) as unknown as DraftField,
    ),
  }
}

/** What is sent of a draft. */
export function definitionOf(draft: Draft): CallInput<typeof saveFormDraft>['body'] {
  const { pages, fields, ...others } = draft
  const { language } = draft as Pick<DraftContent, 'language'>
  return {
    ...others,
    language,
    pages: pages.map(page => ({ ...page })),
    fields: fields.map(field => ({ ...field })),
  }
}

/** What a draft was answered with, as what is saved. */
export function savedDraft({ definition, revision, changedBy }: FormDraft): SavedDraft<Draft> {
  return { draft: draftOf(definition), revision, by: changedBy?.name }
}

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
