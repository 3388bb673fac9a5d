import { type Graph, getWorkflow, saveDraft, type WorkflowDetail } from '#modules/flow/contract.ts'
import { call, routeQuery } from '../../../shell/api.ts'
import type { DraftServer, SavedDraft } from '../../../shell/autosave.ts'
import { draftServer } from '../../../shell/draft-server.ts'
import { arrange, isPlaced } from '../canvas/layout.ts'
import { movedTo } from './places.ts'

/** The draft of an answer, placed where nobody has placed it. */
export function savedDraft(detail: WorkflowDetail): SavedDraft<Graph> {
  const { draft, revision, draftSavedBy } = detail
  const graph =
    draft.nodes.length < 2 || isPlaced(draft.nodes) ? draft : movedTo(draft, arrange(draft, 'right').places)
  return { draft: graph, revision, by: draftSavedBy?.name }
}

/** The routes that keep the draft of a workflow; what they answer is shown by the whole page. */
export function workflowServer(workflowId: string): DraftServer<Graph> {
  const params = { workflowId }
  return draftServer<Graph, WorkflowDetail>({
    read: routeQuery(getWorkflow, { params }),
    saveId: saveDraft.id,
    save: (graph, revision, key) =>
      call(saveDraft, { params, body: { graph, revision } }, { idempotencyKey: key }),
    savedOf: savedDraft,
    isChanged: ({ code }) => code === 'flow.draft_changed',
  })
}
