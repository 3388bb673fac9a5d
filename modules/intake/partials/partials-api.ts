/** The routes of answers that were not sent. Browser-safe. */

import { z } from 'zod'
import { Id, PageQuery, pageOf, Timestamp } from '#platform/contract/fields.ts'
import { defineRoute } from '#platform/contract/route.ts'
import { FieldKey } from '../field-key.ts'
import { ANSWER_MAX } from '../form-definition.ts'

/** Days after the last answer. */
export const PARTIAL_KEPT_DAYS = 30
/** The parameter of a form's address that goes on with what was kept. Keys of fields begin with a letter. */
export const CONTINUE_PARAMETER = '_continue'

const FormPath = z.strictObject({ formKey: z.string().max(200) })
const PageToken = z.string().max(500).describe('The token of the page.')
const PartialAnswer = z.union([
  z.string().max(ANSWER_MAX),
  z.boolean(),
  z.array(z.string().max(ANSWER_MAX)).max(200),
])

export const PartialAnswers = z
  .strictObject({
    token: PageToken,
    agreed: z.literal(true).describe('That the visitor has ticked that answers may be kept.'),
    answers: z
      .record(z.string().max(63), PartialAnswer)
      .describe('All answers until now, as they are; they need not be right. Consents are not kept.'),
    lastField: FieldKey.nullable().default(null).describe('The field that was entered last.'),
  })
  .meta({ id: 'PartialAnswers' })
export type PartialAnswers = z.output<typeof PartialAnswers>

export const keepPartial = defineRoute({
  id: 'intake.partial.keep',
  method: 'PUT',
  path: '/f/:formKey/partial',
  summary: 'Keep answers to a form that is not sent yet',
  description:
    'Only for forms that keep them, and only when whoever writes them has agreed. They replace what was kept of this page; they are forgotten when the form is sent, when the agreement is taken back, and 30 days after the last answer.',
  access: 'public',
  params: FormPath,
  body: PartialAnswers,
  response: z.object({
    continueUrl: z.string().describe('Opens the form with these answers; whoever has it can read them.'),
  }),
  bodyLimit: 262_144,
  errors: [
    'intake.form_closed',
    'intake.page_expired',
    'intake.token_invalid',
    'intake.partials_refused',
    'intake.partial_sent',
    'request.too_many',
  ],
})

export const withdrawPartial = defineRoute({
  id: 'intake.partial.withdraw',
  method: 'POST',
  path: '/f/:formKey/partial/withdrawal',
  summary: 'Forget answers to a form that was not sent',
  access: 'public',
  params: FormPath,
  body: z.strictObject({ token: PageToken }),
  status: 204,
  errors: ['intake.token_invalid', 'request.too_many'],
})

export const PartialSubmission = z
  .object({
    id: Id,
    email: z.string().nullable().describe('The address, once a whole one was entered.'),
    answers: z.array(z.object({ key: z.string(), label: z.string(), value: z.string() })),
    lastField: z.string().nullable(),
    abandoned: z.boolean().describe('Whether nothing was added for half an hour.'),
    savedAt: Timestamp.describe('When an answer was last kept.'),
    createdAt: Timestamp,
    expiresAt: Timestamp,
  })
  .meta({ id: 'PartialSubmission' })
export type PartialSubmission = z.output<typeof PartialSubmission>

const WorkflowPath = z.strictObject({ workflowId: Id })

export const listPartials = defineRoute({
  id: 'intake.partial.list',
  method: 'GET',
  path: '/v1/workflows/:workflowId/form/partials',
  summary: 'List answers that were kept and not sent, the newest first',
  description:
    'Members who see a part of the leads only see none of them: nobody is their owner before they are sent.',
  access: 'leads:read',
  params: WorkflowPath,
  query: PageQuery,
  response: pageOf(PartialSubmission),
})

export const deletePartial = defineRoute({
  id: 'intake.partial.delete',
  method: 'DELETE',
  path: '/v1/workflows/:workflowId/form/partials/:partialId',
  summary: 'Delete answers that were not sent',
  access: 'leads:write',
  params: WorkflowPath.extend({ partialId: Id }),
  status: 204,
})
