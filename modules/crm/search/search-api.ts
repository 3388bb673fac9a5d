import { z } from 'zod'
import { Id, Timestamp } from '#platform/contract/fields.ts'
import { defineRoute } from '#platform/contract/route.ts'
import { RecordObject } from '../record-api.ts'

/** What a search finds: records, and what other modules bring to it. */
export const SearchObject = z.enum([...RecordObject.options, 'lead', 'workflow'])
export type SearchObject = z.output<typeof SearchObject>

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
    object: SearchObject,
    id: Id,
    name: z.string(),
    detail: z
      .string()
      .nullable()
      .describe(
        'What tells it from others of its name: title and company, domain, pipeline and stage, or workflow and status.',
      ),
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
      .array(z.object({ object: SearchObject, items: z.array(SearchHit) }))
      .describe(
        'The records with the best answer first, then leads and workflows; in each the best answer first.',
      ),
  })
  .meta({ id: 'SearchAnswer' })
export type SearchAnswer = z.output<typeof SearchAnswer>

/** `person,deal` as a list of objects. */
const Objects = z
  .string()
  .max(100)
  .transform(text => text.split(',').filter(Boolean))
  .pipe(z.array(SearchObject))

export const searchRecords = defineRoute({
  id: 'crm.record.search',
  method: 'GET',
  path: '/v1/search',
  summary: 'Find records of every object, leads and workflows',
  description:
    'By words of a name in any order, also the middle of words; by e-mail address, domain, SIREN, SIRET, phone number in any spelling, or external id. Accents and case do not count. One or two letters find names that begin with them. Leads are found by their person, workflows by their name. Nothing typed answers the records that were active last. Only objects that the caller may read are searched.',
  access: 'people:read',
  query: z.strictObject({
    q: z.string().max(10_000).default('').describe('What to look for; beyond 200 characters it is cut.'),
    objects: Objects.optional().describe('Only these objects, separated by commas.'),
    limit: z.coerce.number().int().min(1).max(50).default(20),
  }),
  response: SearchAnswer,
})
