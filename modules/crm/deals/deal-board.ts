import type { Context } from '#platform/context.ts'
import { generalErrors } from '#platform/errors.ts'
import { type ListShape, readList, readPage } from '#platform/filter/list.ts'
import { pageOfRows } from '#platform/http/page.ts'
import { seenCondition } from '#platform/owned.ts'
import type { DealBoard, DealSum } from './board-api.ts'
import type { Deal } from './deal-api.ts'
import { dealConditions, dealShape } from './deal-fields.ts'
import { DEAL_COLUMNS, DEAL_JOINS, type DealRow, dealOf } from './deal-rows.ts'
import type { Pipeline } from './pipeline-api.ts'
import { pipelineOrFirst } from './pipelines.ts'

// The sums of a whole pipeline come from the index of its columns alone: the row of a deal is never read for them. A deal without a
// probability of its own has that of its stage, which is multiplied in once for the whole stage.
const SUMS = (conditions: string) => `
  select d.stage_id, d.currency, count(*)::int as count, coalesce(sum(d.value), 0) as amount,
    coalesce(sum(d.value) filter (where d.probability is null), 0) as plain,
    coalesce(sum(d.value * d.probability), 0) as weighted
  from crm.deals d
  where d.org_id = $1 and d.pipeline_id = $2 and d.deleted_at is null${conditions}
  group by d.stage_id, d.currency`

interface SumRow {
  stage_id: string
  currency: string | null
  count: number
  amount: string
  /** What of the amount has the probability of the stage. */
  plain: string
  /** Times percent. */
  weighted: string
}

/** How many deals are in a stage, and what they are worth. */
export interface StageSums {
  readonly count: number
  readonly sums: DealSum[]
}

/** Counts and sums of each stage of a pipeline, of the deals a filter lets through. Throws `request.invalid`. */
export async function sumStages(
  ctx: Context,
  pipeline: Pipeline,
  filter: string | undefined,
): Promise<ReadonlyMap<string, StageSums>> {
  const seen = seenCondition(ctx, 'deal', 'd', 3)
  const given = await dealConditions(ctx, filter, [ctx.orgId, pipeline.id, ...seen.values])
  const text = SUMS(`${seen.sql}${given.sql}`)
  const found = await (filter === undefined
    ? ctx.db.query<SumRow>(text, given.values)
    : ctx.db.queryOnce<SumRow>(text, given.values))
  const rowsOf = Map.groupBy(found.rows, row => row.stage_id)
  return new Map(
    pipeline.stages.map(({ id, probability }) => [id, sumsOf(rowsOf.get(id) ?? [], probability)]),
  )
}

function sumsOf(rows: readonly SumRow[], probability: number): StageSums {
  const sums = rows
    .toSorted((a, b) => b.count - a.count || ((a.currency ?? '') < (b.currency ?? '') ? -1 : 1))
    .flatMap(({ currency, amount, plain, weighted }) =>
      currency === null
        ? []
        : [
            {
              currency,
              amount: Number(amount),
              weighted: Math.round((Number(plain) * probability + Number(weighted)) / 100),
            },
          ],
    )
  return { count: rows.reduce((count, row) => count + row.count, 0), sums }
}

export interface BoardQuery {
  readonly pipelineId?: string | undefined
  readonly filter?: string | undefined
  readonly cards: number
}

/** The board of a pipeline, or of the first one, with the deals a filter lets through. Throws `request.not_found` and `request.invalid`. */
export async function getDealBoard(ctx: Context, query: BoardQuery): Promise<DealBoard> {
  const { filter, cards } = query
  const pipeline = await pipelineOrFirst(ctx, query.pipelineId)
  const [sums, rows] = await Promise.all([
    sumStages(ctx, pipeline, filter),
    readFirstCards(ctx, pipeline, filter, cards),
  ])
  const cardsOf = Map.groupBy(rows, row => row.stage_id)
  const columns = pipeline.stages.map(stage => {
    // The request is the one that goes on with the column, so that the cursor fits it.
    const page = { stageId: stage.id, filter, limit: cards }
    const { items, nextCursor } = pageOfRows(page, cardsOf.get(stage.id) ?? [], dealOf, row => [
      row.sort_1,
      row.id,
    ])
    return { stage, ...(sums.get(stage.id) ?? { count: 0, sums: [] }), deals: items, nextCursor }
  })
  const count = columns.reduce((all, column) => all + column.count, 0)
  return { pipelineId: pipeline.id, name: pipeline.name, count, columns }
}

type CardRow = DealRow & { sort_1: string }

/** The shape of a column: in the order of places, from the top. */
async function columnShape(ctx: Context): Promise<ListShape> {
  const shape = await dealShape(ctx)
  return {
    ...shape,
    fields: { ...shape.fields, position: { type: 'text', sort: true } },
    sql: { ...shape.sql, position: { sql: 'd.position', isNeverNull: true } },
    sort: '-position',
  }
}

// One index range for each column; names are looked up for the cards that are shown, and for no others.
async function readFirstCards(
  ctx: Context,
  pipeline: Pipeline,
  filter: string | undefined,
  cards: number,
): Promise<CardRow[]> {
  const seen = seenCondition(ctx, 'deal', 'd', 3)
  const list = readList(await columnShape(ctx), { limit: cards, filter }, [
    ctx.orgId,
    pipeline.id,
    ...seen.values,
  ])
  const text = `
    select ${DEAL_COLUMNS}, d.position as sort_1
    from crm.stages column_of
    cross join lateral (
      select d.* from crm.deals d
      where d.org_id = $1 and d.pipeline_id = $2 and d.stage_id = column_of.id and d.deleted_at is null${seen.sql}${list.where}
      ${list.order}
    ) d ${DEAL_JOINS}
    where column_of.org_id = $1 and column_of.pipeline_id = $2 and column_of.deleted_at is null
    order by d.position desc, d.id desc`
  const found = await (filter === undefined
    ? ctx.db.query<CardRow>(text, list.values)
    : ctx.db.queryOnce<CardRow>(text, list.values))
  return found.rows
}

export interface CardsQuery {
  readonly stageId: string
  readonly filter?: string | undefined
  readonly limit: number
  readonly cursor?: string | undefined
}

/** A page of the deals of one column, from the top. Throws `request.not_found` for the stage, and `request.invalid`. */
export async function listDealCards(
  ctx: Context,
  query: CardsQuery,
): Promise<{ items: Deal[]; nextCursor: string | null }> {
  const stage = await ctx.db.query<{ pipeline_id: string }>(
    'select pipeline_id from crm.stages where org_id = $1 and id = $2 and deleted_at is null',
    [ctx.orgId, query.stageId],
  )
  const pipelineId = stage.rows[0]?.pipeline_id
  if (pipelineId === undefined) throw generalErrors.not_found()
  const seen = seenCondition(ctx, 'deal', 'd', 4)
  const list = readList(await columnShape(ctx), query, [ctx.orgId, pipelineId, query.stageId, ...seen.values])
  const text = `
    select ${DEAL_COLUMNS}, d.position as sort_1
    from (
      select d.* from crm.deals d
      where d.org_id = $1 and d.pipeline_id = $2 and d.stage_id = $3 and d.deleted_at is null${seen.sql}${list.where}
      ${list.order}
    ) d ${DEAL_JOINS}
    order by d.position desc, d.id desc`
  return readPage<CardRow, Deal>(ctx.db, list, text, dealOf)
}
