import { type Implemented, implement, implementPublic } from '#platform/http/handlers.ts'
import { getFormAnalytics, reportProgress } from './analytics-api.ts'
import { readFormAnalytics } from './figures.ts'
import { noteProgress } from './showings.ts'

/** What is said and read about how forms are used. */
export const analyticsRoutes: readonly Implemented[] = [
  implement(getFormAnalytics, (ctx, { params, query }) => readFormAnalytics(ctx, params.workflowId, query)),
  implementPublic(reportProgress, async (http, { params, body }) => {
    await noteProgress(http.kit, params.formKey, body, http.address)
    return undefined
  }),
]
