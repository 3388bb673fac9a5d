/** Routes of acts over all leads that a filter lets through. Browser-safe. */

import { z } from 'zod'
import { Id, PageQuery, pageOf, Timestamp } from '#platform/contract/fields.ts'
import { FILTER_TEXT_MAX } from '#platform/contract/filter.ts'
import { defineRoute } from '#platform/contract/route.ts'

const LeadActStatus = z.enum(['running', 'done', 'failed', 'cancelled', 'undoing', 'undone'])
export type LeadActStatus = z.output<typeof LeadActStatus>

const LeadActKind = z.enum(['move', 'assign', 'delete', 'undo'])
export type LeadActKind = z.output<typeof LeadActKind>

/** Which leads of a workflow an act is done to. */
const LeadSelection = z
  .strictObject({
    status: z.string().max(40).optional().describe('Leads of this column only.'),
    ownerUserId: Id.optional().describe('Leads of this user only.'),
    filter: z.string().max(FILTER_TEXT_MAX).optional().describe('As the board takes it.'),
  })
  .meta({ id: 'LeadSelection' })
export type LeadSelection = z.output<typeof LeadSelection>

const WhatIsDone = z
  .discriminatedUnion('type', [
    z.strictObject({
      type: z.literal('move'),
      status: z.string().max(40).describe('The column they go to, to its top and in the order they have.'),
    }),
    z.strictObject({
      type: z.literal('assign'),
      ownerUserId: Id.nullable().describe('The user they belong to; null for nobody.'),
    }),
    z.strictObject({ type: z.literal('delete') }),
  ])
  .meta({ id: 'WhatIsDoneToLeads' })
export type WhatIsDone = z.output<typeof WhatIsDone>

/** One act over many leads. */
export const LeadAct = z
  .object({
    id: Id,
    workflowId: Id,
    kind: LeadActKind,
    title: z.string(),
    status: LeadActStatus,
    total: z
      .int()
      .describe('How many there were to do when it began; those that were done, once it is over.'),
    done: z.int(),
    failed: z.int().describe('How many were left as they are, with a reason each.'),
    byUserId: Id.nullable().describe('The member who began it; null for programs and the product itself.'),
    mayUndo: z.boolean().describe('Whether it can be taken back now.'),
    undoUntil: Timestamp,
    undoneBy: Id.nullable().describe('The act that takes or took it back.'),
    reason: z.string().nullable().describe('Why it ended before it was done.'),
    createdAt: Timestamp,
    finishedAt: Timestamp.nullable(),
  })
  .meta({ id: 'LeadAct' })
export type LeadAct = z.output<typeof LeadAct>

/** A lead that an act left as it is. */
export const LeadActProblem = z
  .object({
    leadId: Id,
    leadName: z.string().nullable().describe('Null for a lead that is deleted or not in sight.'),
    message: z.string(),
  })
  .meta({ id: 'LeadActProblem' })
export type LeadActProblem = z.output<typeof LeadActProblem>

const OfWorkflow = z.strictObject({ workflowId: Id })
const OneAct = z.strictObject({ leadActId: Id })

export const startLeadAct = defineRoute({
  id: 'intake.lead_act.start',
  method: 'POST',
  path: '/v1/workflows/:workflowId/lead-acts',
  summary: 'Move, assign or delete all leads that a filter lets through',
  description:
    'Up to 100 leads are done before the answer; more by a job that survives restarts and can be stopped. Each lead is done as a whole or not at all, with its event and everything that follows from it, as if it were done alone. Leads that are where they shall be already are not touched, and neither are those that come in after it began. All of it can be taken back as one for 30 days.',
  access: 'leads:write',
  params: OfWorkflow,
  body: z.strictObject({ select: LeadSelection, act: WhatIsDone }),
  response: LeadAct,
  status: 202,
  cost: 20,
  errors: ['intake.too_many_lead_acts'],
  example: { body: { select: { status: 'NEW' }, act: { type: 'move', status: 'CONTACTED' } } },
})

export const listLeadActs = defineRoute({
  id: 'intake.lead_act.list',
  method: 'GET',
  path: '/v1/workflows/:workflowId/lead-acts',
  summary: 'List acts over many leads of a workflow, the newest first',
  description: 'Whoever sees a part of the leads only is shown their own acts.',
  access: 'leads:read',
  params: OfWorkflow,
  query: PageQuery,
  response: pageOf(LeadAct),
})

export const getLeadAct = defineRoute({
  id: 'intake.lead_act.get',
  method: 'GET',
  path: '/v1/lead-acts/:leadActId',
  summary: 'Read one act over many leads and how far it is',
  access: 'leads:read',
  params: OneAct,
  response: LeadAct,
})

export const listLeadActProblems = defineRoute({
  id: 'intake.lead_act.list_problems',
  method: 'GET',
  path: '/v1/lead-acts/:leadActId/problems',
  summary: 'List the leads that an act left as they are, and why',
  access: 'leads:read',
  params: OneAct,
  query: PageQuery,
  response: pageOf(LeadActProblem),
})

export const undoLeadAct = defineRoute({
  id: 'intake.lead_act.undo',
  method: 'POST',
  path: '/v1/lead-acts/:leadActId/undo',
  summary: 'Take an act over many leads back as a whole',
  description:
    'A lead that is still as the act left it goes back to where it was; one that was changed since is left and listed. Answers the act of taking back, which may still be running.',
  access: 'leads:write',
  params: OneAct,
  response: LeadAct,
  status: 202,
  errors: ['intake.lead_act_not_undoable', 'intake.too_many_lead_acts'],
})

export const cancelLeadAct = defineRoute({
  id: 'intake.lead_act.cancel',
  method: 'POST',
  path: '/v1/lead-acts/:leadActId/cancel',
  summary: 'Stop an act over many leads; what it did stays done and can be taken back',
  access: 'leads:write',
  params: OneAct,
  response: LeadAct,
  errors: ['intake.lead_act_not_running'],
})
