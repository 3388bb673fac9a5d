import { placeBetween, topPlace } from '#platform/column-order.ts'
import type { Context } from '#platform/context.ts'
import { wrong } from '../record-values.ts'

const TOP = `
  select position from crm.deals
  where org_id = $1 and pipeline_id = $2 and stage_id = $3 and deleted_at is null and id <> $4
  order by position desc, id desc limit 1`

/** The place of the deal above, and of the one that is under it now. */
const NEIGHBOURS = `
  select above.position as above,
    (select under.position from crm.deals under
     where under.org_id = $1 and under.pipeline_id = $2 and under.stage_id = $3 and under.deleted_at is null
       and under.id <> $4 and (under.position, under.id) < (above.position, above.id)
     order by under.position desc, under.id desc limit 1) as under
  from crm.deals above
  where above.org_id = $1 and above.pipeline_id = $2 and above.stage_id = $3 and above.deleted_at is null
    and above.id = $5 and above.id <> $4`

/** A column of a board: the stage of a pipeline. */
interface Column {
  readonly pipelineId: string
  readonly stageId: string
}

/** The place of a deal on top of a column. */
export async function placeOnTop(ctx: Context, column: Column, dealId: string): Promise<string> {
  const found = await ctx.db.query<{ position: string }>(TOP, [
    ctx.orgId,
    column.pipelineId,
    column.stageId,
    dealId,
  ])
  const top = found.rows[0]?.position ?? null
  const place = topPlace(ctx.clock.now())
  return top === null || top < place ? place : placeBetween(top, null)
}

/** The place of a deal under another one. Throws `request.invalid` when that one is not in the column, or not in sight. */
export async function placeBelow(
  ctx: Context,
  column: Column,
  dealId: string,
  below: string,
): Promise<string> {
  const found = await ctx.db.query<{ above: string; under: string | null }>(NEIGHBOURS, [
    ctx.orgId,
    column.pipelineId,
    column.stageId,
    dealId,
    below,
  ])
  const neighbours = found.rows[0]
  if (!neighbours) throw wrong('/below', 'not_there', 'This deal is not in that column.')
  return placeBetween(neighbours.under, neighbours.above)
}
