import { type Graph, getWorkflow, saveDraft, type WorkflowDetail } from '#modules/flow/contract.ts'
import { ProblemError } from '#platform/contract/problem.ts'
import type { CallInput, RouteResult } from '#platform/contract/route.ts'
import { call, routeKey, routeQuery } from '../../../shell/api.ts'
import type { DraftServer, SavedDraft, SaveOutcome } from '../../../shell/autosave.ts'
import { queryClient } from '../../../shell/query.ts'
import { arrange, isPlaced } from '../canvas/layout.ts'
import { movedTo } from './places.ts'

const PASSING: ReadonlySet<number> = new Set([0, 408, 425, 429])

/** The draft of an answer, placed where nobody has placed it. */
export function savedDraft(detail: WorkflowDetail): SavedDraft<Graph> {
  const { draft, revision, draftSavedBy } = detail
  const graph =
    draft.nodes.length < 2 || isPlaced(draft.nodes) ? draft : movedTo(draft, arrange(draft, 'right').places)
  return { draft: graph, revision, by: draftSavedBy?.name }
}

/** The routes that keep the draft of a workflow; what they answer is shown by the whole page. */
export function draftServer(workflowId: string): DraftServer<Graph> {
  const params = { workflowId }
  const show = (detail: WorkflowDetail) =>
    queryClient.setQueryData<WorkflowDetail>(routeKey(getWorkflow, { params }), old =>
      old && old.revision > detail.revision ? old : detail,
    )
  return {
    async save(graph, revision, key): Promise<SaveOutcome> {
      type Input = CallInput<typeof saveDraft>
      // As a mutation, so that the app hears of a sign-in that has ended like with every other act.
      const mutation = queryClient
        .getMutationCache()
        .build<RouteResult<typeof saveDraft>, Error, Input, unknown>(queryClient, {
          mutationKey: [saveDraft.id],
          mutationFn: input => call(saveDraft, input, { idempotencyKey: key }),
          networkMode: 'always',
        })
      try {
        const saved = await mutation.execute({ params, body: { graph, revision } })
        show(saved)
        return { as: 'saved', revision: saved.revision }
      } catch (error) {
        return outcomeOf(error as Error)
      }
    },
    async read() {
      const detail = await queryClient.fetchQuery({ ...routeQuery(getWorkflow, { params }), staleTime: 0 })
      return savedDraft(detail)
    },
  }
}

function outcomeOf(error: Error): SaveOutcome {
  if (!(error instanceof ProblemError)) return { as: 'unanswered', error }
  if (error.code === 'flow.draft_changed') return { as: 'changed' }
  const isPassing = PASSING.has(error.status) || error.status >= 500
  return { as: isPassing ? 'unanswered' : 'refused', error }
}
