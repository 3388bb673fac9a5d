import type { Context } from '#platform/context.ts'
import { EVERYTHING } from '#platform/db/visibility.ts'
import { generalErrors } from '#platform/errors.ts'
import { newId } from '#platform/ids.ts'
import { noteChanges } from '../changes.ts'
import { crmErrors } from '../errors.ts'
import { putAt } from './ordering.ts'
import type { Pipeline, Stage, StageType } from './pipeline-api.ts'
import { announcePipeline } from './pipeline-news.ts'
import { getPipeline } from './pipelines.ts'
import { checkRequiredFields } from './required-fields.ts'

const STAGES_MAX = 30
const DEFAULT_PROBABILITY = 50

export interface StageChange {
  readonly name?: string | undefined
  readonly type?: StageType | undefined
  readonly probability?: number | undefined
  readonly rottingDays?: number | null | undefined
  readonly requiredFields?: readonly string[] | undefined
  readonly position?: number | undefined
}

const INSERT = `
  insert into crm.stages (org_id, id, pipeline_id, key, name, type, probability, position, rotting_days, required_fields)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`

/**
 * Adds a stage, at the end of those of its type when no place is named. Throws `request.not_found`, `request.invalid` for unknown
 * required fields and `crm.too_many_stages`.
 */
export async function createStage(
  ctx: Context,
  pipelineId: string,
  draft: StageChange & { name: string; type: StageType },
): Promise<Pipeline> {
  const { stages } = await lockedPipeline(ctx, pipelineId)
  if (stages.length >= STAGES_MAX) throw crmErrors.too_many_stages()
  await checkRequiredFields(ctx, draft.requiredFields ?? [])
  const id = newId()
  await ctx.db.query(INSERT, [
    ctx.orgId,
    id,
    pipelineId,
    keyFor(draft.name, new Set(stages.map(({ key }) => key))),
    draft.name,
    draft.type,
    probabilityOf(draft.type, draft.probability ?? DEFAULT_PROBABILITY),
    stages.length,
    draft.rottingDays ?? null,
    [...new Set(draft.requiredFields ?? [])],
  ])
  const last = stages.findLastIndex(({ type }) => type === draft.type)
  const order = stages.map(stage => stage.id)
  await putAt(ctx, 'crm.stages', order, id, draft.position ?? last + 1)
  announcePipeline(ctx, pipelineId)
  return getPipeline(ctx, pipelineId)
}

const CHANGE = `
  update crm.stages set name = $3, type = $4, probability = $5, rotting_days = $6, required_fields = $7
  where org_id = $1 and id = $2`

/**
 * Changes a stage; its key stays. Throws `request.not_found`, `request.invalid` for unknown required fields,
 * `crm.stage_has_deals` for another type while deals are in it, and `crm.stage_needed` when no other of its type would be left.
 */
export async function changeStage(
  ctx: Context,
  pipelineId: string,
  stageId: string,
  change: StageChange,
): Promise<Pipeline> {
  const { stages } = await lockedPipeline(ctx, pipelineId)
  const stage = stageIn(stages, stageId)
  const type = change.type ?? stage.type
  if (type !== stage.type) {
    requireAnotherOfType(stages, stage)
    if (await hasDeals(ctx, stageId)) throw crmErrors.stage_has_deals()
  }
  if (change.requiredFields) await checkRequiredFields(ctx, change.requiredFields)
  await ctx.db.query(CHANGE, [
    ctx.orgId,
    stageId,
    change.name ?? stage.name,
    type,
    probabilityOf(type, change.probability ?? stage.probability),
    change.rottingDays === undefined ? stage.rottingDays : change.rottingDays,
    [...new Set(change.requiredFields ?? stage.requiredFields)],
  ])
  const order = stages.map(({ id }) => id)
  if (change.position !== undefined) await putAt(ctx, 'crm.stages', order, stageId, change.position)
  announcePipeline(ctx, pipelineId)
  return getPipeline(ctx, pipelineId)
}

/**
 * Takes a stage away; its deals, deleted ones too, go to another stage of the same type, where their time begins anew. Throws
 * `request.not_found`, `crm.stage_needed` for the last one of its type, `crm.stage_has_deals` when there are deals and no stage for
 * them is named, and `request.invalid` for one that cannot take them.
 */
