import { type Implemented, implement } from '#platform/http/handlers.ts'
import { cancelLeadAct, getLeadAct, listLeadActProblems, listLeadActs } from './acts.ts'
import * as api from './lead-acts-api.ts'
import { startLeadAct, undoLeadAct } from './start.ts'

/** What is answered about acts over all leads that a filter lets through. */
export const leadActRoutes: readonly Implemented[] = [
  implement(api.startLeadAct, (ctx, { params, body }) => startLeadAct(ctx, params.workflowId, body)),
  implement(api.listLeadActs, (ctx, { params, query }) => listLeadActs(ctx, params.workflowId, query)),
  implement(api.getLeadAct, (ctx, { params }) => getLeadAct(ctx, params.leadActId)),
  implement(api.listLeadActProblems, (ctx, { params, query }) =>
    listLeadActProblems(ctx, params.leadActId, query),
  ),
  implement(api.undoLeadAct, (ctx, { params }) => undoLeadAct(ctx, params.leadActId)),
  implement(api.cancelLeadAct, (ctx, { params }) => cancelLeadAct(ctx, params.leadActId)),
]
