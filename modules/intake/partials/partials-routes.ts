import { type Implemented, implement, implementPublic } from '#platform/http/handlers.ts'
import { readPartials, removePartial } from './partial-list.ts'
import { keepPartialAnswers, withdrawPartialAnswers } from './partials.ts'
import { deletePartial, keepPartial, listPartials, withdrawPartial } from './partials-api.ts'

/** What is kept, forgotten and read of answers that were not sent. */
export const partialRoutes: readonly Implemented[] = [
  implementPublic(keepPartial, async ({ kit, address }, { params, body }) => ({
    continueUrl: await keepPartialAnswers(kit, params.formKey, body, address),
  })),
  implementPublic(withdrawPartial, async ({ kit, address }, { params, body }) => {
    await withdrawPartialAnswers(kit, params.formKey, body.token, address)
    return undefined
  }),
  implement(listPartials, (ctx, { params, query }) => readPartials(ctx, params.workflowId, query)),
  implement(deletePartial, async (ctx, { params }) => {
    await removePartial(ctx, params.workflowId, params.partialId)
    return undefined
  }),
]
