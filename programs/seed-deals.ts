import { listPipelines, refreshIndexes } from '#modules/crm/index.ts'
import type { Context } from '#platform/context.ts'
import { idAt } from '#platform/ids.ts'
import { dealNames } from './seed-words.ts'

const DAY_MS = 86_400_000
const DEALS = 34

/** A company and somebody at it. */
export interface DealParty {
  readonly companyId: string
  readonly personId: string
}

interface PastDeal {
  readonly id: string
  readonly name: string
  readonly party: DealParty | undefined
  readonly amount: number
  readonly stageIds: readonly string[]
  readonly times: readonly Date[]
  readonly status: 'open' | 'won' | 'lost'
  readonly expected: string
}

/**
 * Gives the demo organization deals in every stage over the last quarter, with the way each has gone. Written directly, with ids of their
 * time, as the rest of its past.
 */
export async function seedDeals(
  ctx: Context,
  ownerUserId: string,
  parties: readonly DealParty[],
): Promise<void> {
  const [pipeline] = await listPipelines(ctx)
  if (!pipeline) return
  const stage = (key: string) => pipeline.stages.find(each => each.key === key)?.id ?? ''
  const reasons = await ctx.db.query<{ id: string }>(
    'select id from crm.lost_reasons where org_id = $1 order by position',
    [ctx.orgId],
  )
  await ctx.db.query('update crm.stages set rotting_days = 21 where org_id = $1 and key = $2', [
    ctx.orgId,
    'proposal',
  ])
  const deals = Array.from({ length: DEALS }, (_, index) =>
    pastDeal(index, ctx.clock.now(), parties[(index * 5) % parties.length], stage),
  )
  const actor = JSON.stringify({ type: 'user', userId: ownerUserId })
  const owners = deals.map((_, index) => (index % 9 === 7 ? null : ownerUserId))
  await insertDeals(ctx, pipeline.id, deals, owners, reasons.rows)
  await insertStays(ctx, pipeline.id, deals, owners, actor)
  await ctx.db.query(
    `insert into crm.revenue_entries (org_id, id, month, pipeline_id, owner_user_id, currency, deals, amount)
     select $1, gen_random_uuid(), date_trunc('month', d.won_at at time zone 'UTC')::date, d.pipeline_id, d.owner_user_id, d.currency,
       count(*), sum(d.value)
     from crm.deals d where d.org_id = $1 and d.status = 'won'
     group by 3, 4, 5, 6`,
    [ctx.orgId],
  )
}

const WAYS: readonly (readonly string[])[] = [
  ['qualification', 'proposal', 'negotiation', 'closed_won'],
  ['qualification'],
  ['qualification', 'proposal'],
  ['qualification', 'proposal', 'closed_lost'],
  ['qualification', 'proposal', 'negotiation'],
  ['qualification', 'closed_lost'],
  ['qualification', 'proposal', 'negotiation', 'closed_won'],
]

function pastDeal(
  index: number,
  now: Date,
  party: DealParty | undefined,
  stage: (key: string) => string,
): PastDeal {
  const way = WAYS[index % WAYS.length] ?? ['qualification']
  const last = way.at(-1) ?? ''
  const status = last === 'closed_won' ? 'won' : last === 'closed_lost' ? 'lost' : 'open'
  // What has ended began earlier; what is open is younger, and a few have been left alone for too long.
  const age = status === 'open' ? 4 + ((index * 11) % 44) : 24 + ((index * 13) % 66)
  const begin = now.getTime() - age * DAY_MS - ((index * 7919) % 30_000) * 1000
  const rest = (age * DAY_MS * (status === 'open' ? 0.5 : 0.8)) / way.length
  const times = way.map((_, step) => new Date(begin + step * rest * (1 + (index % 3) * 0.08)))
  const days = status === 'open' ? ((index * 17) % 75) - 6 : Math.round((index % 5) - age / 3)
  return {
    id: idAt(times[0] ?? now),
    name: dealNames[index % dealNames.length] ?? 'Project',
    party,
    amount: (12 + ((index * 37) % 180)) * 25_000,
    stageIds: way.map(stage),
    times,
    status,
    expected: new Date(now.getTime() + days * DAY_MS).toISOString().slice(0, 10),
  }
}

