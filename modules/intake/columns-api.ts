import { z } from 'zod'
import { Id, line } from '#platform/contract/fields.ts'
import { defineRoute } from '#platform/contract/route.ts'

export const LeadStatus = z
  .object({
    status: z.string(),
    name: z.string(),
    color: z.enum(['neutral', 'accent', 'info', 'good', 'wait', 'bad']),
    kind: z.enum(['open', 'won', 'lost']),
  })
  .meta({ id: 'LeadStatus' })
export type LeadStatus = z.output<typeof LeadStatus>

const Columns = z.object({
  items: z.array(LeadStatus).describe('From left to right. New leads come in at the first open one.'),
})

const boardPath = z.strictObject({ workflowId: Id })
// A status that is none names no column, so it is no error of its own.
const columnPath = z.strictObject({ workflowId: Id, status: z.string().max(200) })
const Place = z.int().min(0).max(1_000).describe('Where it stands among the others, from 0.')

export const listLeadColumns = defineRoute({
  id: 'intake.lead_column.list',
  method: 'GET',
  path: '/v1/workflows/:workflowId/lead-columns',
  summary: 'List the columns of a board of leads',
  access: 'leads:read',
  params: boardPath,
  response: Columns,
})

export const createLeadColumn = defineRoute({
  id: 'intake.lead_column.create',
  method: 'POST',
  path: '/v1/workflows/:workflowId/lead-columns',
  summary: 'Add a column to a board of leads',
  description:
    'Without a place it goes behind the last one of its kind. Its status is made out of its name and stays.',
  access: 'pipelines:manage',
  params: boardPath,
  body: z.strictObject({
    name: line(60),
    color: LeadStatus.shape.color.default('neutral'),
    kind: LeadStatus.shape.kind.default('open'),
    position: Place.optional(),
  }),
  response: Columns,
  status: 201,
  errors: ['intake.too_many_columns'],
})

export const changeLeadColumn = defineRoute({
  id: 'intake.lead_column.update',
  method: 'PATCH',
  path: '/v1/workflows/:workflowId/lead-columns/:status',
  summary: 'Rename, color or move a column, or change what it means',
  access: 'pipelines:manage',
  params: columnPath,
  body: z.strictObject({
    name: line(60).optional(),
    color: LeadStatus.shape.color.optional(),
    kind: LeadStatus.shape.kind.optional(),
    position: Place.optional(),
  }),
  response: Columns,
  errors: ['intake.column_needed'],
})

export const deleteLeadColumn = defineRoute({
  id: 'intake.lead_column.delete',
  method: 'DELETE',
  path: '/v1/workflows/:workflowId/lead-columns/:status',
  summary: 'Take a column away; its leads go to another one',
  description:
    'Leads that go to another column this way have it in their history, and set off no workflow: it is a change of the board.',
  access: 'pipelines:manage',
  params: columnPath,
  query: z.strictObject({
    moveTo: z.string().max(40).optional().describe('The status of the column its leads go to.'),
  }),
  response: Columns,
  errors: ['intake.column_has_leads', 'intake.column_needed'],
})
