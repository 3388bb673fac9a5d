import { generalErrors } from '#platform/errors.ts'
import { type Http, type Implemented, implement, type Principal, Versioned } from '#platform/http/handlers.ts'
import * as views from './views/views.ts'
import * as api from './views-api.ts'

/** What is answered about saved views. */
export const viewRoutes: readonly Implemented[] = [
  implement(api.listViews, (ctx, { query }, http) => views.pageOfViews(ctx, callerOf(http), query)),
  implement(api.createView, (ctx, { body }, http) => views.createView(ctx, callerOf(http), body)),
  implement(api.getView, async (ctx, { params }, http) => {
    const { view, version } = await views.getView(ctx, callerOf(http), params.viewId)
    return new Versioned(view, version)
  }),
  implement(api.changeView, async (ctx, { params, body }, http) => {
    const { view, version } = await views.changeView(ctx, callerOf(http), params.viewId, body, http.expected)
    return new Versioned(view, version)
  }),
  implement(api.deleteView, async (ctx, { params }, http) => {
    await views.deleteView(ctx, callerOf(http), params.viewId)
    return undefined
  }),
  implement(api.markView, (ctx, { params, body }, http) =>
    views.markView(ctx, callerOf(http), params.viewId, body),
  ),
]

function callerOf({ principal }: Http): Principal {
  if (!principal) throw generalErrors.not_signed_in()
  return principal
}
