/** The routes of what was held back, and of the senders that somebody decided about. Browser-safe. */

import { z } from 'zod'
import { EmailAddress, Id, PageQuery, pageOf, Timestamp } from '#platform/contract/fields.ts'
import { Problem } from '#platform/contract/problem.ts'
import { defineRoute } from '#platform/contract/route.ts'
import { FieldType } from '../form-definition.ts'

const ITEMS_MAX = 200
const QuarantinePath = z.strictObject({ quarantinedId: Id })

export const QuarantinedSubmission = z
  .object({
    id: Id,
    workflowId: Id,
    formId: Id,
    formName: z.string(),
    status: z.enum(['held', 'released']),
    email: z.string().nullable().describe('Null once it was released: the lead has it.'),
    name: z.string().nullable(),
    answers: z
      .array(z.object({ key: z.string(), label: z.string(), type: FieldType, value: z.string() }))
      .describe('In the order of the form; empty once it was released. Of files only how many there are.'),
    reasons: z
      .array(z.object({ code: z.string(), words: z.string(), points: z.number().int() }))
      .describe('Why it was held back, the weightiest first.'),
    points: z.number().int().describe('What the reasons weigh together.'),
    channel: z
      .enum(['script', 'plain', 'program'])
      .describe('Sent by the page, by the page without its script, or by a program without the page.'),
    leadId: Id.nullable().describe('The lead it became.'),
    createdAt: Timestamp,
    expiresAt: Timestamp.describe('When it is deleted for good.'),
  })
  .meta({ id: 'QuarantinedSubmission' })
export type QuarantinedSubmission = z.output<typeof QuarantinedSubmission>

export const listQuarantine = defineRoute({
  id: 'intake.quarantine.list',
  method: 'GET',
  path: '/v1/quarantine',
  summary: 'List the submissions that were held back, the newest first',
  description:
    'What looks as if nobody meant it is no lead and starts nothing until somebody releases it. It is deleted 30 days after it came. Members who see only some leads see none of these.',
  access: 'quarantine:read',
  query: PageQuery.extend({
    workflowId: Id.optional(),
    status: z.enum(['held', 'released']).default('held'),
  }),
  response: pageOf(QuarantinedSubmission),
})

export const countQuarantine = defineRoute({
  id: 'intake.quarantine.count',
  method: 'GET',
  path: '/v1/quarantine/summary',
  summary: 'Count the submissions that are held back',
  access: 'quarantine:read',
  query: z.strictObject({ workflowId: Id.optional() }),
  response: z.object({ held: z.number().int().describe('At most 10,000.') }),
})

export const ReleaseOutcome = z
  .object({ leadId: Id.nullable().describe('Null when that lead was deleted since.'), isNew: z.boolean() })
  .meta({ id: 'ReleaseOutcome' })
export type ReleaseOutcome = z.output<typeof ReleaseOutcome>

export const releaseQuarantined = defineRoute({
  id: 'intake.quarantine.release',
  method: 'POST',
  path: '/v1/quarantine/:quarantinedId/release',
  summary: 'Release a submission that was held back',
  description:
    'It becomes a lead and starts what the form starts, as if it were sent now. Released again, the first lead is the answer.',
  access: 'quarantine:write',
  params: QuarantinePath,
  response: ReleaseOutcome,
  errors: ['intake.form_closed'],
})

export const deleteQuarantined = defineRoute({
  id: 'intake.quarantine.delete',
  method: 'DELETE',
  path: '/v1/quarantine/:quarantinedId',
  summary: 'Delete a submission that was held back',
  access: 'quarantine:write',
  params: QuarantinePath,
  status: 204,
})

export const changeQuarantine = defineRoute({
  id: 'intake.quarantine.change_many',
  method: 'POST',
  path: '/v1/quarantine/bulk',
  summary: 'Release or delete many submissions that were held back',
  description: `At most ${ITEMS_MAX}. One that fails is no obstacle to the others: the answer is 200 and says for each what became of it.`,
  access: 'quarantine:write',
  cost: 20,
  body: z.strictObject({
    act: z.enum(['release', 'delete']),
    ids: z.array(Id).min(1).max(ITEMS_MAX),
  }),
  response: z.object({
    items: z.array(
      z.object({
        index: z.int().describe('The place of the id in the request, from 0.'),
        ok: z.boolean(),
        leadId: Id.nullable().describe('The lead that was made of it.'),
        problem: Problem.nullable(),
      }),
    ),
    changed: z.number().int(),
    failed: z.number().int(),
  }),
  example: { body: { act: 'delete', ids: ['019b0c4e-7a10-7c3e-9f00-3c2f1d4a5b6c'] } },
})

export const SenderKind = z.enum(['email', 'domain', 'network'])
export type SenderKind = z.output<typeof SenderKind>
export const SenderVerdict = z.enum(['block', 'allow'])
export type SenderVerdict = z.output<typeof SenderVerdict>

export const SenderRule = z
  .object({
    id: Id,
    kind: SenderKind,
    value: z
      .string()
      .nullable()
      .describe('Null for a network, of which only a keyed hash is kept, and for somebody who was erased.'),
    verdict: SenderVerdict.describe('Held back whatever they write, or let in whatever they write.'),
    createdBy: Id.nullable().describe('The user who decided.'),
    createdAt: Timestamp,
  })
  .meta({ id: 'SenderRule' })
export type SenderRule = z.output<typeof SenderRule>

export const blockSender = defineRoute({
  id: 'intake.quarantine.block_sender',
  method: 'POST',
  path: '/v1/quarantine/:quarantinedId/block',
  summary: 'Hold back from now on whatever a sender writes',
  description: 'The submission itself stays where it is. A network is an IPv4 address or an IPv6 /64.',
  access: 'quarantine:write',
  params: QuarantinePath,
  body: z.strictObject({ kind: SenderKind }),
  response: SenderRule,
  status: 201,
  errors: ['intake.sender_unknown'],
})

export const listSenderRules = defineRoute({
  id: 'intake.sender_rule.list',
  method: 'GET',
  path: '/v1/sender-rules',
  summary: 'List the senders that somebody decided about, the newest first',
  access: 'quarantine:read',
  query: PageQuery,
  response: pageOf(SenderRule),
})

const Domain = z
  .string()
  .trim()
  .toLowerCase()
  .max(253)
  .regex(/^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/, 'Enter a domain like example.com.')

export const createSenderRule = defineRoute({
  id: 'intake.sender_rule.create',
  method: 'POST',
  path: '/v1/sender-rules',
  summary: 'Hold back or let in whatever a sender writes',
  description:
    'A domain stands for those below it as well. What was decided about the sender before is replaced.',
  access: 'quarantine:write',
  body: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('email'), value: EmailAddress, verdict: SenderVerdict }),
    z.strictObject({ kind: z.literal('domain'), value: Domain, verdict: SenderVerdict }),
  ]),
  response: SenderRule,
  status: 201,
  example: { body: { kind: 'domain', value: 'example.com', verdict: 'block' } },
})

export const deleteSenderRule = defineRoute({
  id: 'intake.sender_rule.delete',
  method: 'DELETE',
  path: '/v1/sender-rules/:senderRuleId',
  summary: 'Judge a sender like everybody again',
  access: 'quarantine:write',
  params: z.strictObject({ senderRuleId: Id }),
  status: 204,
})
