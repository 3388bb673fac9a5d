import { z } from 'zod'
import { defineEvent } from '#platform/contract/event.ts'
import { Id, line, pageOf, Timestamp } from '#platform/contract/fields.ts'
import { type FilterFields, listQuery } from '#platform/contract/filter.ts'
import { defineRoute } from '#platform/contract/route.ts'
import { customValues, tagList } from '../person-api.ts'
import { day } from '../position-api.ts'
import { DEAL_RELATION_FIELDS } from './deal-relations.ts'
import { Currency, StageType } from './pipeline-api.ts'

/** The most a deal is worth, in minor units: sums of thousands of them stay exact numbers in JSON. */
const VALUE_MAX = 10_000_000_000_000

export const Money = z
  .object({
    amount: z.int().min(0).max(VALUE_MAX).describe('In the smallest unit of the currency, such as cents.'),
    currency: Currency,
  })
  .meta({ id: 'Money', example: { amount: 1_250_000, currency: 'EUR' } })
export type Money = z.output<typeof Money>

const Reference = z.object({ id: Id, name: z.string() })

export const Deal = z
  .object({
    id: Id,
    name: z.string(),
    company: Reference.nullable(),
    companyId: Id.nullable().describe('The id of the company, as a change takes it.'),
    person: Reference.nullable().describe('The person it is with first.'),
    personId: Id.nullable().describe('The id of the person, as a change takes it.'),
    value: Money.nullable(),
    pipelineId: Id,
    stageId: Id,
    stage: z.object({ key: z.string(), name: z.string() }),
    status: StageType.describe('The type of the stage.'),
    probability: z.number().int().describe('In percent: its own, or else that of the stage.'),
    ownProbability: z.number().int().nullable().describe('Null for that of the stage.'),
    expectedCloseOn: z.string().nullable().describe('YYYY-MM-DD'),
    ownerUserId: Id.nullable(),
    lostReason: Reference.nullable(),
    lostReasonId: Id.nullable().describe('The id of the reason, as a change takes it.'),
    lostNote: z.string().nullable(),
    stageEnteredAt: Timestamp,
    rottingDays: z.number().int().nullable().describe('After so many days in the stage it is rotting.'),
    wonAt: Timestamp.nullable(),
    lostAt: Timestamp.nullable(),
    closedAt: Timestamp.nullable(),
    source: z.string().nullable(),
    externalId: z.string().nullable(),
    tags: z.array(z.string()),
    custom: z.record(z.string(), z.unknown()),
    createdAt: Timestamp,
    updatedAt: Timestamp,
  })
  .meta({ id: 'Deal' })
export type Deal = z.output<typeof Deal>

export const StageStay = z
  .object({
    stageId: Id,
    name: z.string(),
    type: StageType,
    enteredAt: Timestamp,
    leftAt: Timestamp.nullable().describe('Null for where it is now.'),
    seconds: z.number().int().describe('How long it was there, or has been until now.'),
    enteredBy: z.object({ type: z.string(), id: z.string().nullable() }).describe('Who moved it there.'),
  })
  .meta({ id: 'StageStay' })
export type StageStay = z.output<typeof StageStay>

export const DealDetail = Deal.extend({
  people: z.array(Reference).describe('Everybody else it is with.'),
  stays: z.array(StageStay).describe('Its way through the stages, the latest first; the last 100.'),
}).meta({ id: 'DealDetail' })
export type DealDetail = z.output<typeof DealDetail>

/** What of a deal can be changed, as `deal.updated` and the history name it. */
export const DEAL_FIELD_KEYS = [
  'name',
  'companyId',
  'personId',
  'peopleIds',
  'value',
  'stageId',
  'probability',
  'expectedCloseOn',
  'ownerUserId',
  'lostReasonId',
  'lostNote',
  'source',
  'externalId',
  'tags',
] as const

const dealFields = {
  companyId: Id.nullable().optional(),
  personId: Id.nullable().optional(),
  peopleIds: z.array(Id).max(50).optional().describe('Everybody else it is with.'),
  value: Money.nullable().optional(),
  stageId: Id.optional(),
  probability: z.int().min(0).max(100).nullable().optional().describe('Null for that of the stage.'),
  expectedCloseOn: day.nullable().optional(),
  ownerUserId: Id.nullable().optional(),
  lostReasonId: Id.nullable().optional(),
  lostNote: z.string().trim().max(2_000).nullable().optional(),
  source: z.string().trim().max(100).nullable().optional(),
  externalId: z.string().trim().max(255).nullable().optional(),
  tags: tagList.optional().describe('Takes the place of all tags.'),
  custom: customValues.optional().describe('Fields of the organization by their keys.'),
}

export const NewDeal = z
  .strictObject({
    name: line(200),
    pipelineId: Id.optional().describe('The first one when neither it nor a stage is named.'),
    ...dealFields,
  })
  .meta({ id: 'NewDeal' })
export type NewDeal = z.output<typeof NewDeal>

export const DealPatch = z
  .strictObject({
    name: line(200).optional(),
    ...dealFields,
    addTags: tagList.optional(),
    removeTags: tagList.optional(),
  })
  .meta({ id: 'DealPatch' })
export type DealPatch = z.output<typeof DealPatch>

/** What a move may bring along, asked for by the stage it goes to. */
export const DealMove = z
  .strictObject({
    stageId: Id,
    below: Id.optional().describe('The deal of that stage it goes under; the top when left out.'),
    lostReasonId: Id.nullable().optional(),
    lostNote: z.string().trim().max(2_000).nullable().optional(),
    fields: DealPatch.omit({ stageId: true, lostReasonId: true, lostNote: true })
      .optional()
      .describe('Changes made in the same act, such as what the stage asks for.'),
  })
  .meta({ id: 'DealMove' })
