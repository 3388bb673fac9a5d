/** The other ways in: webhooks of other systems and Calendly. Browser-safe. */

import { z } from 'zod'
import { Id, line, PageQuery, pageOf, Timestamp } from '#platform/contract/fields.ts'
import { defineRoute } from '#platform/contract/route.ts'
import { HeaderName, PayloadPath, SecretChange, Verification } from '#platform/contract/verification.ts'
import { FieldKey } from '../field-key.ts'

export const SourceKind = z.enum(['webhook', 'calendly'])
export type SourceKind = z.output<typeof SourceKind>

export const SourceMapping = z
  .strictObject({
    email: PayloadPath.describe('Where the e-mail address is: it is who the lead is.'),
    name: PayloadPath.nullable().default(null),
    phone: PayloadPath.nullable().default(null),
    answers: z
      .record(FieldKey, PayloadPath)
      .refine(answers => Object.keys(answers).length <= 100, 'Use at most 100 fields.')
      .default({})
      .describe('Where the answers to the fields of the form are, by the keys of the fields.'),
  })
  .meta({ id: 'SourceMapping' })
export type SourceMapping = z.output<typeof SourceMapping>

export const WebhookSourceSettings = z.strictObject({
  verification: Verification.default({ type: 'none' }).describe(
    'How a delivery proves where it comes from. The address itself is a secret of 192 bits.',
  ),
  deduplicateBy: z
    .union([z.strictObject({ header: HeaderName }), z.strictObject({ path: PayloadPath })])
    .nullable()
    .default(null)
    .describe(
      'Where a delivery says which one it is. The same delivery counts once, however often it comes.',
    ),
  mapping: SourceMapping.nullable().default(null).describe('Null keeps deliveries until there is a mapping.'),
  startsRuns: z
    .boolean()
    .default(true)
    .describe('Whether a lead of this source starts the workflow as one who sends the form does.'),
})
export type WebhookSourceSettings = z.output<typeof WebhookSourceSettings>

const Column = z.string().max(40).nullable()
export const CalendlySourceSettings = z.strictObject({
  bookedStatus: Column.default('BOOKED').describe(
    'The column a lead goes to when it books; null leaves it where it is. A lead that is won stays.',
  ),
  canceledStatus: Column.default('NEW').describe(
    'The column it goes back to when it cancels and is still in the column of bookings; null leaves it.',
  ),
})
export type CalendlySourceSettings = z.output<typeof CalendlySourceSettings>

export const CalendlyConnection = z
  .object({
    scope: z
      .enum(['user', 'organization'])
      .describe('Whose bookings come: those of whoever made the token, or of everybody there.'),
    account: z.string().describe('Who made the token, as Calendly calls them.'),
    problem: z.string().nullable().describe('Why bookings do not come; null while they do.'),
    checkedAt: Timestamp.describe('When Calendly was last asked.'),
  })
  .meta({ id: 'CalendlyConnection' })
export type CalendlyConnection = z.output<typeof CalendlyConnection>

export const Source = z
  .object({
    id: Id,
    workflowId: Id,
    kind: SourceKind,
    name: z.string(),
    url: z
      .string()
      .describe('Where deliveries go. Whoever knows the address of an unsigned source can deliver to it.'),
    isEnabled: z.boolean(),
    webhook: WebhookSourceSettings.nullable().describe('For a webhook.'),
    calendly: CalendlySourceSettings.nullable().describe('For Calendly.'),
    connection: CalendlyConnection.nullable().describe(
      'The account of Calendly that this source is connected with; null where its subscription is made by hand.',
    ),
    previousSecretUntil: Timestamp.nullable().describe('How long the secret before this one is accepted.'),
    deliveries: z.object({
      waiting: z.number().int(),
      unmapped: z.number().int(),
      done: z.number().int(),
      ignored: z.number().int(),
      failed: z.number().int(),
      lastAt: Timestamp.nullable(),
    }),
    createdAt: Timestamp,
    updatedAt: Timestamp,
  })
  .meta({ id: 'LeadSource' })
export type Source = z.output<typeof Source>

const WorkflowPath = z.strictObject({ workflowId: Id })
const SourcePath = z.strictObject({ leadSourceId: Id })
const DeliveryPath = z.strictObject({ leadDeliveryId: Id })

export const SourceDraft = z.strictObject({
  kind: SourceKind,
  name: line(),
  webhook: WebhookSourceSettings.optional(),
  calendly: CalendlySourceSettings.optional(),
})
export type SourceDraft = z.output<typeof SourceDraft>

