import { z } from 'zod'
import { MAIN_ONLY, NO_FIELDS, type NodeType } from '../node-type.ts'

const headerName = z
  .string()
  .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}$/, 'This is not the name of a header.')
  .transform(name => name.toLowerCase())

const payloadPath = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_-]{0,63}(\.[A-Za-z0-9_-]{1,64}){0,7}$/, 'Use a path like order.id.')

export const webhookConfig = z.strictObject({
  verification: z
    .discriminatedUnion('type', [
      z.strictObject({ type: z.literal('none') }),
      z.strictObject({ type: z.literal('secret_header'), header: headerName }),
      z.strictObject({
        type: z.literal('hmac'),
        header: headerName,
        algorithm: z.enum(['sha256', 'sha1']).default('sha256'),
        encoding: z.enum(['hex', 'base64']).default('hex'),
        prefix: z
          .string()
          .max(40)
          .default('')
          .describe('What stands before the signature, such as "sha256=".'),
      }),
      z.strictObject({ type: z.literal('standard_webhooks') }),
      z.strictObject({ type: z.literal('github') }),
      z.strictObject({ type: z.literal('stripe') }),
    ])
    .default({ type: 'none' })
    .describe('How a delivery proves where it comes from.'),
  reply: z
    .enum(['accepted', 'result'])
    .default('accepted')
    .describe('Whether the sender is answered at once or waits up to 25 seconds for the result of the run.'),
  deduplicateBy: z
    .union([z.strictObject({ header: headerName }), z.strictObject({ path: payloadPath })])
    .optional()
    .describe(
      'Where the delivery says which one it is. The same delivery starts one run, however often it comes.',
    ),
})

export type WebhookConfig = z.output<typeof webhookConfig>
export type Verification = WebhookConfig['verification']

const CHECKED_BY: Readonly<Record<Verification['type'], string>> = {
  none: 'not checked',
  secret_header: 'with a secret header',
  hmac: 'signed',
  standard_webhooks: 'signed by Standard Webhooks',
  github: 'signed by GitHub',
  stripe: 'signed by Stripe',
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
