import { z } from 'zod'
import { line } from '#platform/contract/fields.ts'
import { defineRoute } from '#platform/contract/route.ts'
import { BulkResult } from '../bulk-api.ts'
import { RecordObject } from '../record-api.ts'

/** So many tagged records are looked at, the newest first. */
export const TAGGED_MAX = 100_000
/** So many tags are answered, the most used first. */
export const TAGS_MAX = 200

export const TagUse = z
  .object({ tag: z.string(), count: z.int().describe('How many records have it.') })
  .meta({ id: 'TagUse' })
export type TagUse = z.output<typeof TagUse>

export const listTags = defineRoute({
  id: 'crm.tag.list',
  method: 'GET',
  path: '/v1/tags',
  summary: 'List the tags in use, the most used first',
  description: `At most ${TAGS_MAX}, out of the newest ${TAGGED_MAX} tagged records. Spellings that differ in case alone are one tag, in the spelling most records have. Needs the permission to read records of the object.`,
  access: 'views:read',
  query: z.strictObject({
    object: RecordObject,
    search: z
      .string()
      .trim()
      .max(100)
      .optional()
      .describe('A part of the tag, in any case and without accents.'),
  }),
  response: z.object({ items: z.array(TagUse) }),
})

export const renameTag = defineRoute({
  id: 'crm.tag.rename',
  method: 'POST',
  path: '/v1/tags/rename',
  summary: 'Rename a tag, or merge it into another one',
  description:
    'On every record of the object that has it, in any case; as one act that can be taken back. Needs the permission to change records of the object.',
  access: 'changes:write',
  body: z.strictObject({ object: RecordObject, from: line(100), to: line(100) }),
  response: BulkResult,
  errors: ['crm.too_many_acts'],
})
