import { z } from 'zod'
import { defineRoute } from '#platform/contract/route.ts'
import { RecordField, RecordObject } from './record-api.ts'

export const listRecordFields = defineRoute({
  id: 'crm.record_field.list',
  method: 'GET',
  path: '/v1/record-fields',
  summary: 'List the fields of an object: built-in ones, then those of the organization',
  description:
    'What columns, editors, filters and imports are made from. Archived fields are left out. Answered to whoever may see records of the object.',
  access: 'fields:read',
  query: z.strictObject({ object: RecordObject }),
  response: z.object({ items: z.array(RecordField) }),
})
