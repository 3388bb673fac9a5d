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
