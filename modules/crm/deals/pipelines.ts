import type { Context } from '#platform/context.ts'
import { generalErrors } from '#platform/errors.ts'
import { newId } from '#platform/ids.ts'
import { crmErrors } from '../errors.ts'
import { ensurePipeline, insertFirstStages } from './default-pipeline.ts'
import { putAt } from './ordering.ts'
import type { Pipeline, Stage, StageType } from './pipeline-api.ts'
import { announcePipeline } from './pipeline-news.ts'

const PIPELINES_MAX = 50

interface PipelineRow {
  id: string
  name: string
  currency: string
  asks_lost_reason: boolean
  archived_at: Date | null
  created_at: Date
  updated_at: Date
}

interface StageRow {
  id: string
  pipeline_id: string
  key: string
  name: string
  type: StageType
  probability: number
  rotting_days: number | null
  required_fields: string[]
}

const READ = `
  select id, name, currency, asks_lost_reason, archived_at, created_at, updated_at from crm.pipelines
  where org_id = $1 and ($2::uuid is null or id = $2)
  order by position, id`

const STAGES = `
  select id, pipeline_id, key, name, type, probability, rotting_days, required_fields from crm.stages
  where org_id = $1 and ($2::uuid is null or pipeline_id = $2) and deleted_at is null
  order by position, id`

/** The pipelines of the organization in their order; an organization that has none gets its first. */
export async function listPipelines(ctx: Context, { archived = false } = {}): Promise<Pipeline[]> {
  await ensurePipeline(ctx)
  const all = await readPipelines(ctx, null)
  return archived ? all : all.filter(pipeline => pipeline.archivedAt === null)
}

/** One pipeline, archived or not. Throws `request.not_found`. */
export async function getPipeline(ctx: Context, pipelineId: string): Promise<Pipeline> {
  const [pipeline] = await readPipelines(ctx, pipelineId)
  if (!pipeline) throw generalErrors.not_found()
  return pipeline
}

/** The pipeline of that id, or the first one when none is named. Throws `request.not_found`. */
export async function pipelineOrFirst(ctx: Context, pipelineId: string | undefined): Promise<Pipeline> {
  if (pipelineId !== undefined) return getPipeline(ctx, pipelineId)
  const [first] = await listPipelines(ctx)
  if (!first) throw generalErrors.not_found()
  return first
}

async function readPipelines(ctx: Context, pipelineId: string | null): Promise<Pipeline[]> {
  const [pipelines, stages] = await Promise.all([
    ctx.db.query<PipelineRow>(READ, [ctx.orgId, pipelineId]),
    ctx.db.query<StageRow>(STAGES, [ctx.orgId, pipelineId]),
  ])
  const stagesOf = Map.groupBy(stages.rows, row => row.pipeline_id)
  return pipelines.rows.map(row => ({
    id: row.id,
    name: row.name,
    currency: row.currency,
    asksLostReason: row.asks_lost_reason,
    archivedAt: row.archived_at?.toISOString() ?? null,
    stages: (stagesOf.get(row.id) ?? []).map(stageOf),
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  }))
}

function stageOf(row: StageRow): Stage {
  return {
    id: row.id,
    key: row.key,
    name: row.name,
    type: row.type,
    probability: row.probability,
    rottingDays: row.rotting_days,
    requiredFields: row.required_fields,
  }
}

export interface PipelineDraft {
  readonly name?: string | undefined
  readonly currency?: string | undefined
  readonly asksLostReason?: boolean | undefined
}

/** Makes a pipeline behind the others, with the stages every pipeline begins with. Throws `crm.too_many_pipelines`. */
export async function createPipeline(
  ctx: Context,
  draft: PipelineDraft & { name: string },
): Promise<Pipeline> {
  const before = await listPipelines(ctx, { archived: true })
  if (before.length >= PIPELINES_MAX) throw crmErrors.too_many_pipelines()
  const id = newId()
  ctx.db.send(
    `insert into crm.pipelines (org_id, id, name, position, currency, asks_lost_reason, created_by)
     select $1, $2, $3, coalesce(max(position) + 1, 0), $4, $5, $6 from crm.pipelines where org_id = $1`,
    [
      ctx.orgId,
      id,
      draft.name,
      draft.currency ?? before[0]?.currency ?? 'EUR',
      draft.asksLostReason ?? true,
      ctx.actor.type === 'user' ? ctx.actor.userId : null,
    ],
  )
  insertFirstStages(ctx, id)
  announcePipeline(ctx, id)
  return getPipeline(ctx, id)
}

const CHANGE = `
  update crm.pipelines set name = coalesce($3, name), currency = coalesce($4, currency),
    asks_lost_reason = coalesce($5, asks_lost_reason),
    archived_at = case $6::boolean when true then coalesce(archived_at, now()) when false then null else archived_at end
  where org_id = $1 and id = $2`

/** Changes a pipeline. Throws `request.not_found`, and `crm.last_pipeline` for archiving the only one that is left. */
export async function changePipeline(
  ctx: Context,
  pipelineId: string,
  change: PipelineDraft & { position?: number | undefined; archived?: boolean | undefined },
): Promise<Pipeline> {
  await lockPipelines(ctx)
  await getPipeline(ctx, pipelineId)
  if (change.archived) await requireAnother(ctx, pipelineId)
  ctx.db.send(CHANGE, [
    ctx.orgId,
    pipelineId,
    change.name ?? null,
    change.currency ?? null,
    change.asksLostReason ?? null,
    change.archived ?? null,
  ])
  if (change.position !== undefined) {
    const all = await readPipelines(ctx, null)
    const live = all.filter(each => each.archivedAt === null).map(({ id }) => id)
    await putAt(ctx, 'crm.pipelines', live, pipelineId, change.position)
  }
  announcePipeline(ctx, pipelineId)
  return getPipeline(ctx, pipelineId)
}

/**
 * Deletes a pipeline that no deal ever went through; others are archived. Throws `request.not_found`, `crm.last_pipeline` and
 * `crm.pipeline_has_deals`.
 */
export async function deletePipeline(ctx: Context, pipelineId: string): Promise<void> {
  await lockPipelines(ctx)
  const { archivedAt } = await getPipeline(ctx, pipelineId)
  if (archivedAt === null) await requireAnother(ctx, pipelineId)
  // Who sees a part of the deals only must not find out about the others by deleting their pipeline.
  const used = await ctx.db.unnarrowed(() =>
    ctx.db.query(
      `select 1 from crm.deals where org_id = $1 and pipeline_id = $2
       union all select 1 from crm.deal_stages where org_id = $1 and pipeline_id = $2 limit 1`,
      [ctx.orgId, pipelineId],
    ),
  )
  if (used.rowCount !== 0) throw crmErrors.pipeline_has_deals()
  await ctx.db.query('delete from crm.pipelines where org_id = $1 and id = $2', [ctx.orgId, pipelineId])
  announcePipeline(ctx, pipelineId)
}

/** Whoever changes what pipelines there are waits for whoever does it already. */
async function lockPipelines(ctx: Context): Promise<void> {
  await ctx.db.query('select id from crm.pipelines where org_id = $1 order by id for update', [ctx.orgId])
}

async function requireAnother(ctx: Context, pipelineId: string): Promise<void> {
  const others = await ctx.db.query(
    'select 1 from crm.pipelines where org_id = $1 and id <> $2 and archived_at is null limit 1',
    [ctx.orgId, pipelineId],
  )
  if (others.rowCount === 0) throw crmErrors.last_pipeline()
}
