/** The routes of webhooks and signals, and what they answer. Browser-safe. */

import { z } from 'zod'
import { Id, line, Timestamp } from '#platform/contract/fields.ts'
import { defineRoute } from '#platform/contract/route.ts'
import { SecretChange } from '#platform/contract/verification.ts'
import { webhookConfig } from './nodes/webhook.ts'

export const Webhook = z
  .object({
    url: z.string().nullable().describe('Where deliveries go; null until the workflow has a webhook.'),
    verification: webhookConfig.shape.verification.unwrap().nullable(),
    closedBecause: z.string().nullable().describe('Why deliveries start nothing; null when they do.'),
    previousSecretUntil: Timestamp.nullable().describe('How long the secret before this one is accepted.'),
    samples: z
      .array(
        z.object({
          runId: Id,
          at: Timestamp,
          headers: z.record(z.string(), z.unknown()),
          query: z.record(z.string(), z.unknown()),
          body: z.unknown().describe('As runs get it; the beginning of its text when it was cut.'),
          isCut: z.boolean(),
        }),
      )
      .describe('The last deliveries, the newest first.'),
  })
  .meta({ id: 'Webhook' })
export type Webhook = z.output<typeof Webhook>

const WorkflowPath = z.object({ workflowId: Id })

export const getWebhook = defineRoute({
  id: 'flow.webhook.get',
  method: 'GET',
  path: '/v1/workflows/:workflowId/webhook',
  summary: 'Read the address of a workflow and its last deliveries',
  access: 'workflows:read',
  params: WorkflowPath,
  response: Webhook,
})

export const rotateWebhookSecret = defineRoute({
  id: 'flow.webhook.rotate_secret',
  method: 'POST',
  path: '/v1/workflows/:workflowId/webhook/rotate-secret',
  summary: 'Give the webhook of a workflow another secret',
  description:
    'The secret is in this answer and never again. Senders that make the secret themselves give it here. The answer is not kept for repeats with the same Idempotency-Key.',
  access: 'workflows:write',
  params: WorkflowPath,
  body: SecretChange,
  response: z.object({ url: z.string(), secret: z.string() }),
  idempotent: false,
  errors: ['flow.secret_unusable'],
})

export const sendSignal = defineRoute({
  id: 'flow.signal.send',
  method: 'POST',
  path: '/v1/workflow-signals',
  summary: 'Tell workflows that something happened',
  description:
    'Starts the workflows whose trigger is a signal, and wakes the runs that wait for a signal with this key.',
  access: 'workflows:write',
  body: z.strictObject({
    name: line(100),
    key: line(200).describe('What runs wait by, such as the number of an order.'),
    payload: z.json().default(null),
  }),
  response: z.object({ eventId: Id }),
  status: 202,
  bodyLimit: 65_536,
})

/** What a delivery is answered. */
export const DeliveryReceipt = z.object({
  runId: Id,
  status: z.enum(['accepted', 'completed', 'failed', 'cancelled']),
  result: z.unknown().optional().describe('What the run ended with, when the sender waits for it.'),
})
export type DeliveryReceipt = z.output<typeof DeliveryReceipt>

const delivery = {
  summary: 'Deliver to the webhook of a workflow',
  description:
    'JSON, form fields or text up to 256 KB. Answers 202 with the run, or 200 with its result when the webhook is set to wait and the run ends within 25 seconds. A delivery that came before is answered with its run.',
  access: 'public',
  params: z.object({ hookKey: z.string().max(100) }),
  query: z.looseObject({}),
  raw: true,
  bodyLimit: 262_144,
  response: DeliveryReceipt,
  status: 202,
  errors: ['flow.webhook_refused', 'flow.webhook_closed', 'flow.delivery_reused'],
} as const

export const postDelivery = defineRoute({
  ...delivery,
  id: 'flow.delivery.post',
  method: 'POST',
  path: '/hooks/:hookKey',
})
export const putDelivery = defineRoute({
  ...delivery,
  id: 'flow.delivery.put',
  method: 'PUT',
  path: '/hooks/:hookKey',
})
