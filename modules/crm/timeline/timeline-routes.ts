import { type Implemented, implement } from '#platform/http/handlers.ts'
import { readTimeline } from './timeline.ts'
import { getCompanyTimeline, getDealTimeline, getPersonTimeline } from './timeline-api.ts'

/** The routes of timelines. */
export const timelineRoutes: readonly Implemented[] = [
  implement(getPersonTimeline, (ctx, { params, query }) =>
    readTimeline(ctx, 'person', params.personId, query),
  ),
  implement(getCompanyTimeline, (ctx, { params, query }) =>
    readTimeline(ctx, 'company', params.companyId, query),
  ),
  implement(getDealTimeline, (ctx, { params, query }) => readTimeline(ctx, 'deal', params.dealId, query)),
]
