import type { Context } from '#platform/context.ts'
import { parsePart } from '#platform/http/input.ts'
import { overMatching } from '../matching-records.ts'
import type { RecordField } from '../record-api.ts'
import type { AnyRecord, RecordKind } from '../record-kind.ts'
import { unflattened } from '../record-values.ts'
import { DealPatch, NewDeal } from './deal-api.ts'
import { changeDeal, createDeal } from './deal-changes.ts'
import { DEAL_RECORD_FIELDS } from './deal-fields.ts'
import { removeDeals, restoreDeals } from './deal-removal.ts'
import { readDeals } from './deal-rows.ts'
import { listDeals, matchingDeals } from './deals.ts'
import { listLostReasons } from './lost-reasons.ts'
import { listPipelines } from './pipelines.ts'

/** What lists, imports, bulk edits, merges and undo know of deals. */
export const dealKind: RecordKind = {
  object: 'deal',
  fields: DEAL_RECORD_FIELDS,
  fieldsNow: dealFieldsNow,
  list: listDeals,
  ...overMatching('d', matchingDeals),
  read: readKnown,
  create: async (ctx, input, options) =>
    createDeal(ctx, NewDeal.parse(parsePart('body', NewDeal, unflattened(input))), options),
  change: (ctx, id, patch, options) =>
    changeDeal(ctx, id, parsePart('body', DealPatch, unflattened(patch)) ?? {}, options),
  remove: removeDeals,
  restore: restoreDeals,
}

const TONES = { open: 'info', won: 'good', lost: 'neutral' } as const

/** The fields of a deal with the stages and lost reasons of the organization as what can be chosen. */
async function dealFieldsNow(ctx: Context): Promise<readonly RecordField[]> {
  const [pipelines, reasons] = [await listPipelines(ctx), await listLostReasons(ctx)]
  const stages = pipelines.flatMap(pipeline =>
    pipeline.stages.map(stage => ({
      value: stage.id,
      label: pipelines.length > 1 ? `${pipeline.name}: ${stage.name}` : stage.name,
      color: TONES[stage.type],
    })),
  )
  const options: Readonly<Record<string, RecordField['options']>> = {
    stageId: stages,
    lostReasonId: reasons.map(({ id, name }) => ({ value: id, label: name })),
  }
  return DEAL_RECORD_FIELDS.map(field => {
    const chosen = options[field.key]
    return chosen ? { ...field, options: chosen } : field
  })
}

const PEOPLE = `
  select deal_id, array_agg(person_id order by position, person_id) as ids from crm.deal_people
  where org_id = $1 and deal_id = any($2::uuid[]) group by deal_id`

/** Everything as a change takes it: a probability is the deal's own, and further people are there. */
async function readKnown(ctx: Context, ids: readonly string[]): Promise<ReadonlyMap<string, AnyRecord>> {
  const [deals, people] = await Promise.all([
    readDeals(ctx, ids),
    ctx.db.query<{ deal_id: string; ids: string[] }>(PEOPLE, [ctx.orgId, ids]),
  ])
  const peopleOf = new Map(people.rows.map(row => [row.deal_id, row.ids]))
  return new Map(
    deals.map(deal => [
      deal.id,
      { ...deal, probability: deal.ownProbability, peopleIds: peopleOf.get(deal.id) ?? [] },
    ]),
  )
}
