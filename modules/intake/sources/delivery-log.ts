import { type Context, inOrganization, type Kit } from '#platform/context.ts'
import { generalErrors } from '#platform/errors.ts'
import { pageOfRows, readIdCursor } from '#platform/http/page.ts'
import { enqueue } from '#platform/jobs/kinds.ts'
import { openRecords, sightOf } from '#platform/owned.ts'
import { formOfWorkflow } from '../published-forms.ts'
import { takeDelivery } from './delivery-job.ts'
import { mapDelivery } from './mapping.ts'
import type {
  DeliveryStatus,
  LeadDelivery,
  LeadDeliveryDetail,
  MappedLead,
  SourceMapping,
} from './source-api.ts'

/** How many settled deliveries of one source are kept, and how long any is. */
const SETTLED_MAX = 2_000
const KEPT = "interval '30 days'"
const RETRIED_MAX = 2_000

interface DeliveryRow {
  id: string
  source_id: string
  status: DeliveryStatus
  outcome: string
  problems: LeadDelivery['problems']
  lead_id: string | null
  attempts: number
  created_at: Date
}

type Content = Pick<LeadDeliveryDetail, 'headers' | 'query' | 'body'>

const COLUMNS = 'd.id, d.source_id, d.status, d.outcome, d.problems, d.lead_id, d.attempts, d.created_at'

/**
 * What was sent may be about anybody, so one who sees some leads only sees it with these leads or not at all. Which leads that could
 * be is not in sight yet, so they are looked for among those that the caller may see.
 */
async function openDeliveries(ctx: Context, which: string, id: string): Promise<void> {
  if (!sightOf(ctx, 'lead')) return
  const found = await ctx.db.unnarrowed(() =>
    ctx.db.query<{ lead_id: string }>(
      `select distinct d.lead_id from intake.source_deliveries d
       where d.org_id = $1 and ${which} and d.lead_id is not null`,
      [ctx.orgId, id],
    ),
  )
  openRecords(
    ctx,
    'lead',
    found.rows.map(row => row.lead_id),
  )
}

/** A page of what came in by a source, the newest first. Throws `request.not_found`. */
export async function listLeadDeliveries(
  ctx: Context,
  sourceId: string,
  query: { limit: number; cursor?: string | undefined; status?: DeliveryStatus | undefined },
): Promise<{ items: LeadDelivery[]; nextCursor: string | null }> {
  await requireSource(ctx, sourceId)
  await openDeliveries(ctx, 'd.source_id = $2', sourceId)
  const found = await ctx.db.query<DeliveryRow>(
    `select ${COLUMNS} from intake.source_deliveries d
     where d.org_id = $1 and d.source_id = $2 and ($3::text is null or d.status = $3)
       and ($4::uuid is null or d.id < $4)
     order by d.id desc limit $5`,
    [ctx.orgId, sourceId, query.status ?? null, readIdCursor(query), query.limit + 1],
  )
  return pageOfRows(query, found.rows, deliveryOf)
}

/** One delivery with its content. Throws `request.not_found`. */
export async function getLeadDelivery(ctx: Context, deliveryId: string): Promise<LeadDeliveryDetail> {
  const row = await readRow(ctx, deliveryId)
  return { ...deliveryOf(row), ...row.content }
}

async function readRow(ctx: Context, deliveryId: string): Promise<DeliveryRow & { content: Content }> {
  await openDeliveries(ctx, 'd.id = $2', deliveryId)
  const found = await ctx.db.query<DeliveryRow & { content: Content }>(
    `select ${COLUMNS}, d.content from intake.source_deliveries d
     where d.org_id = $1 and d.id = $2`,
    [ctx.orgId, deliveryId],
  )
  const row = found.rows[0]
  if (!row) throw generalErrors.not_found()
  return row
}

/** What a mapping makes of a delivery. Throws `request.not_found`. */
export async function previewMapping(
  ctx: Context,
  deliveryId: string,
  mapping: SourceMapping,
): Promise<MappedLead> {
  const { content, source_id } = await readRow(ctx, deliveryId)
  const source = await ctx.db.query<{ workflow_id: string }>(
    'select workflow_id from intake.sources where org_id = $1 and id = $2',
    [ctx.orgId, source_id],
  )
  const workflowId = source.rows[0]?.workflow_id
  const form = workflowId === undefined ? null : await formOfWorkflow(ctx, workflowId)
  if (!form) throw generalErrors.not_found()
  return mapDelivery(content.body, mapping, form.fields)
}

/** Looks at one delivery again, unless it has come to a lead. Throws `request.not_found`. */
export async function retryLeadDelivery(ctx: Context, deliveryId: string): Promise<LeadDelivery> {
  const row = await readRow(ctx, deliveryId)
  await again(ctx, `d.id = $2`, deliveryId, ['waiting', 'unmapped', 'ignored', 'failed'])
  return deliveryOf({ ...row, ...(row.status === 'done' ? {} : { status: 'waiting', outcome: '' }) })
}

/** Looks at deliveries of a source again that have one of these statuses; returns how many. Throws `request.not_found`. */
export async function lookAgain(
  ctx: Context,
  sourceId: string,
  statuses: readonly DeliveryStatus[],
): Promise<number> {
  await requireSource(ctx, sourceId)
  return again(ctx, `d.source_id = $2`, sourceId, statuses)
}

async function requireSource(ctx: Context, sourceId: string): Promise<void> {
  const known = await ctx.db.query('select 1 from intake.sources where org_id = $1 and id = $2', [
    ctx.orgId,
    sourceId,
  ])
  if (known.rows.length === 0) throw generalErrors.not_found()
}

async function again(
  ctx: Context,
  which: string,
  id: string,
  statuses: readonly DeliveryStatus[],
): Promise<number> {
  await openDeliveries(ctx, which, id)
  const taken = await ctx.db.query<{ id: string; attempts: number }>(
    `update intake.source_deliveries set status = 'waiting', outcome = '', attempts = attempts + 1
     where org_id = $1 and id in (
       select d.id from intake.source_deliveries d
       where d.org_id = $1 and ${which} and d.status = any($3) order by d.id limit ${RETRIED_MAX})
     returning id, attempts`,
    [ctx.orgId, id, statuses],
  )
  for (const delivery of taken.rows) {
    await enqueue(ctx, takeDelivery, {
      key: `${delivery.id} ${delivery.attempts}`,
      payload: { deliveryId: delivery.id },
    })
  }
  return taken.rows.length
}

/** Forgets what came in longer than 30 days ago, and of what is settled all but the newest 2,000 of a source. */
export async function forgetDeliveries(kit: Kit, orgId: string): Promise<void> {
  await inOrganization(kit, { orgId, actor: { type: 'system', name: 'schedule' } }, async ctx => {
    await ctx.db.query(
      `delete from intake.source_deliveries where org_id = $1 and created_at < now() - ${KEPT}`,
      [ctx.orgId],
    )
    await ctx.db.query(
      `delete from intake.source_deliveries where org_id = $1 and id in (
         select id from (
           select id, row_number() over (partition by source_id order by id desc) as place
           from intake.source_deliveries where org_id = $1 and status in ('done', 'ignored')) ranked
         where place > ${SETTLED_MAX})`,
      [ctx.orgId],
    )
  })
}

function deliveryOf(row: DeliveryRow): LeadDelivery {
  return {
    id: row.id,
    status: row.status,
    outcome: row.outcome,
    problems: row.problems,
    leadId: row.lead_id,
    attempts: row.attempts,
    createdAt: row.created_at.toISOString(),
  }
}
