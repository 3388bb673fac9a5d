import { z } from 'zod'
import { Id, Timestamp } from '#platform/contract/fields.ts'
import { FILTER_TEXT_MAX } from '#platform/contract/filter.ts'
import { defineRoute } from '#platform/contract/route.ts'
import { RecordObject } from '../record-api.ts'

export const ExportRequest = z
  .strictObject({
    object: RecordObject,
    filter: z
      .string()
      .max(FILTER_TEXT_MAX)
      .optional()
      .describe('As the list takes it; everything without one.'),
    sort: z.string().max(200).optional().describe('As the list takes it.'),
    fields: z
      .array(z.string().max(120))
      .min(1)
      .max(300)
      .optional()
      .describe(
        'Keys of fields in the order of the columns, `custom.<key>` for those of the organization; all without it.',
      ),
    delimiter: z
      .enum([',', ';', '\t'])
      .default(',')
      .describe('With `;` decimals are written with a comma, as spreadsheets in such countries expect.'),
    mark: z
      .boolean()
      .default(false)
      .describe('Begins with a byte order mark, by which Excel sees that the file is UTF-8.'),
  })
  .meta({ id: 'ExportRequest' })
export type ExportRequest = z.output<typeof ExportRequest>

export const Export = z
  .object({
    id: Id,
    object: RecordObject,
    status: z.enum(['running', 'done', 'failed']),
    failure: z.string().nullable(),
    rows: z.number().int().nullable().describe('Of the finished file, its heading left out.'),
    bytes: z.number().int().nullable(),
    sha256: z.string().nullable(),
    createdAt: Timestamp,
    expiresAt: Timestamp.describe('When the file is gone.'),
  })
  .meta({ id: 'Export' })
export type Export = z.output<typeof Export>

const params = z.strictObject({ exportId: Id })

export const createExport = defineRoute({
  id: 'crm.export.create',
  method: 'POST',
  path: '/v1/exports',
  summary: 'Export a list of records as CSV',
  description:
    'Everything that the filter lets through and the caller sees, out of one state of the database. A job writes the file; ask for it until it is `done`. Needs the permission to read the records. Entered into the audit log.',
  access: 'exports:write',
  body: ExportRequest,
  response: Export,
  status: 202,
  cost: 20,
  errors: ['crm.export_unknown_field'],
})

export const getExport = defineRoute({
  id: 'crm.export.get',
  method: 'GET',
  path: '/v1/exports/:exportId',
  summary: 'Read how far an export is, and how many rows it has',
  description: 'Exports are seen by whoever asked for them.',
  access: 'exports:write',
  params,
  response: Export,
})

export const exportFile = defineRoute({
  id: 'crm.export.file',
  method: 'GET',
  path: '/v1/exports/:exportId/file',
  summary: 'Download the file of an export',
  description:
    'CSV in UTF-8 by RFC 4180. Cells that a spreadsheet would run as a formula begin with an apostrophe; numbers and phone numbers in E.164 are written as they are.',
  access: 'exports:write',
  params,
  produces: 'text/csv',
  cost: 5,
  errors: ['crm.export_not_ready'],
})
