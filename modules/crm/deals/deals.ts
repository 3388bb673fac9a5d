import type { Context } from '#platform/context.ts'
import { type FilteredRequest, readList, readPage } from '#platform/filter/list.ts'
import { rowVersion } from '#platform/http/etags.ts'
import { openRecords, seenCondition } from '#platform/owned.ts'
import type { MatchingRows } from '../matching-records.ts'
import { missing } from '../merge/merged-into.ts'
import type { Deal, DealDetail, StageStay } from './deal-api.ts'
import { dealConditions, dealShape } from './deal-fields.ts'
import { DEAL_COLUMNS, DEAL_JOINS, type DealRow, dealOf, PERSON_NAME, readDeals } from './deal-rows.ts'
import type { StageType } from './pipeline-api.ts'

/** A page of the deals that the filter lets through, the newest first when no order is asked for. Throws `request.invalid`. */
export async function listDeals(
  ctx: Context,
  query: FilteredRequest,
): Promise<{ items: Deal[]; nextCursor: string | null }> {
  const seen = seenCondition(ctx, 'deal', 'd', 2)
  const list = readList(await dealShape(ctx), query, [ctx.orgId, ...seen.values])
  const source = {
    columns: 'd.id',
    from: 'crm.deals d',
    where: `d.org_id = $1 and d.deleted_at is null${seen.sql}`,
  }
  // The page is found by ids alone; whom its deals name is looked up for them and for no others.
  const page = await readPage<{ id: string }, string>(ctx.db, list, source, row => row.id)
  const deals = new Map((await readDeals(ctx, page.items)).map(deal => [deal.id, deal]))
  return { ...page, items: page.items.flatMap(id => deals.get(id) ?? []) }
}

/** What stands after the columns of a statement over all deals that a filter lets through. Throws `request.invalid`. */
export async function matchingDeals(ctx: Context, filter: string | undefined): Promise<MatchingRows> {
  const seen = seenCondition(ctx, 'deal', 'd', 2)
  const given = await dealConditions(ctx, filter, [ctx.orgId, ...seen.values])
  return {
    rows: `from crm.deals d where d.org_id = $1 and d.deleted_at is null${seen.sql}${given.sql}`,
    values: given.values,
  }
}

const GET = `
  select ${DEAL_COLUMNS}, ${rowVersion('d.updated_at')} as version from crm.deals d ${DEAL_JOINS}
  where d.org_id = $1 and d.id = $2 and d.deleted_at is null`

const PEOPLE = `
  select p.id, ${PERSON_NAME} as name from crm.deal_people dp
  join crm.people p on p.org_id = $1 and p.id = dp.person_id and p.deleted_at is null
  left join crm.positions o on o.org_id = $1 and o.person_id = p.id and o.is_primary and o.deleted_at is null
  where dp.org_id = $1 and dp.deal_id = $2
  order by dp.position, p.id`

const STAYS = `
  select h.stage_id, s.name, s.type, h.entered_at, h.left_at, h.entered_by,
    extract(epoch from coalesce(h.left_at, clock_timestamp()) - h.entered_at)::int as seconds
  from crm.deal_stages h join crm.stages s on s.org_id = $1 and s.id = h.stage_id
  where h.org_id = $1 and h.deal_id = $2
  order by h.entered_at desc, h.id desc
  limit 100`

interface StayRow {
  stage_id: string
  name: string
  type: StageType
  entered_at: Date
  left_at: Date | null
  entered_by: Readonly<Record<string, string>>
  seconds: number
}

/** One deal with whom it is with and its way through the stages, and its version. Throws `request.not_found`. */
export async function getDeal(ctx: Context, dealId: string): Promise<{ deal: DealDetail; version: string }> {
  openRecords(ctx, 'deal', [dealId])
  const [found, people, stays] = await Promise.all([
    ctx.db.query<DealRow & { version: string }>(GET, [ctx.orgId, dealId]),
    ctx.db.query<{ id: string; name: string }>(PEOPLE, [ctx.orgId, dealId]),
    ctx.db.query<StayRow>(STAYS, [ctx.orgId, dealId]),
  ])
  const row = found.rows[0]
  if (!row) throw await missing(ctx, 'deal', dealId)
  const deal = { ...dealOf(row), people: people.rows, stays: stays.rows.map(stayOf) }
  return { deal, version: row.version }
}

function stayOf(row: StayRow): StageStay {
  const { type = 'system', ...named } = row.entered_by
  return {
    stageId: row.stage_id,
    name: row.name,
    type: row.type,
    enteredAt: row.entered_at.toISOString(),
    leftAt: row.left_at?.toISOString() ?? null,
    seconds: Math.max(row.seconds, 0),
    enteredBy: { type, id: named.userId ?? named.runId ?? named.keyId ?? null },
  }
}

/** Whether a deal is there and not deleted, whoever sees it. */
export async function isDealThere(ctx: Context, dealId: string): Promise<boolean> {
  const found = await ctx.db.unnarrowed(() =>
    ctx.db.query('select 1 from crm.deals where org_id = $1 and id = $2 and deleted_at is null', [
      ctx.orgId,
      dealId,
    ]),
  )
  return found.rowCount === 1
}
