import type { Context } from '#platform/context.ts'
import type { RouteReply } from '#platform/contract/route.ts'
import { seenCondition } from '#platform/owned.ts'
import type { getPipelineSummary } from './board-api.ts'
import { sumStages } from './deal-board.ts'
import type { Stage } from './pipeline-api.ts'
import { getPipeline } from './pipelines.ts'

type Summary = RouteReply<typeof getPipelineSummary>

// Stays that ended in the period: how long they were, and where they led to. What is deleted counts no more.
const STAYS = (seen: string) => `
  select h.stage_id, h.next_stage_id, count(*)::int as left,
    sum(extract(epoch from h.left_at - h.entered_at))::float8 as seconds
  from crm.deal_stages h join crm.deals d on d.org_id = $1 and d.id = h.deal_id
  where h.org_id = $1 and h.pipeline_id = $2 and h.left_at >= now() - make_interval(days => $3) and d.deleted_at is null${seen}
  group by h.stage_id, h.next_stage_id`

const TALLY = (column: 'created_at' | 'won_at' | 'lost_at', seen: string) => `
  select '${column}' as what, d.currency, count(*)::int as deals, coalesce(sum(d.value), 0) as amount
  from crm.deals d
  where d.org_id = $1 and d.pipeline_id = $2 and d.deleted_at is null and d.${column} >= now() - make_interval(days => $3)${seen}
  group by d.currency`

interface StayRow {
  stage_id: string
  next_stage_id: string | null
  left: number
  seconds: number
}

interface TallyRow {
  what: string
  currency: string | null
  deals: number
  amount: string
}

/**
 * How a pipeline is doing: what is in its stages now, how long deals that left a stage in the last `days` were there and how many went
 * on, and what was made, won and lost. Everything is counted as it is read, from indexes. Throws `request.not_found`.
 */
export async function summarizePipeline(ctx: Context, pipelineId: string, days: number): Promise<Summary> {
  const pipeline = await getPipeline(ctx, pipelineId)
  const seen = seenCondition(ctx, 'deal', 'd', 4)
  const values = [ctx.orgId, pipelineId, days, ...seen.values]
  const columns = ['created_at', 'won_at', 'lost_at'] as const
  const [sums, stays, tallies, since] = await Promise.all([
    sumStages(ctx, pipeline, undefined),
    ctx.db.query<StayRow>(STAYS(seen.sql), values),
    ctx.db.query<TallyRow>(columns.map(column => TALLY(column, seen.sql)).join(' union all '), values),
    ctx.db.query<{ since: Date }>('select now() - make_interval(days => $1) as since', [days]),
  ])
  const tallyOf = (what: (typeof columns)[number]) => tally(tallies.rows.filter(row => row.what === what))
  const [won, lost] = [tallyOf('won_at'), tallyOf('lost_at')]
  const ended = won.deals + lost.deals
  return {
    pipelineId,
    since: (since.rows[0]?.since ?? ctx.clock.now()).toISOString(),
    stages: pipeline.stages.map(stage => ({
      stage,
      ...(sums.get(stage.id) ?? { count: 0, sums: [] }),
      ...passage(stage, pipeline.stages, stays.rows),
    })),
    created: tallyOf('created_at'),
    won,
    lost,
    winRate: ended === 0 ? null : won.deals / ended,
  }
}

function tally(rows: readonly TallyRow[]): Summary['created'] {
  return {
    deals: rows.reduce((sum, row) => sum + row.deals, 0),
    sums: rows.flatMap(({ currency, amount }) =>
      currency === null ? [] : [{ currency, amount: Number(amount) }],
    ),
  }
}

/** What is known of the stays in a stage that have ended. */
function passage(stage: Stage, stages: readonly Stage[], stays: readonly StayRow[]) {
  const own = stays.filter(row => row.stage_id === stage.id)
  const left = own.reduce((sum, row) => sum + row.left, 0)
  const seconds = own.reduce((sum, row) => sum + row.seconds, 0)
  const place = stages.findIndex(({ id }) => id === stage.id)
  const isOn = (id: string | null) => {
    const next = stages.findIndex(each => each.id === id)
    return stages[next]?.type === 'won' || (stages[next]?.type === 'open' && next > place)
  }
  const advanced = own.filter(row => isOn(row.next_stage_id)).reduce((sum, row) => sum + row.left, 0)
  return {
    left,
    averageSeconds: left === 0 ? null : Math.round(seconds / left),
    advanced: left === 0 || stage.type !== 'open' ? null : advanced / left,
  }
}