export async function deleteStage(
  ctx: Context,
  pipelineId: string,
  stageId: string,
  moveTo: string | undefined,
): Promise<Pipeline> {
  const { stages } = await lockedPipeline(ctx, pipelineId)
  const stage = stageIn(stages, stageId)
  requireAnotherOfType(stages, stage)
  const target = stages.find(each => each.id === moveTo && each.id !== stageId && each.type === stage.type)
  if (moveTo !== undefined && !target) {
    throw generalErrors.invalid({
      errors: [
        {
          in: 'query',
          pointer: '/moveTo',
          code: 'not_there',
          message: 'Choose another stage of the same pipeline and type.',
        },
      ],
    })
  }
  if (target) await moveAll(ctx, stageId, target.id)
  else if (await hasDeals(ctx, stageId)) throw crmErrors.stage_has_deals()
  await ctx.db.query('update crm.stages set deleted_at = now() where org_id = $1 and id = $2', [
    ctx.orgId,
    stageId,
  ])
  announcePipeline(ctx, pipelineId)
  return getPipeline(ctx, pipelineId)
}

const MOVE_ALL = `
  with moved as (
    update crm.deals set stage_id = $3, stage_entered_at = clock_timestamp()
    where org_id = $1 and stage_id = $2
    returning id, pipeline_id, owner_user_id, stage_entered_at, deleted_at
  ), ended as (
    update crm.deal_stages h set left_at = m.stage_entered_at, left_by = $4, next_stage_id = $3
    from moved m where h.org_id = $1 and h.deal_id = m.id and h.left_at is null
  )
  select id, pipeline_id, owner_user_id, stage_entered_at, deleted_at from moved`

const ENTER_ALL = `
  insert into crm.deal_stages (org_id, id, deal_id, pipeline_id, stage_id, owner_user_id, entered_at, entered_by)
  select $1, s.id, s.deal_id, d.pipeline_id, d.stage_id, d.owner_user_id, d.stage_entered_at, $4
  from unnest($2::uuid[], $3::uuid[]) as s (id, deal_id)
  join crm.deals d on d.org_id = $1 and d.id = s.deal_id`

/** Nobody sees the pipeline without the stage half-way, so deals that the one who acts does not see go along. */
async function moveAll(ctx: Context, from: string, to: string): Promise<void> {
  const whole: Context = { ...ctx, visibility: EVERYTHING }
  await ctx.db.unnarrowed(async () => {
    const actor = JSON.stringify(ctx.actor)
    const moved = await ctx.db.query<{ id: string; deleted_at: Date | null }>(MOVE_ALL, [
      ctx.orgId,
      from,
      to,
      actor,
    ])
    const ids = moved.rows.map(({ id }) => id)
    await ctx.db.query(ENTER_ALL, [ctx.orgId, ids.map(() => newId()), ids, actor])
    const changes = moved.rows
      .filter(row => row.deleted_at === null)
      .map(row => ({
        recordId: row.id,
        action: 'updated' as const,
        before: { stageId: from },
        after: { stageId: to },
      }))
    noteChanges(whole, 'deal', changes, { source: 'pipeline' })
    await ctx.db.settle()
  })
}

/** Whether any deal of the organization is in a stage, deleted ones too, whatever the one who asks may see. */
async function hasDeals(ctx: Context, stageId: string): Promise<boolean> {
  const found = await ctx.db.unnarrowed(() =>
    ctx.db.query(
      `select 1 from crm.deals d join crm.stages s on s.org_id = $1 and s.pipeline_id = d.pipeline_id and s.id = $2
       where d.org_id = $1 and d.stage_id = $2 limit 1`,
      [ctx.orgId, stageId],
    ),
  )
  return found.rowCount !== 0
}

/**
 * The pipeline with its stages locked: whoever changes them waits for whoever does already. A deal that enters a stage holds a share of
 * its lock, which it takes before its own; so no deal enters a stage that is on its way out.
 */
async function lockedPipeline(ctx: Context, pipelineId: string): Promise<Pipeline> {
  const values = [ctx.orgId, pipelineId]
  ctx.db.send('select id from crm.pipelines where org_id = $1 and id = $2 for no key update', values)
  await ctx.db.query(
    'select id from crm.stages where org_id = $1 and pipeline_id = $2 order by id for no key update',
    values,
  )
  return getPipeline(ctx, pipelineId)
}

function stageIn(stages: readonly Stage[], stageId: string): Stage {
  const stage = stages.find(({ id }) => id === stageId)
  if (!stage) throw generalErrors.not_found()
  return stage
}

function requireAnotherOfType(stages: readonly Stage[], { id, type }: Stage): void {
  if (!stages.some(each => each.id !== id && each.type === type)) throw crmErrors.stage_needed()
}

function probabilityOf(type: StageType, probability: number): number {
  return type === 'won' ? 100 : type === 'lost' ? 0 : probability
}

/** A key out of a name, told apart by a number from those that are there. */
function keyFor(name: string, taken: ReadonlySet<string>): string {
  const plain = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^[^a-z]+|_+$/g, '')
    .slice(0, 50)
  const base = plain === '' ? 'stage' : plain
  for (let n = 1; ; n++) {
    const key = n === 1 ? base : `${base}_${n}`
    if (!taken.has(key)) return key
  }
}
