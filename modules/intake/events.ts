import { z } from 'zod'
import { defineEvent } from '#platform/contract/event.ts'
import { Id } from '#platform/contract/fields.ts'

export const formSubmitted = defineEvent({
  type: 'form.submitted',
  version: 1,
  payload: z.strictObject({
    formId: Id,
    workflowId: Id,
    leadId: Id,
    personId: Id,
    isNew: z
      .boolean()
      .describe('Whether it made the lead; false when the address was known to the workflow.'),
    answers: z.record(z.string(), z.string()),
  }),
  summary: 'Somebody sent a form',
})

export const formAbandoned = defineEvent({
  type: 'form.abandoned',
  version: 1,
  payload: z.strictObject({
    formId: Id,
    workflowId: Id,
    partialId: Id.describe('The answers that were kept, as long as they are.'),
    email: z.string().nullable().describe('The address, where a whole one was entered.'),
    lastField: z.string().nullable(),
    answered: z.number().int(),
    continueUrl: z
      .string()
      .describe('Opens the form with the answers; for the person who gave them and nobody else.'),
  }),
  summary: 'Somebody left a form half filled in',
})

export const leadCreated = defineEvent({
  type: 'lead.created',
  version: 1,
  payload: z.strictObject({
    leadId: Id,
    workflowId: Id,
    personId: Id,
    email: z.string(),
    name: z.string(),
    status: z.string(),
  }),
  summary: 'A lead entered a workflow',
})

export const leadStatusChanged = defineEvent({
  type: 'lead.status_changed',
  version: 1,
  payload: z.strictObject({ leadId: Id, workflowId: Id, from: z.string(), to: z.string() }),
  summary: 'A lead was moved to another column of the board',
})

export const leadDeleted = defineEvent({
  type: 'lead.deleted',
  version: 1,
  payload: z.strictObject({ leadId: Id, workflowId: Id }),
  summary: 'A lead was deleted',
})

export const leadRestored = defineEvent({
  type: 'lead.restored',
  version: 1,
  payload: z.strictObject({ leadId: Id, workflowId: Id }),
  summary: 'A deleted lead was brought back',
})

const booking = z.strictObject({
  leadId: Id,
  workflowId: Id,
  bookingId: Id,
  title: z.string(),
  startsAt: z.string().nullable(),
  endsAt: z.string().nullable(),
  isMove: z.boolean().describe('Whether it is about one time of a meeting taking the place of another.'),
})

export const bookingCreated = defineEvent({
  type: 'booking.created',
  version: 1,
  payload: booking,
  summary: 'A lead booked a meeting',
})

export const bookingCanceled = defineEvent({
  type: 'booking.canceled',
  version: 1,
  payload: booking,
  summary: 'A lead canceled a meeting',
})

export const leadEmailReceived = defineEvent({
  type: 'lead.email_received',
  version: 1,
  payload: z.strictObject({
    leadId: Id,
    workflowId: Id,
    personId: Id,
    email: z.string(),
    name: z.string(),
    isNew: z
      .boolean()
      .describe('Whether it made the lead; false when the address was known to the workflow.'),
    subject: z.string(),
    text: z.string().describe('Its first 10,000 characters.'),
  }),
  summary: 'A lead sent an e-mail',
})

export const leadAssigned = defineEvent({
  type: 'lead.assigned',
  version: 1,
  payload: z.strictObject({
    leadId: Id,
    workflowId: Id,
    from: Id.nullable().describe('The user who had it.'),
    to: Id.nullable().describe('The user who has it now; null for nobody.'),
  }),
  summary: 'A lead got another owner',
})
