import { z } from 'zod'
import { Id, Timestamp } from '#platform/contract/fields.ts'
import { defineRoute } from '#platform/contract/route.ts'
import { RecordObject } from '../record-api.ts'

/** What of a record was found by a search. */
export const FoundBy = z.enum([
  'name',
  'email',
  'phone',
  'domain',
  'number',
  'externalId',
  'company',
  'person',
])

export const SearchHit = z
  .object({
    object: RecordObject,
    id: Id,
    name: z.string(),
    detail: z
      .string()
      .nullable()
      .describe('What tells it from others of its name: title and company, domain, or pipeline and stage.'),
    by: FoundBy.describe('What answered the search.'),
    value: z
      .string()
      .nullable()
      .describe('The value that answered, in small letters without accents; null where it is the name.'),
    lastActivityAt: Timestamp.nullable(),
  })
  .meta({ id: 'SearchHit' })
export type SearchHit = z.output<typeof SearchHit>

export const SearchAnswer = z
  .object({
    words: z
      .array(z.string())
      .describe('What was looked for, as it was compared: small letters, no accents.'),
    groups: z
      .array(z.object({ object: RecordObject, items: z.array(SearchHit) }))
      .describe('The object with the best answer first, in each the best answer first.'),
  })
  .meta({ id: 'SearchAnswer' })
export type SearchAnswer = z.output<typeof SearchAnswer>

/** `person,deal` as a list of objects. */
const Objects = z
  .string()
  .max(100)
  .transform(text => text.split(',').filter(Boolean))
  .pipe(z.array(RecordObject))

export const searchRecords = defineRoute({
  id: 'crm.record.search',
  method: 'GET',
  path: '/v1/search',
  summary: 'Find records of every object',
  description:
    'By words of a name in any order, also the middle of words; by e-mail address, domain, SIREN, SIRET, phone number in any spelling, or external id. Accents and case do not count. One or two letters find names that begin with them. Nothing typed answers what was active last. Only objects that the caller may read are searched.',
  access: 'people:read',
  query: z.strictObject({
    q: z.string().max(10_000).default('').describe('What to look for; beyond 200 characters it is cut.'),
    objects: Objects.optional().describe('Only these objects, separated by commas.'),
    limit: z.coerce.number().int().min(1).max(50).default(20),
  }),
  response: SearchAnswer,
})
