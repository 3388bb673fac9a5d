import { z } from 'zod'
import { Id } from '#platform/contract/fields.ts'
import { FILTER_TEXT_MAX } from '#platform/contract/filter.ts'
import { Problem } from '#platform/contract/problem.ts'
import { defineRoute } from '#platform/contract/route.ts'
import { ChangeSet } from './change-sets-api.ts'

/** So many records are done before the answer; more are done by a job. */
export const AT_ONCE_MAX = 100
/** So many records can be named one by one; more are said by a filter. */
const IDS_MAX = 10_000

const Patch = z
  .record(z.string().max(120), z.unknown())
  .describe(
    'What the change of a single record takes: `custom` for fields of the organization, `addTags` and `removeTags` for tags.',
  )

/** What is done to every record of a selection. */
export const BulkAct = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('change'), patch: Patch }),
  z.strictObject({ type: z.literal('delete') }),
  z.strictObject({ type: z.literal('restore') }),
])
export type BulkAct = z.output<typeof BulkAct>

const BulkSelection = z.union([
  z.strictObject({ ids: z.array(Id).min(1).max(IDS_MAX) }),
  z.strictObject({
    filter: z.string().max(FILTER_TEXT_MAX).describe('As the list takes it; empty for every record.'),
  }),
])
export type BulkSelection = z.output<typeof BulkSelection>

const BulkBody = z.strictObject({ select: BulkSelection, act: BulkAct })

const EachBody = z.strictObject({
  items: z
    .array(z.strictObject({ id: Id, patch: Patch }))
    .min(1)
    .max(AT_ONCE_MAX),
})

/** What became of one record. */
export const BulkOutcome = z
  .object({
    index: z.int().describe('Its place among what was sent; for a filter its place in order of ids.'),
    ok: z.boolean(),
    problem: Problem.nullable(),
  })
  .meta({ id: 'BulkOutcome' })
export type BulkOutcome = z.output<typeof BulkOutcome>

export const BulkResult = z
  .object({
    changeSet: ChangeSet.describe('The act: while it is `running` a job goes on with it.'),
    items: z.array(BulkOutcome).describe('One for each record when the act is done already.'),
  })
  .meta({ id: 'BulkResult' })
export type BulkResult = z.output<typeof BulkResult>

const BULK_SUMMARY = 'Change, delete or restore many'
const BULK_WORDS =
  'Up to 100 records are done before the answer, each as a whole or not at all; more by a job that survives restarts and can be stopped. All of it can be taken back as one.'
const EACH_WORDS = 'Each is changed as a whole or not at all. All of it can be taken back as one.'
const errors = ['crm.too_many_acts']

export const bulkPeople = defineRoute({
  id: 'crm.person.bulk',
  method: 'POST',
  path: '/v1/people/bulk',
  summary: `${BULK_SUMMARY} people`,
  description: BULK_WORDS,
  access: 'people:write',
  body: BulkBody,
  response: BulkResult,
  errors,
})

export const bulkCompanies = defineRoute({
  id: 'crm.company.bulk',
  method: 'POST',
  path: '/v1/companies/bulk',
  summary: `${BULK_SUMMARY} companies`,
  description: BULK_WORDS,
  access: 'companies:write',
  body: BulkBody,
  response: BulkResult,
  errors,
})

export const bulkDeals = defineRoute({
  id: 'crm.deal.bulk',
  method: 'POST',
  path: '/v1/deals/bulk',
  summary: `${BULK_SUMMARY} deals`,
  description: BULK_WORDS,
  access: 'deals:write',
  body: BulkBody,
  response: BulkResult,
  errors,
})

export const changePeople = defineRoute({
  id: 'crm.person.change_each',
  method: 'PATCH',
  path: '/v1/people',
  summary: 'Change several people, each in its own way',
  description: EACH_WORDS,
  access: 'people:write',
  body: EachBody,
  response: BulkResult,
})

export const changeCompanies = defineRoute({
  id: 'crm.company.change_each',
  method: 'PATCH',
  path: '/v1/companies',
  summary: 'Change several companies, each in its own way',
  description: EACH_WORDS,
  access: 'companies:write',
  body: EachBody,
  response: BulkResult,
})

export const changeDeals = defineRoute({
  id: 'crm.deal.change_each',
  method: 'PATCH',
  path: '/v1/deals',
  summary: 'Change several deals, each in its own way',
  description: EACH_WORDS,
  access: 'deals:write',
  body: EachBody,
  response: BulkResult,
})