export const SourceChanges = z
  .strictObject({
    name: line().optional(),
    isEnabled: z.boolean().optional(),
    webhook: WebhookSourceSettings.optional(),
    calendly: CalendlySourceSettings.optional(),
  })
  .refine(body => Object.keys(body).length > 0, 'Say what to change.')
export type SourceChanges = z.output<typeof SourceChanges>

export const listSources = defineRoute({
  id: 'intake.source.list',
  method: 'GET',
  path: '/v1/workflows/:workflowId/lead-sources',
  summary: 'List the other ways for leads to come into a workflow',
  access: 'forms:read',
  params: WorkflowPath,
  response: z.object({ items: z.array(Source) }),
})

export const createSource = defineRoute({
  id: 'intake.source.create',
  method: 'POST',
  path: '/v1/workflows/:workflowId/lead-sources',
  summary: 'Make a way for leads to come into a workflow',
  description:
    'A source fills in the form of the workflow, which has to be there; it may be a draft. A workflow has at most 20 sources.',
  access: 'forms:write',
  params: WorkflowPath,
  body: SourceDraft,
  response: Source,
  status: 201,
  errors: ['intake.too_many_sources'],
})

export const getSource = defineRoute({
  id: 'intake.source.get',
  method: 'GET',
  path: '/v1/lead-sources/:leadSourceId',
  summary: 'Read a source of leads',
  access: 'forms:read',
  params: SourcePath,
  response: Source,
  versioned: true,
})

export const changeSource = defineRoute({
  id: 'intake.source.change',
  method: 'PATCH',
  path: '/v1/lead-sources/:leadSourceId',
  summary: 'Change a source of leads',
  description:
    'Settings are replaced whole. With the first mapping, what was kept until then is looked at again by itself.',
  access: 'forms:write',
  params: SourcePath,
  body: SourceChanges,
  response: Source,
  versioned: true,
})

export const deleteSource = defineRoute({
  id: 'intake.source.delete',
  method: 'DELETE',
  path: '/v1/lead-sources/:leadSourceId',
  summary: 'Delete a source of leads',
  description: 'Its address and the log of its deliveries go at once; the leads stay.',
  access: 'forms:write',
  params: SourcePath,
})

export const rotateSourceSecret = defineRoute({
  id: 'intake.source.rotate_secret',
  method: 'POST',
  path: '/v1/lead-sources/:leadSourceId/rotate-secret',
  summary: 'Give a source of leads another secret',
  description:
    'The secret is in this answer and never again. A signing key that the sender has made is given here. The answer is not kept for repeats with the same Idempotency-Key.',
  access: 'forms:write',
  params: SourcePath,
  body: SecretChange,
  response: z.object({ url: z.string(), secret: z.string() }),
  idempotent: false,
  errors: ['intake.source_secret_unusable', 'intake.calendly_connected'],
})

export const connectCalendly = defineRoute({
  id: 'intake.source.connect_calendly',
  method: 'PUT',
  path: '/v1/lead-sources/:leadSourceId/calendly',
  summary: 'Connect a source with an account of Calendly',
  description:
    'Makes the subscription there, with a signing key of its own, in place of any that leads to the same address. The token is kept encrypted and never shown again. Bookings are looked after every six hours, and a subscription that Calendly ended is made again. The answer is not kept for repeats with the same Idempotency-Key.',
  access: 'forms:write',
  params: SourcePath,
  body: z.strictObject({
    token: z
      .string()
      .trim()
      .regex(/^[\x21-\x7e]{20,4000}$/, 'A personal access token has at least 20 characters and no spaces.')
      .meta({ description: 'A personal access token of Calendly.', example: 'the-personal-access-token' }),
    scope: z.enum(['user', 'organization']).default('user'),
  }),
  response: Source,
  idempotent: false,
  errors: [
    'intake.calendly_token',
    'intake.calendly_plan',
    'intake.calendly_not_allowed',
    'intake.calendly_address',
    'intake.calendly_silent',
  ],
})

export const checkCalendly = defineRoute({
  id: 'intake.source.check_calendly',
  method: 'POST',
  path: '/v1/lead-sources/:leadSourceId/calendly/check',
  summary: 'Ask Calendly whether bookings still come',
  description: 'Makes the subscription again where Calendly has ended it.',
  access: 'forms:write',
  params: SourcePath,
  response: Source,
})

