import { z } from 'zod'
import { FILTER_TEXT_MAX } from '#platform/contract/filter.ts'
import { defineRoute } from '#platform/contract/route.ts'

/** So many records are counted one by one; of more it is said that there are more. */
export const COUNTED_MAX = 10_000
/** So many records are added up under a table. */
export const SUMMED_MAX = 100_000

const names = (about: string) => z.string().max(2_000).optional().describe(about)

const TotalsQuery = z.strictObject({
  filter: z.string().max(FILTER_TEXT_MAX).optional().describe('As the list takes it.'),
  fields: names('Fields to add up, with commas between them.').meta({ example: 'score' }),
  by: z.string().max(120).optional().describe('A field of few values, by which the records are counted.'),
})

/** What stands under a column. */
export const ColumnTotal = z
  .object({
    filled: z.int(),
    empty: z.int(),
    sum: z.number().nullable().describe('Of numbers.'),
    average: z.number().nullable().describe('Of numbers, over the filled ones.'),
    sums: z
      .array(z.object({ currency: z.string(), amount: z.number(), filled: z.int() }))
      .nullable()
      .describe('Of amounts, for each currency, in its smallest unit.'),
  })
  .meta({ id: 'ColumnTotal' })
export type ColumnTotal = z.output<typeof ColumnTotal>

export const ListTotals = z
  .object({
    count: z.int().describe(`How many records the filter lets through, counted up to ${COUNTED_MAX}.`),
    isMore: z.boolean().describe('Whether there are more than were counted.'),
    fields: z
      .record(z.string(), ColumnTotal)
      .nullable()
      .describe(`Null when there are more than ${SUMMED_MAX} records to add up.`),
    groups: z
      .array(z.object({ value: z.string().nullable(), count: z.int() }))
      .nullable()
      .describe('The largest first; null without `by`, and when there are too many records.'),
  })
  .meta({ id: 'ListTotals' })
export type ListTotals = z.output<typeof ListTotals>

const SUMMARY = 'Count and add up the'
const description = 'The same records as the list gives under the same filter.'

export const totalPeople = defineRoute({
  id: 'crm.person.totals',
  method: 'GET',
  path: '/v1/people/totals',
  summary: `${SUMMARY} people of a list`,
  description,
  access: 'people:read',
  query: TotalsQuery,
  response: ListTotals,
})

export const totalCompanies = defineRoute({
  id: 'crm.company.totals',
  method: 'GET',
  path: '/v1/companies/totals',
  summary: `${SUMMARY} companies of a list`,
  description,
  access: 'companies:read',
  query: TotalsQuery,
  response: ListTotals,
})

export const totalDeals = defineRoute({
  id: 'crm.deal.totals',
  method: 'GET',
  path: '/v1/deals/totals',
  summary: `${SUMMARY} deals of a list`,
  description,
  access: 'deals:read',
  query: TotalsQuery,
  response: ListTotals,
})
