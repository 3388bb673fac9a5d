import type { Context } from '#platform/context.ts'
import { newId } from '#platform/ids.ts'
import type { DealState } from './deal-state.ts'
import type { StageType } from './pipeline-api.ts'

// Whoever is put back within a quarter of an hour, as by an undo, was won or lost when they were at first.
const CLOSED = (type: 'won' | 'lost') => `
  case when $10::text <> '${type}' then null else coalesce(${type}_at, (
    select h.entered_at from crm.deal_stages h join crm.stages s on s.org_id = $1 and s.id = h.stage_id
    where h.org_id = $1 and h.deal_id = $2 and s.type = '${type}' and h.left_at > clock_timestamp() - interval '15 minutes'
    order by h.left_at desc limit 1
  ), clock_timestamp()) end`

const UPDATE = `
  update crm.deals set name = $3, company_id = $4, person_id = $5, value = $6, currency = $7, pipeline_id = $8,
    stage_entered_at = case when stage_id = $9 then stage_entered_at else greatest(stage_entered_at, clock_timestamp()) end,
    stage_id = $9, status = $10, probability = $11, position = $12, expected_close_on = $13, owner_user_id = $14,
    lost_reason_id = $15, lost_note = $16, source = $17, external_id = $18, tags = $19, custom = $20,
    won_at = ${CLOSED('won')}, lost_at = ${CLOSED('lost')}
  where org_id = $1 and id = $2
  returning won_at`

const INSERT = `
  insert into crm.deals (org_id, id, name, company_id, person_id, value, currency, pipeline_id, stage_id, status, probability, position,
    expected_close_on, owner_user_id, lost_reason_id, lost_note, source, external_id, tags, custom, stage_entered_at, won_at, lost_at,
    created_by)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, now(),
    case when $10::text = 'won' then now() end, case when $10::text = 'lost' then now() end, $21)
  returning won_at`

interface Written {
  readonly state: DealState
  readonly status: StageType
  readonly position: string
}

/** Stores a new deal with its people and the begin of its history; gives when it was won. */
export async function insertDeal(ctx: Context, dealId: string, written: Written): Promise<Date | null> {
  const createdBy = ctx.actor.type === 'user' ? ctx.actor.userId : null
  const values = [...valuesOf(ctx, dealId, written), createdBy]
  const wonAt = await storedBy(ctx, INSERT, values)
  replacePeople(ctx, dealId, [], written.state)
  ctx.db.send(ENTER, [ctx.orgId, dealId, newId(), JSON.stringify(ctx.actor)])
  return wonAt
}

/** Stores what a deal is now; another stage ends one stay and begins the next. Gives when it was won. */
export async function updateDeal(
  ctx: Context,
  dealId: string,
  before: DealState,
  written: Written,
): Promise<Date | null> {
  const { state } = written
  const wonAt = await storedBy(ctx, UPDATE, valuesOf(ctx, dealId, written))
  if (before.ownerUserId !== state.ownerUserId) giveParts(ctx, dealId, state.ownerUserId)
  replacePeople(ctx, dealId, before.peopleIds, state)
  if (before.stageId !== state.stageId) {
    const actor = JSON.stringify(ctx.actor)
    ctx.db.send(LEAVE, [ctx.orgId, dealId, actor])
    ctx.db.send(ENTER, [ctx.orgId, dealId, newId(), actor])
  }
  return wonAt
}

async function storedBy(ctx: Context, text: string, values: readonly unknown[]): Promise<Date | null> {
  const stored = await ctx.db.query<{ won_at: Date | null }>(text, values)
  const row = stored.rows[0]
  if (!row) throw new Error('The deal was not stored.')
  return row.won_at
}

function valuesOf(ctx: Context, dealId: string, { state, status, position }: Written): unknown[] {
  return [
    ctx.orgId,
    dealId,
    state.name,
    state.companyId,
    state.personId,
    state.value?.amount ?? null,
    state.value?.currency ?? null,
    state.pipelineId,
    state.stageId,
    status,
    state.probability,
    position,
    state.expectedCloseOn,
    state.ownerUserId,
    state.lostReasonId,
    state.lostNote,
    state.source,
    state.externalId,
    state.tags,
    JSON.stringify(state.custom),
  ]
}

const LEAVE = `
  update crm.deal_stages h set left_at = greatest(h.entered_at, d.stage_entered_at), left_by = $3, next_stage_id = d.stage_id
  from crm.deals d
  where h.org_id = $1 and h.deal_id = $2 and h.left_at is null and d.org_id = $1 and d.id = $2`

const ENTER = `
  insert into crm.deal_stages (org_id, id, deal_id, pipeline_id, stage_id, owner_user_id, entered_at, entered_by)
  select $1, $3, d.id, d.pipeline_id, d.stage_id, d.owner_user_id, d.stage_entered_at, $4
  from crm.deals d where d.org_id = $1 and d.id = $2`

/** What belongs to a deal has its owner, so that those who see their own deals alone find it. */
function giveParts(ctx: Context, dealId: string, ownerUserId: string | null): void {
  for (const table of ['crm.deal_people', 'crm.deal_stages'])
    ctx.db.send(`update ${table} set owner_user_id = $3 where org_id = $1 and deal_id = $2`, [
      ctx.orgId,
      dealId,
      ownerUserId,
    ])
}

function replacePeople(ctx: Context, dealId: string, before: readonly string[], state: DealState): void {
  const { peopleIds, ownerUserId } = state
  if (JSON.stringify(before) === JSON.stringify(peopleIds)) return
  ctx.db.send(
    'delete from crm.deal_people where org_id = $1 and deal_id = $2 and not person_id = any($3::uuid[])',
    [ctx.orgId, dealId, peopleIds],
  )
  ctx.db.send(
    `insert into crm.deal_people (org_id, deal_id, person_id, owner_user_id, position)
     select $1, $2, p.id, $4, p.place from unnest($3::uuid[]) with ordinality as p (id, place)
     on conflict (org_id, deal_id, person_id) do update set position = excluded.position`,
    [ctx.orgId, dealId, peopleIds, ownerUserId],
  )
}
