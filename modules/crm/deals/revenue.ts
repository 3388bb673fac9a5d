import { forEachOrganization } from '#modules/iam/index.ts'
import type { Context, Kit } from '#platform/context.ts'
import { newId } from '#platform/ids.ts'
import type { DealState } from './deal-state.ts'

/** A deal as far as revenue looks at it. */
export interface Earning {
  readonly state: Pick<DealState, 'pipelineId' | 'ownerUserId' | 'value'>
  /** Null unless it is won. */
  readonly wonAt: Date | null
}

interface Entry {
  readonly month: string
  readonly pipelineId: string
  readonly ownerUserId: string | null
  readonly currency: string
  readonly deals: number
  readonly amount: number
}

const INSERT = `
  insert into crm.revenue_entries (org_id, id, month, pipeline_id, owner_user_id, currency, deals, amount)
  select $1, e.id, e.month, e.pipeline_id, e.owner_user_id, e.currency, e.deals, e.amount
  from unnest($2::uuid[], $3::date[], $4::uuid[], $5::uuid[], $6::text[], $7::int[], $8::bigint[])
    as e (id, month, pipeline_id, owner_user_id, currency, deals, amount)`

/** A deal before and after it was written; null where it is not there or not counted. */
export interface EarningChange {
  readonly before: Earning | null
  readonly after: Earning | null
}

/**
 * Writes what changes about revenue when deals become others: what they brought is taken away and what they bring is added. Nobody waits
 * for anybody: each call adds rows of its own.
 */
export async function recordRevenue(ctx: Context, changes: readonly EarningChange[]): Promise<void> {
  const entries = changes.flatMap(({ before, after }) => {
    const [gone, come] = [entryOf(before, -1), entryOf(after, 1)]
    const isSame =
      gone && come && JSON.stringify({ ...gone, deals: 1, amount: -gone.amount }) === JSON.stringify(come)
    return isSame ? [] : [gone, come].filter(entry => entry !== null)
  })
  if (entries.length === 0) return
  // A line of an owner whose records the one who acts does not see is written all the same.
  await ctx.db.unnarrowed(() =>
    ctx.db.query(INSERT, [
      ctx.orgId,
      entries.map(() => newId()),
      entries.map(entry => entry.month),
      entries.map(entry => entry.pipelineId),
      entries.map(entry => entry.ownerUserId),
      entries.map(entry => entry.currency),
      entries.map(entry => entry.deals),
      entries.map(entry => entry.amount),
    ]),
  )
}

function entryOf(earning: Earning | null, sign: 1 | -1): Entry | null {
  const value = earning?.state.value
  if (!earning?.wonAt || !value) return null
  return {
    month: `${earning.wonAt.toISOString().slice(0, 7)}-01`,
    pipelineId: earning.state.pipelineId,
    ownerUserId: earning.state.ownerUserId,
    currency: value.currency,
    deals: sign,
    amount: sign * value.amount,
  }
}

const FOLD = `
  with lines as (
    select month, pipeline_id, owner_user_id, currency from crm.revenue_entries where org_id = $1
    group by month, pipeline_id, owner_user_id, currency having count(*) > $2
    limit $3
  ), gone as (
    delete from crm.revenue_entries e using lines l
    where e.org_id = $1 and e.month = l.month and e.pipeline_id = l.pipeline_id and e.currency = l.currency
      and e.owner_user_id is not distinct from l.owner_user_id
    returning e.month, e.pipeline_id, e.owner_user_id, e.currency, e.deals, e.amount
  )
  insert into crm.revenue_entries (org_id, id, month, pipeline_id, owner_user_id, currency, deals, amount)
  select $1, gen_random_uuid(), month, pipeline_id, owner_user_id, currency, sum(deals), sum(amount) from gone
  group by month, pipeline_id, owner_user_id, currency having sum(deals) <> 0 or sum(amount) <> 0`

const ENTRIES_MAX = 20
const LINES_MAX = 1_000

/**
 * Folds the entries that add up to one line into one, of every organization. What is read meanwhile is the same before and after;
 * whoever writes entries does not wait, and what two do at once is done once.
 */
export async function foldRevenue(kit: Kit, most = ENTRIES_MAX): Promise<void> {
  await forEachOrganization(kit, orgId =>
    kit.db.withOrg(orgId, async tx => {
      await tx.query(FOLD, [orgId, most, LINES_MAX])
    }),
  )
}

export interface RevenueRow {
  readonly month: string
  readonly pipelineId: string
  readonly ownerUserId: string | null
  readonly currency: string
  readonly deals: number
  readonly amount: number
}

/** What won deals brought in some months, from `YYYY-MM`, by month, pipeline, owner and currency. */
export async function readRevenue(ctx: Context, from: string, months: number): Promise<RevenueRow[]> {
  const found = await ctx.db.query<Omit<RevenueRow, 'amount'> & { amount: string }>(
    `select to_char(month, 'YYYY-MM') as month, pipeline_id as "pipelineId", owner_user_id as "ownerUserId", currency, deals, amount
     from crm.revenue_by_month
     where org_id = $1 and month >= $2::date and month < $2::date + make_interval(months => $3)
     order by 1, 2, 3, 4`,
    [ctx.orgId, `${from}-01`, months],
  )
  return found.rows.map(row => ({ ...row, amount: Number(row.amount) }))
}
