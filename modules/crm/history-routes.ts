import { type Implemented, implement } from '#platform/http/handlers.ts'
import { historyOf, provenanceOf } from './history/history.ts'
import * as api from './history-api.ts'

/** What was changed about records, and where their values come from. */
export const historyRoutes: readonly Implemented[] = [
  implement(api.personHistory, (ctx, { params, query }) => historyOf(ctx, 'person', params.personId, query)),
  implement(api.companyHistory, (ctx, { params, query }) =>
    historyOf(ctx, 'company', params.companyId, query),
  ),
  implement(api.dealHistory, (ctx, { params, query }) => historyOf(ctx, 'deal', params.dealId, query)),
  implement(api.personProvenance, async (ctx, { params }) => ({
    items: await provenanceOf(ctx, 'person', params.personId),
  })),
  implement(api.companyProvenance, async (ctx, { params }) => ({
    items: await provenanceOf(ctx, 'company', params.companyId),
  })),
  implement(api.dealProvenance, async (ctx, { params }) => ({
    items: await provenanceOf(ctx, 'deal', params.dealId),
  })),
]