export type DealMove = z.output<typeof DealMove>

export const DEAL_FIELDS: FilterFields = {
  name: { type: 'text', sort: true },
  value: { type: 'money', sort: true },
  status: { type: 'enum', values: StageType.options },
  pipelineId: { type: 'id' },
  pipeline: { type: 'text' },
  stageId: { type: 'id' },
  stage: { type: 'text' },
  probability: { type: 'number', isWhole: true, sort: true },
  expectedCloseOn: { type: 'date', sort: true },
  ownerUserId: { type: 'id' },
  companyId: { type: 'id' },
  personId: { type: 'id' },
  lostReasonId: { type: 'id' },
  source: { type: 'text' },
  externalId: { type: 'text' },
  tags: { type: 'list' },
  stageEnteredAt: { type: 'time', sort: true },
  wonAt: { type: 'time', sort: true },
  lostAt: { type: 'time', sort: true },
  closedAt: { type: 'time', sort: true },
  createdAt: { type: 'time', sort: true },
  updatedAt: { type: 'time', sort: true },
  ...DEAL_RELATION_FIELDS,
}

const dealParams = z.strictObject({ dealId: Id })

export const listDeals = defineRoute({
  id: 'crm.deal.list',
  method: 'GET',
  path: '/v1/deals',
  summary: 'List deals, the newest first',
  description:
    '`stage` is the key of a stage and `pipeline` the name of a pipeline; `personId` is anybody the deal is with, `person.…` the first of them.',
  access: 'deals:read',
  query: listQuery(DEAL_FIELDS),
  response: pageOf(Deal),
})

export const getDeal = defineRoute({
  id: 'crm.deal.get',
  method: 'GET',
  path: '/v1/deals/:dealId',
  summary: 'Read one deal with its people and its way through the stages',
  access: 'deals:read',
  params: dealParams,
  response: DealDetail,
  versioned: true,
  errors: ['crm.merged'],
})

export const createDeal = defineRoute({
  id: 'crm.deal.create',
  method: 'POST',
  path: '/v1/deals',
  summary: 'Make a deal',
  description: 'Without a stage it begins at the first one; without an owner it belongs to whoever makes it.',
  access: 'deals:write',
  body: NewDeal,
  response: DealDetail,
  status: 201,
  errors: ['crm.stage_asks'],
})

export const changeDeal = defineRoute({
  id: 'crm.deal.update',
  method: 'PATCH',
  path: '/v1/deals/:dealId',
  summary: 'Change a deal',
  description:
    'What is left out stays, null clears. Another stage puts it on top of that column; `crm.stage_asks` names what the stage asks for and is missing.',
  access: 'deals:write',
  params: dealParams,
  body: DealPatch,
  response: DealDetail,
  versioned: true,
  errors: ['crm.stage_asks'],
})

export const moveDeal = defineRoute({
  id: 'crm.deal.move',
  method: 'POST',
  path: '/v1/deals/:dealId/move',
  summary: 'Move a deal to a stage, and to a place in its column',
  description:
    'Answers `crm.stage_asks` when the stage asks for fields or for a lost reason that are missing; its `errors` point at each of them, and `fields`, `lostReasonId` and `lostNote` bring them along.',
  access: 'deals:write',
  params: dealParams,
  body: DealMove,
  response: Deal,
  versioned: true,
  errors: ['crm.stage_asks'],
})

export const deleteDeal = defineRoute({
  id: 'crm.deal.delete',
  method: 'DELETE',
  path: '/v1/deals/:dealId',
  summary: 'Delete a deal; it can be brought back for 90 days',
  access: 'deals:write',
  params: dealParams,
  status: 204,
})

export const restoreDeal = defineRoute({
  id: 'crm.deal.restore',
  method: 'POST',
  path: '/v1/deals/:dealId/restore',
  summary: 'Bring a deleted deal back',
  access: 'deals:write',
  params: dealParams,
  response: Deal,
})

const placed = { dealId: Id, pipelineId: Id, stageId: Id }

export const dealCreated = defineEvent({
  type: 'deal.created',
  version: 1,
  payload: z.strictObject({ ...placed, name: z.string(), status: StageType }),
  summary: 'A deal was made',
})

export const dealUpdated = defineEvent({
  type: 'deal.updated',
  version: 1,
  payload: z.strictObject({ dealId: Id, changed: z.array(z.string()) }),
  summary: 'Something about a deal changed',
})

export const dealStageChanged = defineEvent({
  type: 'deal.stage_changed',
  version: 1,
  payload: z.strictObject({ dealId: Id, pipelineId: Id, from: Id, to: Id, stage: z.string() }),
  summary: 'A deal was moved to another stage',
})

export const dealWon = defineEvent({
  type: 'deal.won',
  version: 1,
  payload: z.strictObject({ ...placed, value: Money.nullable() }),
  summary: 'A deal was won',
})

export const dealLost = defineEvent({
  type: 'deal.lost',
  version: 1,
  payload: z.strictObject({ ...placed, value: Money.nullable(), lostReasonId: Id.nullable() }),
  summary: 'A deal was lost',
})

export const dealDeleted = defineEvent({
  type: 'deal.deleted',
  version: 1,
  payload: z.strictObject({ dealId: Id }),
  summary: 'A deal was deleted',
})

export const dealRestored = defineEvent({
  type: 'deal.restored',
  version: 1,
  payload: z.strictObject({ dealId: Id }),
  summary: 'A deleted deal was brought back',
})
