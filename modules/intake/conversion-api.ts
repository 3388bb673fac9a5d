import { z } from 'zod'
import { Money, NewDeal } from '#modules/crm/contract.ts'
import { Id } from '#platform/contract/fields.ts'
import { defineRoute } from '#platform/contract/route.ts'

export const LeadConversion = NewDeal.omit({
  personId: true,
  companyId: true,
  value: true,
  source: true,
  lostReasonId: true,
  lostNote: true,
})
  .partial({ name: true })
  .extend({
    name: NewDeal.shape.name.optional().describe('The name of the lead when left out.'),
    value: Money.nullable().optional(),
    valueFrom: z
      .string()
      .max(63)
      .optional()
      .describe(
        'The key of the field whose answer is the value, when none is given. Without a sign it is in the currency of the pipeline.',
      ),
  })
  .meta({ id: 'LeadConversion' })
export type LeadConversion = z.output<typeof LeadConversion>

export const convertLead = defineRoute({
  id: 'intake.lead.convert',
  method: 'POST',
  path: '/v1/leads/:leadId/conversion',
  summary: 'Make a lead into a deal',
  description:
    'The deal is with the person of the lead and their company, and belongs to whom the lead belongs. A lead that was made into a deal already answers that one, unless it was deleted. It needs `deals:write` as well.',
  access: 'leads:write',
  params: z.strictObject({ leadId: Id }),
  body: LeadConversion,
  response: z.object({
    dealId: Id,
    isNew: z.boolean().describe('False when the lead was made into this deal before.'),
  }),
  errors: ['crm.stage_asks'],
})
