import type { Context } from '#platform/context.ts'
import { newId } from '#platform/ids.ts'
import type { StageType } from './pipeline-api.ts'

/** A stage as it is before it is stored. */
export interface StageDraft {
  readonly key: string
  readonly name: string
  readonly type: StageType
  readonly probability: number
}

/** What every new pipeline begins with. */
const STAGES: readonly StageDraft[] = [
  { key: 'qualification', name: 'Qualification', type: 'open', probability: 20 },
  { key: 'proposal', name: 'Proposal', type: 'open', probability: 50 },
  { key: 'negotiation', name: 'Negotiation', type: 'open', probability: 75 },
  { key: 'closed_won', name: 'Closed won', type: 'won', probability: 100 },
  { key: 'closed_lost', name: 'Closed lost', type: 'lost', probability: 0 },
]

const LOST_REASONS = [
  'Price',
  'Chose a competitor',
  'No budget',
  'Bad timing',
  'Missing feature',
  'No answer',
]

const INSERT_INITIAL = `
  insert into crm.pipelines (org_id, id, name, position, is_initial)
  select $1, $2, 'Sales', 0, true
  where not exists (select 1 from crm.pipelines where org_id = $1)
  on conflict (org_id) where is_initial do nothing
  returning id`

const INSERT_STAGES = `
  insert into crm.stages (org_id, id, pipeline_id, key, name, type, probability, position)
  select $1, s.id, $2, s.key, s.name, s.type, s.probability, s.position
  from unnest($3::uuid[], $4::text[], $5::text[], $6::text[], $7::smallint[], $8::int[])
    as s (id, key, name, type, probability, position)`

const INSERT_REASONS = `
  insert into crm.lost_reasons (org_id, id, name, position)
  select $1, r.id, r.name, r.position from unnest($2::uuid[], $3::text[], $4::int[]) as r (id, name, position)
  on conflict do nothing`

/** Gives a new pipeline the stages every pipeline begins with. Waits for no answer. */
export function insertFirstStages(ctx: Context, pipelineId: string): void {
  ctx.db.send(INSERT_STAGES, [
    ctx.orgId,
    pipelineId,
    STAGES.map(() => newId()),
    STAGES.map(stage => stage.key),
    STAGES.map(stage => stage.name),
    STAGES.map(stage => stage.type),
    STAGES.map(stage => stage.probability),
    STAGES.map((_, position) => position),
  ])
}

/**
 * Gives an organization without any pipeline its first one, with lost reasons. It is done when pipelines are first asked for, so
 * organizations that are older than this table need nothing else. Two that do it at once make one: the second waits at the unique index.
 */
export async function ensurePipeline(ctx: Context): Promise<void> {
  const known = await ctx.db.query('select 1 from crm.pipelines where org_id = $1 limit 1', [ctx.orgId])
  if (known.rowCount !== 0) return
  const made = await ctx.db.query<{ id: string }>(INSERT_INITIAL, [ctx.orgId, newId()])
  const [pipeline] = made.rows
  if (!pipeline) return
  insertFirstStages(ctx, pipeline.id)
  ctx.db.send(INSERT_REASONS, [
    ctx.orgId,
    LOST_REASONS.map(() => newId()),
    LOST_REASONS,
    LOST_REASONS.map((_, position) => position),
  ])
}
