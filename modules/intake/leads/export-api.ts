/** The route that gives leads as a file. Browser-safe. */

import { z } from 'zod'
import { Id } from '#platform/contract/fields.ts'
import { FILTER_TEXT_MAX } from '#platform/contract/filter.ts'
import { defineRoute } from '#platform/contract/route.ts'

export const exportLeads = defineRoute({
  id: 'intake.lead.export',
  method: 'GET',
  path: '/v1/workflows/:workflowId/leads-export',
  summary: 'Download the leads of a workflow with their answers as CSV',
  description:
    'Everything that the filter lets through and the caller sees, out of one state of the database, the newest first: UTF-8 by RFC 4180, a line for each lead and a column for each field of the form. Fields that are no longer asked have theirs while there are answers to them. Cells that a spreadsheet would run as a formula begin with an apostrophe. The header `row-count` says how many leads there are. Needs the permission to read leads. Entered into the audit log.',
  access: 'exports:write',
  params: z.strictObject({ workflowId: Id }),
  query: z.strictObject({
    filter: z.string().max(FILTER_TEXT_MAX).optional().describe('As the board takes it.'),
    ownerUserId: Id.optional().describe('Leads of this user only.'),
    delimiter: z
      .enum([',', ';', '\t'])
      .default(',')
      .describe('With `;` decimals are written with a comma, as spreadsheets in such countries expect.'),
    mark: z
      .stringbool()
      .default(false)
      .describe('Begins with a byte order mark, by which Excel sees that the file is UTF-8.'),
  }),
  produces: 'text/csv',
  cost: 20,
})