export const disconnectCalendly = defineRoute({
  id: 'intake.source.disconnect_calendly',
  method: 'DELETE',
  path: '/v1/lead-sources/:leadSourceId/calendly',
  summary: 'Disconnect a source from Calendly',
  description:
    'The subscription there ends, and the token is forgotten. `anyway` forgets it also while Calendly does not answer: it ends the subscription by itself within days.',
  access: 'forms:write',
  params: SourcePath,
  query: z.strictObject({ anyway: z.stringbool().default(false) }),
  errors: ['intake.calendly_silent'],
})

export const DeliveryStatus = z.enum(['waiting', 'unmapped', 'done', 'ignored', 'failed'])
export type DeliveryStatus = z.output<typeof DeliveryStatus>

const MappingProblem = z.object({
  field: z.string().describe('`email`, or the key of a field of the form.'),
  message: z.string(),
})

export const LeadDelivery = z
  .object({
    id: Id,
    status: DeliveryStatus,
    outcome: z.string().describe('What came of it, in one sentence.'),
    problems: z.array(MappingProblem).describe('Answers that could not be used, and why.'),
    leadId: Id.nullable(),
    attempts: z.number().int(),
    createdAt: Timestamp,
  })
  .meta({ id: 'LeadDelivery' })
export type LeadDelivery = z.output<typeof LeadDelivery>

export const LeadDeliveryDetail = LeadDelivery.extend({
  headers: z.record(z.string(), z.unknown()),
  query: z.record(z.string(), z.unknown()),
  body: z.unknown(),
}).meta({ id: 'LeadDeliveryDetail' })
export type LeadDeliveryDetail = z.output<typeof LeadDeliveryDetail>

export const listLeadDeliveries = defineRoute({
  id: 'intake.source_delivery.list',
  method: 'GET',
  path: '/v1/lead-sources/:leadSourceId/deliveries',
  summary: 'List what came in by a source, the newest first',
  description:
    'Deliveries are kept for 30 days, and of those that are settled the newest 2,000. One who sees only some leads sees the deliveries of these.',
  access: 'leads:read',
  params: SourcePath,
  query: PageQuery.extend({ status: DeliveryStatus.optional() }),
  response: pageOf(LeadDelivery),
})

export const getLeadDelivery = defineRoute({
  id: 'intake.source_delivery.get',
  method: 'GET',
  path: '/v1/lead-deliveries/:leadDeliveryId',
  summary: 'Read a delivery with its content',
  access: 'leads:read',
  params: DeliveryPath,
  response: LeadDeliveryDetail,
})

export const retryLeadDelivery = defineRoute({
  id: 'intake.source_delivery.retry',
  method: 'POST',
  path: '/v1/lead-deliveries/:leadDeliveryId/retry',
  summary: 'Look at a delivery again',
  description: 'With the mapping as it is now. A delivery that has made or met a lead is not taken twice.',
  access: 'leads:write',
  params: DeliveryPath,
  response: LeadDelivery,
  status: 202,
})

export const retryLeadDeliveries = defineRoute({
  id: 'intake.source_delivery.retry_all',
  method: 'POST',
  path: '/v1/lead-sources/:leadSourceId/retry',
  summary: 'Look at everything of a source again that failed or has waited for a mapping',
  access: 'leads:write',
  params: SourcePath,
  response: z.object({ count: z.number().int() }),
  status: 202,
})

export const MappedLead = z
  .object({
    email: z.string().nullable(),
    name: z.string().nullable(),
    answers: z.record(z.string(), z.string()),
    problems: z.array(MappingProblem),
  })
  .meta({ id: 'MappedLead' })
export type MappedLead = z.output<typeof MappedLead>

export const previewMapping = defineRoute({
  id: 'intake.source.preview',
  method: 'POST',
  path: '/v1/lead-deliveries/:leadDeliveryId/preview',
  summary: 'See what a mapping makes of a delivery',
  description: 'Changes nothing.',
  access: 'leads:read',
  params: DeliveryPath,
  body: z.strictObject({ mapping: SourceMapping }),
  response: MappedLead,
  idempotent: false,
})

export const SourceReceipt = z.object({ deliveryId: Id, isNew: z.boolean() })

export const postSourceDelivery = defineRoute({
  id: 'intake.source.deliver',
  method: 'POST',
  path: '/in/:sourceKey',
  summary: 'Deliver to a source of leads',
  description:
    'JSON, form fields or text up to 256 KB. Answered once the delivery is stored; what becomes of it stands in the log of the source. A delivery that came before is answered with its id.',
  access: 'public',
  params: z.object({ sourceKey: z.string().max(100) }),
  query: z.looseObject({}),
  raw: true,
  bodyLimit: 262_144,
  response: SourceReceipt,
  status: 202,
  errors: ['intake.delivery_refused', 'intake.source_closed'],
})
