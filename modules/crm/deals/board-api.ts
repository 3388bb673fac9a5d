import { z } from 'zod'
import { Id, pageOf, Timestamp } from '#platform/contract/fields.ts'
import { FILTER_TEXT_MAX } from '#platform/contract/filter.ts'
import { defineRoute } from '#platform/contract/route.ts'
import { Deal } from './deal-api.ts'
import { Currency, Stage } from './pipeline-api.ts'

const filter = z
  .string()
  .max(FILTER_TEXT_MAX)
  .optional()
  .describe('Conditions as in the list of deals; docs/filters.md has the language.')
  .meta({ example: 'value:gt:100000 EUR' })

const Sum = z
  .object({
    currency: Currency,
    amount: z.number().int().describe('The values of the deals, in minor units.'),
    weighted: z.number().int().describe('Each value times its probability, in minor units.'),
  })
  .meta({ id: 'DealSum' })
export type DealSum = z.output<typeof Sum>

export const DealBoardColumn = z
  .object({
    stage: Stage,
    count: z.number().int(),
    sums: z.array(Sum).describe('One for each currency, the largest number of deals first.'),
    deals: z.array(Deal).describe('The first cards, from the top.'),
    nextCursor: z.string().nullable().describe('Where the list of the stage’s deals goes on.'),
  })
  .meta({ id: 'DealBoardColumn' })
export type DealBoardColumn = z.output<typeof DealBoardColumn>

export const DealBoard = z
  .object({
    pipelineId: Id,
    name: z.string(),
    count: z.number().int(),
    columns: z.array(DealBoardColumn),
  })
  .meta({ id: 'DealBoard' })
export type DealBoard = z.output<typeof DealBoard>

export const getDealBoard = defineRoute({
  id: 'crm.deal.board',
  method: 'GET',
  path: '/v1/deals/board',
  summary: 'Read the board of a pipeline: stages with counts, sums and their first deals',
  access: 'deals:read',
  query: z.strictObject({
    pipelineId: Id.optional().describe('The first one when left out.'),
    filter,
    cards: z.coerce.number().int().min(1).max(100).default(25).describe('Deals in each column.'),
  }),
  response: DealBoard,
  cost: 2,
})

export const listDealCards = defineRoute({
  id: 'crm.deal.cards',
  method: 'GET',
  path: '/v1/stages/:stageId/deals',
  summary: 'List the deals of one column of the board, from the top',
  access: 'deals:read',
  params: z.strictObject({ stageId: Id }),
  query: z.strictObject({
    filter,
    limit: z.coerce.number().int().min(1).max(100).default(50),
    cursor: z.string().max(500).optional(),
  }),
  response: pageOf(Deal),
})

export const MONTH = /^(19|20|21)\d\d-(0[1-9]|1[0-2])$/
const Month = z.string().regex(MONTH, 'Write the month as YYYY-MM.').meta({ example: '2026-11' })

/** From this probability on, in percent, an open deal is taken as committed. */
export const COMMITTED_FROM = 75

const ForecastRow = z
  .object({
    month: z.string().nullable().describe('YYYY-MM; null for open deals without a day.'),
    ownerUserId: Id.nullable(),
    currency: Currency,
    wonDeals: z.number().int(),
    won: z.number().int().describe('Of deals won in that month, in minor units, as everything here.'),
    openDeals: z.number().int(),
    open: z.number().int().describe('Of open deals that are expected to close in that month.'),
    weighted: z.number().int().describe('The same, each times its probability.'),
    committed: z
      .number()
      .int()
      .describe(`The part of open deals with a probability of at least ${COMMITTED_FROM} %.`),
  })
  .meta({ id: 'ForecastRow' })
export type ForecastRow = z.output<typeof ForecastRow>

export const getForecast = defineRoute({
  id: 'crm.deal.forecast',
  method: 'GET',
  path: '/v1/deals/forecast',
  summary: 'Read what was won and what is expected, by month, owner and currency',
  description:
    'Months are those of UTC. Open deals whose day has passed are `overdue`, also within this month; those without a day are `undated`.',
  access: 'deals:read',
  query: z.strictObject({
    pipelineId: Id.optional(),
    filter,
    from: Month.optional().describe('The first month; two months ago when left out.'),
    months: z.coerce.number().int().min(1).max(24).default(6),
  }),
  response: z.object({
    months: z.array(z.string()),
    rows: z.array(ForecastRow),
    overdue: z.array(ForecastRow),
    undated: z.array(ForecastRow),
  }),
  cost: 2,
})

const RevenueRow = z
  .object({
    month: z.string().describe('YYYY-MM'),
    pipelineId: Id,
    ownerUserId: Id.nullable(),
    currency: Currency,
    deals: z.number().int(),
    amount: z.number().int().describe('In minor units.'),
  })
  .meta({ id: 'RevenueRow' })

export const getRevenue = defineRoute({
  id: 'crm.deal.revenue',
  method: 'GET',
  path: '/v1/deals/revenue',
  summary: 'Read what won deals brought, by month, pipeline, owner and currency',
  access: 'deals:read',
  query: z.strictObject({
    from: Month.optional().describe('The first month; eleven months ago when left out.'),
    months: z.coerce.number().int().min(1).max(120).default(12),
  }),
  response: z.object({ rows: z.array(RevenueRow) }),
})

const Tally = z.object({
  deals: z.number().int(),
  sums: z.array(z.object({ currency: Currency, amount: z.number().int() })),
})

export const StageSummary = z
  .object({
    stage: Stage,
    count: z.number().int().describe('Deals that are there now.'),
    sums: z.array(Sum),
    left: z.number().int().describe('Deals that left it in the period.'),
    averageSeconds: z.number().int().nullable().describe('How long those were there; null when none left.'),
    advanced: z
      .number()
      .nullable()
      .describe('The part of those, from 0 to 1, that went on to a later open stage or were won.'),
  })
  .meta({ id: 'StageSummary' })

export const getPipelineSummary = defineRoute({
  id: 'crm.pipeline.summary',
  method: 'GET',
  path: '/v1/pipelines/:pipelineId/summary',
  summary: 'Read how a pipeline is doing: counts, sums, time in stages, conversion',
  access: 'deals:read',
  params: z.strictObject({ pipelineId: Id }),
  query: z.strictObject({
    days: z.coerce.number().int().min(1).max(366).default(30).describe('How far back the period goes.'),
  }),
  response: z.object({
    pipelineId: Id,
    since: Timestamp,
    stages: z.array(StageSummary),
    created: Tally,
    won: Tally,
    lost: Tally,
    winRate: z.number().nullable().describe('Won of won and lost in the period, from 0 to 1.'),
  }),
  cost: 2,
})
