import { type Implemented, implement } from '#platform/http/handlers.ts'
import { copyTemplate, deleteTemplate, getTemplate, listTemplates, makeTemplate } from './templates.ts'
import * as api from './templates-api.ts'

/** Templates of workflows: reading them, beginning with them, making one's own. */
export const templateRoutes: readonly Implemented[] = [
  implement(api.listTemplates, async (ctx, { query }) => ({
    items: await listTemplates(ctx, query.category),
  })),
  implement(api.getTemplate, (ctx, { params }) => getTemplate(ctx, params.templateKey)),
  implement(api.copyTemplate, (ctx, { params, body }) => copyTemplate(ctx, params.templateKey, body)),
  implement(api.makeTemplate, (ctx, { params, body }) => makeTemplate(ctx, params.workflowId, body)),
  implement(api.deleteTemplate, async (ctx, { params }) => {
    await deleteTemplate(ctx, params.templateKey)
    return undefined
  }),
]
