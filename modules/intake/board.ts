import type { Context } from '#platform/context.ts'
import { generalErrors } from '#platform/errors.ts'
import { openRecords, seenCondition, sightOf } from '#platform/owned.ts'
import type { Board, BoardColumn, LeadCard, LeadStatus, PipelineSummary } from './contract.ts'
import { conditionsOf, leadShape, withAnswersInSight } from './leads/lead-filters.ts'
import { LEAD_COLUMNS, type LeadRow, leadOf } from './leads.ts'

/** All leads of a status, those of the last seven days and those of the seven before, live ones only. */
const COUNTS = `
  select l.status, count(*)::int as count,
    (count(*) filter (where l.created_at > now() - interval '7 days'))::int as new_this_week,
    (count(*) filter (where l.created_at > now() - interval '14 days'
      and l.created_at <= now() - interval '7 days'))::int as new_week_before
  from intake.leads l
  where l.org_id = $1 and l.deleted_at is null`

const COLUMNS = (conditions: string) => `
  select s.status, s.name, s.color, s.kind, coalesce(c.count, 0) as count, coalesce(c.new_this_week, 0) as new_this_week,
    coalesce(c.new_week_before, 0) as new_week_before
  from intake.lead_statuses s
  left join (${COUNTS} and l.workflow_id = $2 and ($3::uuid is null or l.owner_user_id = $3)${conditions} group by l.status) c on c.status = s.status
  where s.org_id = $1 and s.workflow_id = $2
  order by s.position, s.status`

// One index range for each column; the short answers of the cards that are shown, and of no others.
const CARDS = (conditions: string) => `
  select card.*, coalesce(short.highlights, '[]') as highlights
  from intake.lead_statuses s
  cross join lateral (
    select ${LEAD_COLUMNS}, l.position from intake.leads l
    where l.org_id = $1 and l.workflow_id = $2 and l.status = s.status and l.deleted_at is null
      and ($4::uuid is null or l.owner_user_id = $4)${conditions}
    order by l.position desc, l.id desc
    limit $3
  ) card
  left join lateral (
    select jsonb_agg(jsonb_build_object('label', answer.label, 'value', answer.value) order by answer.position) as highlights
    from (
      select f.label, v.value, f.position
      from intake.lead_values v
      join intake.form_fields f on f.org_id = $1 and f.id = v.field_id
      where v.org_id = $1 and v.lead_id = card.id and f.archived_at is null
        and f.field_type in ('DROPDOWN', 'NUMBER', 'DATE')
      order by f.position
      limit 2
    ) answer
  ) short on true
  where s.org_id = $1 and s.workflow_id = $2
  order by card.position desc, card.id desc`

interface Counts {
  count: number
  new_this_week: number
  new_week_before: number
}
type ColumnRow = LeadStatus & Counts
type CardRow = LeadRow & { highlights: LeadCard['highlights'] }

/**
 * The board of a workflow, with at most `cards` cards in each column, of one owner or of all, and of what a filter lets through. Throws
 * `request.not_found` when it has none, and `request.invalid` for the filter.
 */
export async function getBoard(
  ctx: Context,
  workflowId: string,
  query: { cards: number; ownerUserId?: string | undefined; filter?: string | undefined },
): Promise<Board> {
  const { cards, ownerUserId = null, filter } = query
  const shape = await leadShape(ctx, workflowId, filter)
  const counted = seenCondition(ctx, 'lead', 'l', 4)
  const shown = seenCondition(ctx, 'lead', 'l', 5)
  const cardsOf = conditionsOf(shape, filter, [ctx.orgId, workflowId, cards, ownerUserId, ...shown.values])
  const countsOf = conditionsOf(shape, filter, [ctx.orgId, workflowId, ownerUserId, ...counted.values])
  // A statement that somebody put together is not worth keeping.
  const run = <R extends object>(text: string, values: readonly unknown[]) =>
    filter === undefined ? ctx.db.query<R>(text, values) : ctx.db.queryOnce<R>(text, values)
  const readCards = () => run<CardRow>(CARDS(`${shown.sql}${cardsOf.sql}`), cardsOf.values)
  const readColumns = () => run<ColumnRow>(COLUMNS(`${counted.sql}${countsOf.sql}`), countsOf.values)
  if (sightOf(ctx, 'lead')) {
    // Their answers come into sight with the cards, so the cards have to be known first.
    const found = await withAnswersInSight(ctx, filter, readCards)
    openRecords(
      ctx,
      'lead',
      found.rows.map(card => card.id),
    )
  }
  const [columns, found] = await withAnswersInSight(ctx, filter, () =>
    Promise.all([readColumns(), readCards()]),
  )
  if (columns.rows.length === 0) throw generalErrors.not_found()
  const cardsIn = Map.groupBy(found.rows, row => row.status)
  return {
    workflowId,
    ...totalsOf(columns.rows),
    columns: columns.rows.map(
      (row): BoardColumn => ({
        status: row.status,
        name: row.name,
        color: row.color,
        kind: row.kind,
        count: row.count,
        newThisWeek: row.new_this_week,
        cards: (cardsIn.get(row.status) ?? []).map(card => ({
          ...leadOf(card),
          highlights: card.highlights,
        })),
      }),
    ),
  }
}

/** Leads by status over all workflows, or of one. A workflow without leads, or that does not exist, has none. */
export async function getPipelineSummary(
  ctx: Context,
  workflowId: string | undefined,
): Promise<PipelineSummary> {
  const seen = seenCondition(ctx, 'lead', 'l', 3)
  const found = await ctx.db.query<Counts & { status: string }>(
    `${COUNTS} and ($2::uuid is null or l.workflow_id = $2)${seen.sql} group by l.status order by l.status`,
    [ctx.orgId, workflowId ?? null, ...seen.values],
  )
  return {
    statuses: found.rows.map(row => ({
      status: row.status,
      count: row.count,
      newThisWeek: row.new_this_week,
      newWeekBefore: row.new_week_before,
    })),
    ...totalsOf(found.rows),
  }
}

function totalsOf(rows: readonly Counts[]): {
  count: number
  newThisWeek: number
  newWeekBefore: number
} {
  return {
    count: rows.reduce((sum, row) => sum + row.count, 0),
    newThisWeek: rows.reduce((sum, row) => sum + row.new_this_week, 0),
    newWeekBefore: rows.reduce((sum, row) => sum + row.new_week_before, 0),
  }
}
