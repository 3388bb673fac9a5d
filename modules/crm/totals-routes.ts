import { type Implemented, implement } from '#platform/http/handlers.ts'
import { totalsOf } from './totals/totals.ts'
import { totalCompanies, totalDeals, totalPeople } from './totals-api.ts'

/** What is answered about all records of a list. */
export const totalsRoutes: readonly Implemented[] = [
  implement(totalPeople, (ctx, { query }) => totalsOf(ctx, 'person', query)),
  implement(totalCompanies, (ctx, { query }) => totalsOf(ctx, 'company', query)),
  implement(totalDeals, (ctx, { query }) => totalsOf(ctx, 'deal', query)),
]