async function insertDeals(
  ctx: Context,
  pipelineId: string,
  deals: readonly PastDeal[],
  owners: readonly (string | null)[],
  reasons: readonly { id: string }[],
): Promise<void> {
  const ended = (deal: PastDeal, status: PastDeal['status']) =>
    deal.status === status ? (deal.times.at(-1) ?? null) : null
  await ctx.db.query(
    `insert into crm.deals (org_id, id, name, company_id, person_id, value, currency, pipeline_id, stage_id, status, position,
       stage_entered_at, expected_close_on, owner_user_id, lost_reason_id, won_at, lost_at, source, created_at)
     select $1, d.id, d.name, d.company, d.person, d.value, 'EUR', $2, d.stage, d.status, d.position, d.entered, d.expected, d.owner,
       d.reason, d.won, d.lost, 'demo', d.made
     from unnest($3::uuid[], $4::text[], $5::uuid[], $6::uuid[], $7::bigint[], $8::uuid[], $9::text[], $10::text[], $11::timestamptz[],
       $12::date[], $13::uuid[], $14::uuid[], $15::timestamptz[], $16::timestamptz[], $17::timestamptz[])
       as d (id, name, company, person, value, stage, status, position, entered, expected, owner, reason, won, lost, made)`,
    [
      ctx.orgId,
      pipelineId,
      deals.map(deal => deal.id),
      deals.map(deal => deal.name),
      deals.map(deal => deal.party?.companyId ?? null),
      deals.map(deal => deal.party?.personId ?? null),
      deals.map(deal => deal.amount),
      deals.map(deal => deal.stageIds.at(-1)),
      deals.map(deal => deal.status),
      // Below every place that a deal of the present is given; see platform/column-order.ts.
      deals.map((_, index) => `00${String(index).padStart(4, '0')}1`),
      deals.map(deal => deal.times.at(-1)),
      deals.map(deal => deal.expected),
      owners,
      deals.map((deal, index) =>
        deal.status === 'lost' ? (reasons[index % reasons.length]?.id ?? null) : null,
      ),
      deals.map(deal => ended(deal, 'won')),
      deals.map(deal => ended(deal, 'lost')),
      deals.map(deal => deal.times[0]),
    ],
  )
  refreshIndexes(
    ctx,
    'deal',
    deals.map(({ id }) => id),
  )
}

async function insertStays(
  ctx: Context,
  pipelineId: string,
  deals: readonly PastDeal[],
  owners: readonly (string | null)[],
  actor: string,
): Promise<void> {
  const stays = deals.flatMap((deal, index) =>
    deal.stageIds.map((stageId, step) => ({
      dealId: deal.id,
      stageId,
      owner: owners[index],
      entered: deal.times[step],
      left: deal.times[step + 1] ?? null,
      next: deal.stageIds[step + 1] ?? null,
    })),
  )
  await ctx.db.query(
    `insert into crm.deal_stages (org_id, id, deal_id, pipeline_id, stage_id, owner_user_id, entered_at, left_at, next_stage_id,
       entered_by, left_by, created_at)
     select $1, s.id, s.deal, $2, s.stage, s.owner, s.entered, s.left_at, s.next, $3::jsonb,
       case when s.left_at is null then null else $3::jsonb end, s.entered
     from unnest($4::uuid[], $5::uuid[], $6::uuid[], $7::uuid[], $8::timestamptz[], $9::timestamptz[], $10::uuid[])
       as s (id, deal, stage, owner, entered, left_at, next)`,
    [
      ctx.orgId,
      pipelineId,
      actor,
      stays.map(stay => idAt(stay.entered ?? new Date())),
      stays.map(stay => stay.dealId),
      stays.map(stay => stay.stageId),
      stays.map(stay => stay.owner),
      stays.map(stay => stay.entered),
      stays.map(stay => stay.left),
      stays.map(stay => stay.next),
    ],
  )
}
