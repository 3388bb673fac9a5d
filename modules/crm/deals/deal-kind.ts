import type { Context } from '#platform/context.ts'
import { parsePart } from '#platform/http/input.ts'
import type { AnyRecord, RecordKind } from '../record-kind.ts'
import { unflattened } from '../record-values.ts'
import { DealPatch, NewDeal } from './deal-api.ts'
import { changeDeal, createDeal } from './deal-changes.ts'
import { DEAL_RECORD_FIELDS } from './deal-fields.ts'
import { removeDeals, restoreDeals } from './deal-removal.ts'
import { readDeals } from './deal-rows.ts'
import { countDeals, dealIdsMatching, listDeals } from './deals.ts'

/** What lists, imports, bulk edits, merges and undo know of deals. */
export const dealKind: RecordKind = {
  object: 'deal',
  table: 'crm.deals',
  fields: DEAL_RECORD_FIELDS,
  list: listDeals,
  idsMatching: dealIdsMatching,
  countMatching: countDeals,
  read: readKnown,
  create: async (ctx, input, options) =>
    createDeal(ctx, NewDeal.parse(parsePart('body', NewDeal, unflattened(input))), options),
  change: (ctx, id, patch, options) =>
    changeDeal(ctx, id, parsePart('body', DealPatch, unflattened(patch)) ?? {}, options),
  remove: removeDeals,
  restore: restoreDeals,
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
