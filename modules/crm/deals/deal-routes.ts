import type { Context } from '#platform/context.ts'
import { type Implemented, implement, Versioned } from '#platform/http/handlers.ts'
import {
  getDealBoard as boardRoute,
  listDealCards as cardsRoute,
  getForecast as forecastRoute,
  getRevenue as revenueRoute,
} from './board-api.ts'
import {
  changeDeal as changeRoute,
  createDeal as createRoute,
  type DealDetail,
  deleteDeal as deleteRoute,
  getDeal as getRoute,
  listDeals as listRoute,
  moveDeal as moveRoute,
  restoreDeal as restoreRoute,
} from './deal-api.ts'
import { getDealBoard, listDealCards } from './deal-board.ts'
import { changeDeal, createDeal, moveDeal } from './deal-changes.ts'
import { deleteDeal, restoreDeal } from './deal-removal.ts'
import { getDeal, listDeals } from './deals.ts'
import { getForecast, monthOf } from './forecast.ts'
import { readRevenue } from './revenue.ts'

/** What the crm module answers about deals over HTTP. */
export const dealRoutes: readonly Implemented[] = [
  implement(listRoute, (ctx, { query }) => listDeals(ctx, query)),
  implement(boardRoute, (ctx, { query }) => getDealBoard(ctx, query)),
  implement(cardsRoute, (ctx, { params, query }) => listDealCards(ctx, { ...params, ...query })),
  implement(forecastRoute, (ctx, { query }) => getForecast(ctx, query)),
  implement(revenueRoute, async (ctx, { query }) => ({
    rows: await readRevenue(ctx, query.from ?? monthOf(ctx.clock.now(), -11), query.months),
  })),
  implement(getRoute, (ctx, { params }) => versionedDeal(ctx, params.dealId)),
  implement(createRoute, async (ctx, { body }) => (await getDeal(ctx, await createDeal(ctx, body))).deal),
  implement(changeRoute, async (ctx, { params, body }, http) => {
    await changeDeal(ctx, params.dealId, body, { expected: http.expected })
    return versionedDeal(ctx, params.dealId)
  }),
  implement(moveRoute, async (ctx, { params, body }, http) => {
    await moveDeal(ctx, params.dealId, body, { expected: http.expected })
    return versionedDeal(ctx, params.dealId)
  }),
  implement(deleteRoute, (ctx, { params }) => deleteDeal(ctx, params.dealId).then(() => undefined)),
  implement(restoreRoute, async (ctx, { params }) => {
    await restoreDeal(ctx, params.dealId)
    return (await getDeal(ctx, params.dealId)).deal
  }),
]

async function versionedDeal(ctx: Context, dealId: string): Promise<Versioned<DealDetail>> {
  const { deal, version } = await getDeal(ctx, dealId)
  return new Versioned(deal, version)
}
