import type { Context } from '#platform/context.ts'
import type { Deal, Money } from './deal-api.ts'
import type { StageType } from './pipeline-api.ts'

/** What a deal is read from beside its own row `d`: its stage, and those it names as far as they are there and seen. */
export const DEAL_JOINS = `
  join crm.stages s on s.org_id = $1 and s.id = d.stage_id
  left join crm.companies c on c.org_id = $1 and c.id = d.company_id and c.deleted_at is null
  left join crm.people p on p.org_id = $1 and p.id = d.person_id and p.deleted_at is null
  left join crm.positions o on o.org_id = $1 and o.person_id = p.id and o.is_primary and o.deleted_at is null
  left join crm.lost_reasons r on r.org_id = $1 and r.id = d.lost_reason_id`

/** What a person is called: their name, or else their address. For tables `p` and `o`. */
export const PERSON_NAME = `coalesce(nullif(concat_ws(' ', p.first_name, p.last_name), ''), o.email::text, '')`

/** The columns of a deal as `dealOf` reads them. */
export const DEAL_COLUMNS = `d.id, d.name, d.value, d.currency, d.pipeline_id, d.stage_id, d.status, d.probability, d.expected_close_on,
  d.owner_user_id, d.lost_note, d.stage_entered_at, d.won_at, d.lost_at, d.source, d.external_id, d.tags, d.custom,
  d.created_at, d.updated_at, s.key as stage_key, s.name as stage_name, s.probability as stage_probability, s.rotting_days,
  c.id as company_id, c.name as company_name, p.id as person_id, ${PERSON_NAME} as person_name,
  r.id as lost_reason_id, r.name as lost_reason_name`

export interface DealRow {
  id: string
  name: string
  value: string | null
  currency: string | null
  pipeline_id: string
  stage_id: string
  status: StageType
  probability: number | null
  expected_close_on: string | null
  owner_user_id: string | null
  lost_note: string | null
  stage_entered_at: Date
  won_at: Date | null
  lost_at: Date | null
  source: string | null
  external_id: string | null
  tags: string[]
  custom: Record<string, unknown>
  created_at: Date
  updated_at: Date
  stage_key: string
  stage_name: string
  stage_probability: number
  rotting_days: number | null
  company_id: string | null
  company_name: string | null
  person_id: string | null
  person_name: string | null
  lost_reason_id: string | null
  lost_reason_name: string | null
}

/** A row as people and the API see it. */
export function dealOf(row: DealRow): Deal {
  return {
    id: row.id,
    name: row.name,
    company: referenceOf(row.company_id, row.company_name),
    companyId: row.company_id,
    person: referenceOf(row.person_id, row.person_name),
    personId: row.person_id,
    value: moneyOf(row),
    pipelineId: row.pipeline_id,
    stageId: row.stage_id,
    stage: { key: row.stage_key, name: row.stage_name },
    status: row.status,
    probability: row.probability ?? row.stage_probability,
    ownProbability: row.probability,
    expectedCloseOn: row.expected_close_on,
    ownerUserId: row.owner_user_id,
    lostReason: referenceOf(row.lost_reason_id, row.lost_reason_name),
    lostReasonId: row.lost_reason_id,
    lostNote: row.lost_note,
    stageEnteredAt: row.stage_entered_at.toISOString(),
    rottingDays: row.rotting_days,
    wonAt: row.won_at?.toISOString() ?? null,
    lostAt: row.lost_at?.toISOString() ?? null,
    closedAt: (row.won_at ?? row.lost_at)?.toISOString() ?? null,
    source: row.source,
    externalId: row.external_id,
    tags: row.tags,
    custom: row.custom,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  }
}

/** An amount out of its two columns; null for none. */
export function moneyOf({
  value,
  currency,
}: {
  value: string | null
  currency: string | null
}): Money | null {
  return value === null || currency === null ? null : { amount: Number(value), currency }
}

function referenceOf(id: string | null, name: string | null): { id: string; name: string } | null {
  return id === null ? null : { id, name: name ?? '' }
}

/** Those of the deals that are there and seen, in no order. */
export async function readDeals(ctx: Context, ids: readonly string[]): Promise<Deal[]> {
  const found = await ctx.db.query<DealRow>(
    `select ${DEAL_COLUMNS} from crm.deals d ${DEAL_JOINS}
     where d.org_id = $1 and d.id = any($2::uuid[]) and d.deleted_at is null`,
    [ctx.orgId, ids],
  )
  return found.rows.map(dealOf)
}
