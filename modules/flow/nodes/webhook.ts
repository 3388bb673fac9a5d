import { z } from 'zod'
import { HeaderName, PayloadPath, Verification } from '#platform/contract/verification.ts'
import { MAIN_ONLY, NO_FIELDS, type NodeType } from '../node-type.ts'

export const webhookConfig = z.strictObject({
  verification: Verification.default({ type: 'none' }).describe('How a delivery proves where it comes from.'),
  reply: z
    .enum(['accepted', 'result'])
    .default('accepted')
    .describe('Whether the sender is answered at once or waits up to 25 seconds for the result of the run.'),
  deduplicateBy: z
    .union([z.strictObject({ header: HeaderName }), z.strictObject({ path: PayloadPath })])
    .optional()
    .describe(
      'Where the delivery says which one it is. The same delivery starts one run, however often it comes.',
    ),
})

export type WebhookConfig = z.output<typeof webhookConfig>

const CHECKED_BY: Readonly<Record<Verification['type'], string>> = {
  none: 'not checked',
  secret_header: 'with a secret header',
  hmac: 'signed',
  standard_webhooks: 'signed by Standard Webhooks',
  github: 'signed by GitHub',
  stripe: 'signed by Stripe',
  calendly: 'signed by Calendly',
}

export const webhook: NodeType<WebhookConfig> = {
  type: 'webhook',
  kind: 'trigger',
  title: 'Webhook',
  description: 'Starts a run for every delivery of another system to an address of its own.',
  icon: 'webhook',
  purity: 'pure',
  config: webhookConfig,
  handles: () => MAIN_ONLY,
  summary: config => `When called, ${CHECKED_BY[config.verification.type]}`,
  templates: () => NO_FIELDS,
  conditions: () => NO_FIELDS,
}
