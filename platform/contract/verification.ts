import { z } from 'zod'

/** The name of a header of a delivery, in small letters. */
export const HeaderName = z
  .string()
  .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}$/, 'This is not the name of a header.')
  .transform(name => name.toLowerCase())

/** Where in a delivery a value is: names and places in lists, with dots between. */
export const PayloadPath = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_-]{0,63}(\.[A-Za-z0-9_-]{1,64}){0,7}$/, 'Use a path like order.id.')

/** How a delivery of another system proves where it comes from. */
export const Verification = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('none') }),
  z.strictObject({ type: z.literal('secret_header'), header: HeaderName }),
  z.strictObject({
    type: z.literal('hmac'),
    header: HeaderName,
    algorithm: z.enum(['sha256', 'sha1']).default('sha256'),
    encoding: z.enum(['hex', 'base64']).default('hex'),
    prefix: z.string().max(40).default('').describe('What stands before the signature, such as "sha256=".'),
  }),
  z.strictObject({ type: z.literal('standard_webhooks') }),
  z.strictObject({ type: z.literal('github') }),
  z.strictObject({ type: z.literal('stripe') }),
  z.strictObject({ type: z.literal('calendly') }),
])
export type Verification = z.output<typeof Verification>

/** What senders and we both know: it is compared, or deliveries are signed with it. */
const DeliverySecret = z.string().regex(/^[\x21-\x7e]{8,500}$/, 'Use 8 to 500 visible ASCII characters.')

/** How the secret of deliveries is changed. */
export const SecretChange = z.strictObject({
  secret: DeliverySecret.optional().describe(
    'A secret that the sender has made; one is made here when absent.',
  ),
  keepPreviousHours: z
    .number()
    .int()
    .min(0)
    .max(168)
    .default(0)
    .describe('How long the secret before is accepted as well.'),
})
