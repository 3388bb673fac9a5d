import type { Context } from '#platform/context.ts'
import { rowVersion } from '#platform/http/etags.ts'
import { flatCustom } from '../record-values.ts'
import type { Money } from './deal-api.ts'
import { moneyOf } from './deal-rows.ts'
import type { Stage, StageType } from './pipeline-api.ts'

/** What of a deal is written, by its names in the API. */
export interface DealState {
  readonly name: string
  readonly companyId: string | null
  readonly personId: string | null
  readonly peopleIds: readonly string[]
  readonly value: Money | null
  readonly pipelineId: string
  readonly stageId: string
  readonly probability: number | null
  readonly expectedCloseOn: string | null
  readonly ownerUserId: string | null
  readonly lostReasonId: string | null
  readonly lostNote: string | null
  readonly source: string | null
  readonly externalId: string | null
  readonly tags: readonly string[]
  readonly custom: Readonly<Record<string, unknown>>
}

/** A deal as it was found, locked until the transaction ends. */
export interface LockedDeal {
  readonly state: DealState
  readonly status: StageType
  readonly position: string
  readonly wonAt: Date | null
  readonly deletedAt: Date | null
  readonly version: string
}

interface LockedRow {
  name: string
  company_id: string | null
  person_id: string | null
  people_ids: string[]
  value: string | null
  currency: string | null
  pipeline_id: string
  stage_id: string
  probability: number | null
  expected_close_on: string | null
  owner_user_id: string | null
  lost_reason_id: string | null
  lost_note: string | null
  source: string | null
  external_id: string | null
  tags: string[]
  custom: Record<string, unknown>
  status: StageType
  position: string
  won_at: Date | null
  deleted_at: Date | null
  version: string
}

const LOCK = `
  select d.name, d.company_id, d.person_id, d.value, d.currency, d.pipeline_id, d.stage_id, d.probability, d.expected_close_on,
    d.owner_user_id, d.lost_reason_id, d.lost_note, d.source, d.external_id, d.tags, d.custom, d.status, d.position, d.won_at,
    d.deleted_at, ${rowVersion('d.updated_at')} as version,
    array(
      select dp.person_id from crm.deal_people dp where dp.org_id = $1 and dp.deal_id = d.id order by dp.position, dp.person_id
    ) as people_ids
  from crm.deals d
  where d.org_id = $1 and d.id = $2
  for no key update of d`

/** The deal, locked, deleted or not; null when there is none in sight. */
export async function lockDeal(ctx: Context, dealId: string): Promise<LockedDeal | null> {
  const found = await ctx.db.query<LockedRow>(LOCK, [ctx.orgId, dealId])
  const row = found.rows[0]
  if (!row) return null
  return {
    state: {
      name: row.name,
      companyId: row.company_id,
      personId: row.person_id,
      peopleIds: row.people_ids,
      value: moneyOf(row),
      pipelineId: row.pipeline_id,
      stageId: row.stage_id,
      probability: row.probability,
      expectedCloseOn: row.expected_close_on,
      ownerUserId: row.owner_user_id,
      lostReasonId: row.lost_reason_id,
      lostNote: row.lost_note,
      source: row.source,
      externalId: row.external_id,
      tags: row.tags,
      custom: row.custom,
    },
    status: row.status,
    position: row.position,
    wonAt: row.won_at,
    deletedAt: row.deleted_at,
    version: row.version,
  }
}

/** A state by the names of its history, custom fields as `custom.<key>`; a stage says which pipeline it is of. */
export function flatState({ custom, pipelineId: _, ...state }: DealState): Record<string, unknown> {
  return { ...state, ...flatCustom(custom) }
}

/** A stage a deal is about to enter, with what its pipeline says. */
export interface EnteredStage extends Pick<Stage, 'id' | 'name' | 'type' | 'requiredFields'> {
  readonly pipelineId: string
  readonly asksLostReason: boolean
  readonly isArchived: boolean
}

const STAGE = `
  select s.id, s.name, s.type, s.required_fields as "requiredFields", s.pipeline_id as "pipelineId",
    pl.asks_lost_reason as "asksLostReason", pl.archived_at is not null as "isArchived"
  from crm.stages s join crm.pipelines pl on pl.org_id = $1 and pl.id = s.pipeline_id
  where s.org_id = $1 and s.id = $2 and s.deleted_at is null`

/** The stage a deal is in; null when it is not there. */
export async function readStage(ctx: Context, stageId: string): Promise<EnteredStage | null> {
  const found = await ctx.db.query<EnteredStage & Record<string, unknown>>(STAGE, [ctx.orgId, stageId])
  return found.rows[0] ?? null
}

/**
 * A stage with a share of its lock, so that nobody takes it away before the deal is in it; null when it is not there. Ask for it
 * before the deal itself is locked.
 */
export async function stageToEnter(ctx: Context, stageId: string): Promise<EnteredStage | null> {
  const text = `${STAGE} for share of s`
  const found = await ctx.db.query<EnteredStage & Record<string, unknown>>(text, [ctx.orgId, stageId])
  return found.rows[0] ?? null
}
