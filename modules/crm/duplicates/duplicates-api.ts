import { z } from 'zod'
import { Id, PageQuery, pageOf, Timestamp } from '#platform/contract/fields.ts'
import { defineRoute } from '#platform/contract/route.ts'
import { RecordObject } from '../record-api.ts'

/** Why two records may be one. */
export const DuplicateReason = z.enum([
  'email',
  'phone',
  'domain',
  'number',
  'externalId',
  'linkedin',
  'name',
  'similarName',
  'company',
  'person',
])
export type DuplicateReason = z.output<typeof DuplicateReason>

const Score = z.int().min(1).max(100).describe('How sure it is, of 100.')

const RecordLine = z.object({
  id: Id,
  name: z.string(),
  detail: z.string().nullable(),
  lastActivityAt: Timestamp.nullable(),
})

export const DuplicateCandidate = z
  .object({ object: RecordObject, record: RecordLine, score: Score, reasons: z.array(DuplicateReason) })
  .meta({ id: 'DuplicateCandidate' })
export type DuplicateCandidate = z.output<typeof DuplicateCandidate>

const Value = z.string().max(2_000).nullish()

/** What is being typed; any part of it may be missing or half done. */
export const DuplicateValues = z.strictObject({
  name: Value,
  firstName: Value,
  lastName: Value,
  email: Value,
  phone: Value,
  mobile: Value,
  phones: z.array(z.string().max(100)).max(20).nullish(),
  websiteUrl: Value,
  siren: Value,
  hqSiret: Value,
  externalId: Value,
  company: Value.describe('The name of the company of a person or deal.'),
})
export type DuplicateValues = z.output<typeof DuplicateValues>

export const checkDuplicates = defineRoute({
  id: 'crm.duplicate.check',
  method: 'POST',
  path: '/v1/duplicates/check',
  summary: 'Find records that may be the one being typed',
  description:
    'Writes nothing. Values may be as people type them. Only records that the caller sees are compared.',
  access: 'people:read',
  body: z.strictObject({
    object: RecordObject,
    values: DuplicateValues,
    exceptId: Id.optional().describe('The record itself, when it is there already.'),
  }),
  response: z.object({ candidates: z.array(DuplicateCandidate).describe('At most ten, the surest first.') }),
})

export const DuplicatePair = z
  .object({
    object: RecordObject,
    first: RecordLine,
    second: RecordLine,
    score: Score,
    reasons: z.array(DuplicateReason),
    foundAt: Timestamp,
  })
  .meta({ id: 'DuplicatePair' })
export type DuplicatePair = z.output<typeof DuplicatePair>

export const listDuplicates = defineRoute({
  id: 'crm.duplicate.list',
  method: 'GET',
  path: '/v1/duplicates',
  summary: 'List pairs of records that may be one, the surest first',
  access: 'people:read',
  query: PageQuery.extend({ object: RecordObject.default('person') }),
  response: pageOf(DuplicatePair),
})

const Pair = z.strictObject({ object: RecordObject, firstId: Id, secondId: Id })

export const dismissDuplicate = defineRoute({
  id: 'crm.duplicate.dismiss',
  method: 'POST',
  path: '/v1/duplicates/dismiss',
  summary: 'Say that two records are not the same; they are not shown again',
  access: 'people:write',
  body: Pair,
  response: z.object({ isDismissed: z.boolean() }),
})

export const undismissDuplicate = defineRoute({
  id: 'crm.duplicate.undismiss',
  method: 'POST',
  path: '/v1/duplicates/undismiss',
  summary: 'Take back that two records are not the same',
  access: 'people:write',
  body: Pair,
  response: z.object({ isDismissed: z.boolean() }),
})

export const DuplicateScan = z
  .object({
    object: RecordObject,
    status: z.enum(['never', 'running', 'done']),
    keysDone: z.int(),
    keysTotal: z.int(),
    open: z.int().describe('Pairs that wait, counted up to 1,000.'),
    crowded: z
      .array(z.object({ key: DuplicateReason, value: z.string(), count: z.int() }))
      .describe(
        'Values that too many records share to be compared with each other. Empty for whoever sees a part of the records.',
      ),
    finishedAt: Timestamp.nullable(),
  })
  .meta({ id: 'DuplicateScan' })
export type DuplicateScan = z.output<typeof DuplicateScan>

export const getDuplicateScan = defineRoute({
  id: 'crm.duplicate.get_scan',
  method: 'GET',
  path: '/v1/duplicates/scan',
  summary: 'See how far the search for duplicates is',
  access: 'people:read',
  query: z.strictObject({ object: RecordObject.default('person') }),
  response: DuplicateScan,
})

export const startDuplicateScan = defineRoute({
  id: 'crm.duplicate.start_scan',
  method: 'POST',
  path: '/v1/duplicates/scan',
  summary: 'Look for duplicates among all records of an object',
  description: 'Runs in the background. While one is running, another one is not started.',
  access: 'people:write',
  body: z.strictObject({ object: RecordObject }),
  response: DuplicateScan,
  status: 202,
})
