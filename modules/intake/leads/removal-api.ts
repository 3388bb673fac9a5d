/** Routes that delete leads and bring them back. Browser-safe. */

import { z } from 'zod'
import { Id, PageQuery, pageOf, Timestamp } from '#platform/contract/fields.ts'
import { defineRoute } from '#platform/contract/route.ts'
import { Lead } from '../lead-shape.ts'

const LeadPath = z.strictObject({ leadId: Id })

/** For so many days a deleted lead can be brought back. */
export const LEAD_KEPT_DAYS = 90

export const deleteLead = defineRoute({
  id: 'intake.lead.delete',
  method: 'DELETE',
  path: '/v1/leads/:leadId',
  summary: 'Delete a lead',
  description: `Answers and history stay with it, and it can be brought back for ${LEAD_KEPT_DAYS} days. The person stays. Whoever sends the form again meanwhile becomes a new lead.`,
  access: 'leads:write',
  params: LeadPath,
  status: 204,
  errors: ['request.read_only'],
})

export const restoreLead = defineRoute({
  id: 'intake.lead.restore',
  method: 'POST',
  path: '/v1/leads/:leadId/restore',
  summary: 'Bring a deleted lead back',
  access: 'leads:write',
  params: LeadPath,
  response: Lead,
  errors: ['intake.lead_came_again', 'request.read_only'],
})

export const DeletedLead = Lead.extend({
  deletedAt: Timestamp,
  purgedAt: Timestamp.describe('When it goes for good.'),
}).meta({ id: 'DeletedLead' })
export type DeletedLead = z.output<typeof DeletedLead>

export const listDeletedLeads = defineRoute({
  id: 'intake.deleted_lead.list',
  method: 'GET',
  path: '/v1/workflows/:workflowId/deleted-leads',
  summary: 'List deleted leads that can be brought back, the last one deleted first',
  access: 'leads:read',
  params: z.strictObject({ workflowId: Id }),
  query: PageQuery,
  response: pageOf(DeletedLead),
})
