import type { Context } from '#platform/context.ts'
import { seenCondition } from '#platform/owned.ts'
import { COMMITTED_FROM, type ForecastRow } from './board-api.ts'
import { dealConditions } from './deal-fields.ts'

const PROBABILITY = 'coalesce(d.probability, s.probability)'

// Open deals by the month of their day, won ones by the month they were won in.
const FORECAST = (conditions: string) => `
  select case when d.status = 'won' then to_char(d.won_at at time zone 'UTC', 'YYYY-MM') else to_char(d.expected_close_on, 'YYYY-MM') end
      as month,
    d.status = 'open' and d.expected_close_on < (now() at time zone 'UTC')::date as is_overdue,
    d.owner_user_id, d.currency,
    count(*) filter (where d.status = 'won')::int as won_deals,
    coalesce(sum(d.value) filter (where d.status = 'won'), 0) as won,
    count(*) filter (where d.status = 'open')::int as open_deals,
    coalesce(sum(d.value) filter (where d.status = 'open'), 0) as open,
    coalesce(round(sum(d.value * ${PROBABILITY}) filter (where d.status = 'open') / 100), 0) as weighted,
    coalesce(sum(d.value) filter (where d.status = 'open' and ${PROBABILITY} >= ${COMMITTED_FROM}), 0) as committed
  from crm.deals d join crm.stages s on s.org_id = $1 and s.id = d.stage_id
  where d.org_id = $1 and d.deleted_at is null and d.currency is not null
    and ($2::uuid is null or d.pipeline_id = $2)
    and (
      (d.status = 'won' and d.won_at >= $3::date::timestamp at time zone 'UTC' and d.won_at < $4::date::timestamp at time zone 'UTC')
      or (d.status = 'open' and (d.expected_close_on is null or d.expected_close_on < $4::date))
    )${conditions}
  group by 1, 2, 3, 4
  order by 1, 3, 4`

interface Row {
  month: string | null
  is_overdue: boolean | null
  owner_user_id: string | null
  currency: string
  won_deals: number
  won: string
  open_deals: number
  open: string
  weighted: string
  committed: string
}

export interface ForecastQuery {
  readonly pipelineId?: string | undefined
  readonly filter?: string | undefined
  readonly from?: string | undefined
  readonly months: number
}

export interface Forecast {
  readonly months: string[]
  readonly rows: ForecastRow[]
  readonly overdue: ForecastRow[]
  readonly undated: ForecastRow[]
}

/** What was won and what is expected, by month, owner and currency. Deals without a value do not count. Throws `request.invalid`. */
export async function getForecast(ctx: Context, query: ForecastQuery): Promise<Forecast> {
  const months = monthsFrom(query.from ?? monthOf(ctx.clock.now(), -2), query.months + 1)
  const [first = '', end = ''] = [months[0], months.at(-1)]
  const seen = seenCondition(ctx, 'deal', 'd', 5)
  const own = [ctx.orgId, query.pipelineId ?? null, `${first}-01`, `${end}-01`, ...seen.values]
  const given = await dealConditions(ctx, query.filter, own)
  const found = await ctx.db.queryOnce<Row>(FORECAST(`${seen.sql}${given.sql}`), given.values)
  const isInside = ({ month }: Row) => month !== null && month >= first
  return {
    months: months.slice(0, -1),
    rows: found.rows.filter(row => row.is_overdue !== true && isInside(row)).map(rowOf),
    overdue: found.rows.filter(row => row.is_overdue === true).map(rowOf),
    undated: found.rows.filter(row => row.month === null).map(rowOf),
  }
}

function rowOf(row: Row): ForecastRow {
  return {
    month: row.month,
    ownerUserId: row.owner_user_id,
    currency: row.currency,
    wonDeals: row.won_deals,
    won: Number(row.won),
    openDeals: row.open_deals,
    open: Number(row.open),
    weighted: Number(row.weighted),
    committed: Number(row.committed),
  }
}

/** The month of an instant in UTC as `YYYY-MM`, or one some months later. */
export function monthOf(at: Date, later = 0): string {
  return new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + later, 1)).toISOString().slice(0, 7)
}

function monthsFrom(first: string, count: number): string[] {
  const at = new Date(`${first}-01T00:00:00Z`)
  return Array.from({ length: count }, (_, index) => monthOf(at, index))
}
