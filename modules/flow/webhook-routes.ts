import { publish } from '#platform/events/publish.ts'
import { Answer, type Http, type Implemented, implement, implementPublic } from '#platform/http/handlers.ts'
import { workflowSignal } from './events.ts'
import { waitForResult } from './run-result.ts'
import * as api from './webhook-api.ts'
import { receiveDelivery } from './webhook-deliveries.ts'
import { getWebhook, rotateSecret } from './webhooks.ts'

const RESULT_WAIT_MS = 25_000

async function deliver(http: Http, hookKey: string, query: unknown): Promise<Answer> {
  const { orgId, runId, reply } = await receiveDelivery(http, hookKey, query)
  if (reply === 'accepted') return receipt(202, { runId, status: 'accepted' })
  const patience = AbortSignal.any([AbortSignal.timeout(RESULT_WAIT_MS), http.closed])
  const ended = await waitForResult(http.kit, { orgId, runId }, patience)
  return ended ? receipt(200, { runId, ...ended }) : receipt(202, { runId, status: 'accepted' })
}

function receipt(status: number, about: api.DeliveryReceipt): Answer {
  const body = JSON.stringify(api.DeliveryReceipt.parse(about))
  return new Answer(status, body, { 'content-type': 'application/json; charset=utf-8' })
}

/** What starts and wakes runs from outside. */
export const webhookRoutes: readonly Implemented[] = [
  implement(api.getWebhook, (ctx, { params }) => getWebhook(ctx, params.workflowId)),
  implement(api.rotateWebhookSecret, (ctx, { params, body }) => rotateSecret(ctx, params.workflowId, body)),
  implement(api.sendSignal, async (ctx, { body }) => {
    const event = await publish(ctx, workflowSignal, {
      subjects: [{ type: 'signal', id: body.key }],
      payload: body,
    })
    return { eventId: event.id }
  }),
  implementPublic(api.postDelivery, (http, { params, query }) => deliver(http, params.hookKey, query)),
  implementPublic(api.putDelivery, (http, { params, query }) => deliver(http, params.hookKey, query)),
]
