/** The route that changes many leads at once, and what it answers. Browser-safe. */

import { z } from 'zod'
import { Id } from '#platform/contract/fields.ts'
import { Problem } from '#platform/contract/problem.ts'
import { defineRoute } from '#platform/contract/route.ts'
import { Lead } from './lead-shape.ts'

const ITEMS_MAX = 1_000

const LeadChange = z
  .strictObject({
    leadId: Id,
    status: z
      .string()
      .max(40)
      .optional()
      .describe('The column it goes to, to the top where `below` is left out.'),
    below: Id.optional().describe('The lead of that column it comes to stand under; with `status` only.'),
    ownerUserId: Id.nullable().optional().describe('The user it belongs to; null for nobody.'),
    deleted: z
      .boolean()
      .optional()
      .describe('True deletes it, false brings a deleted one back before anything else is done with it.'),
    ifMatch: z.string().max(200).optional().describe('The ETag the change is based on.'),
  })
  .refine(
    change => change.status !== undefined || change.ownerUserId !== undefined || change.deleted !== undefined,
    'Say what is to change: status, ownerUserId or deleted.',
  )
  .refine(
    change => change.below === undefined || change.status !== undefined,
    'A place needs its column: send the status too.',
  )
  .refine(
    change => change.deleted !== true || (change.status === undefined && change.ownerUserId === undefined),
    'A lead that is deleted is not changed beside that.',
  )
  .meta({ id: 'LeadChange' })
export type LeadChange = z.output<typeof LeadChange>

const LeadOutcome = z
  .object({
    index: z.int().describe('The place of the item in the request, from 0.'),
    ok: z.boolean(),
    lead: Lead.nullable().describe('As it is now; null when it was not changed.'),
    problem: Problem.nullable().describe('Why it was not changed; `errors` points into the item.'),
  })
  .meta({ id: 'LeadOutcome' })
export type LeadOutcome = z.output<typeof LeadOutcome>

export const changeLeads = defineRoute({
  id: 'intake.lead.change_many',
  method: 'POST',
  path: '/v1/leads/bulk',
  summary: 'Move, assign, delete and bring back many leads',
  description: `At most ${ITEMS_MAX.toLocaleString('en')}, in the order given. Each is changed as a whole or not at all, and one that fails is no obstacle to the others: the answer is 200 and says for each item what became of it.`,
  access: 'leads:write',
  cost: 20,
  body: z.strictObject({ items: z.array(LeadChange).min(1).max(ITEMS_MAX) }),
  response: z.object({
    items: z.array(LeadOutcome).describe('In the order of the request.'),
    changed: z.number().int(),
    failed: z.number().int(),
  }),
  example: {
    body: {
      items: [
        { leadId: '019b0c4e-7a10-7c3e-9f00-3c2f1d4a5b6c', status: 'QUALIFIED' },
        { leadId: '019b0c4e-7a10-7c3e-9f00-3c2f1d4a5b6d', ownerUserId: null },
      ],
    },
  },
})
