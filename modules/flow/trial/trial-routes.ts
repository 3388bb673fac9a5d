import { type Implemented, implement } from '#platform/http/handlers.ts'
import { listPins, removePin, setPin } from './pins.ts'
import * as api from './trial-api.ts'

/** Trying a draft out before it is published. */
export const trialRoutes: readonly Implemented[] = [
  implement(api.listPins, async (ctx, { params }) => ({ items: await listPins(ctx, params.workflowId) })),
  implement(api.setPin, (ctx, { params, body }) => setPin(ctx, params.workflowId, params.nodeId, body.data)),
  implement(api.removePin, async (ctx, { params }) => {
    await removePin(ctx, params.workflowId, params.nodeId)
    return undefined
  }),
]
