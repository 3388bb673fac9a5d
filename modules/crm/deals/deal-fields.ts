import type { Context } from '#platform/context.ts'
import type { Relation, SqlField } from '#platform/filter/compile.ts'
import { type ListShape, readList } from '#platform/filter/list.ts'
import { fieldsOf, READ_ONLY } from '../built-in-fields.ts'
import { COMPANY_LIST } from '../company-fields.ts'
import { withCustomFields } from '../custom-fields/values.ts'
import { personSql } from '../person-fields.ts'
import type { RecordField } from '../record-api.ts'
import { DEAL_FIELDS } from './deal-api.ts'

/** The fields of the deal's company, as `company.<field>`; what leads on from the company is left out. */
function companySql(): Readonly<Record<string, SqlField>> {
  const via: Relation = {
    from: 'crm.companies c',
    on: 'c.org_id = $1 and c.id = d.company_id and c.deleted_at is null',
  }
  const own = Object.entries(COMPANY_LIST.sql).filter(([key]) => !key.includes('.'))
  return Object.fromEntries(own.map(([key, field]) => [`company.${key}`, { ...field, via }]))
}

/** Everybody a deal is with. */
const involved: Relation = {
  from: `(select d.person_id union all
    select dp.person_id from crm.deal_people dp where dp.org_id = $1 and dp.deal_id = d.id) involved`,
  on: 'true',
}

/** The stage's probability stands in for a deal's own. */
const PROBABILITY =
  'coalesce(d.probability, (select s.probability from crm.stages s where s.org_id = $1 and s.id = d.stage_id))'

const SQL: Readonly<Record<string, SqlField>> = {
  name: { sql: 'd.name', isNeverNull: true, order: { sql: 'd.name_key', cast: 'text' } },
  value: {
    sql: 'd.value',
    currency: 'd.currency',
    order: {
      sql: 'case when d.value is null then 9223372036854775807 else d.value end',
      descendingSql: 'case when d.value is null then -1 else d.value end',
      cast: 'bigint',
    },
  },
  status: { sql: 'd.status', isNeverNull: true },
  pipelineId: { sql: 'd.pipeline_id', isNeverNull: true },
  pipeline: {
    sql: 'pl.name',
    via: { from: 'crm.pipelines pl', on: 'pl.org_id = $1 and pl.id = d.pipeline_id' },
  },
  stageId: { sql: 'd.stage_id', isNeverNull: true },
  stage: { sql: 's.key', via: { from: 'crm.stages s', on: 's.org_id = $1 and s.id = d.stage_id' } },
  probability: { sql: PROBABILITY, isNeverNull: true },
  expectedCloseOn: {
    sql: 'd.expected_close_on',
    order: {
      sql: "case when d.expected_close_on is null then 'infinity'::date else d.expected_close_on end",
      descendingSql:
        "case when d.expected_close_on is null then '-infinity'::date else d.expected_close_on end",
      cast: 'date',
    },
  },
  ownerUserId: { sql: 'd.owner_user_id' },
  companyId: { sql: 'd.company_id' },
  personId: { sql: 'involved.person_id', via: involved },
  lostReasonId: { sql: 'd.lost_reason_id' },
  source: { sql: 'd.source' },
  externalId: { sql: 'd.external_id' },
  tags: { sql: 'd.tags', isNeverNull: true },
  stageEnteredAt: { sql: 'd.stage_entered_at', isNeverNull: true },
  wonAt: { sql: 'd.won_at' },
  lostAt: { sql: 'd.lost_at' },
  closedAt: { sql: 'd.closed_at' },
  // Ids are made in order of time, and they are what the index is in order of.
  createdAt: { sql: 'd.created_at', isNeverNull: true, order: { sql: 'd.id', cast: 'uuid' } },
  updatedAt: { sql: 'd.updated_at', isNeverNull: true },
  ...companySql(),
  ...personSql('d.person_id'),
}

const SHAPE: ListShape = { fields: DEAL_FIELDS, id: 'd.id', sql: SQL }

/** What lists of deals, of a table `d`, are filtered and sorted by, custom fields included. $1 is the organization. */
export function dealShape(ctx: Context): Promise<ListShape> {
  return withCustomFields(ctx, 'deal', SHAPE, 'd.id')
}

/**
 * The conditions of a filter alone, for counts and sums over all that it lets through: begins with `and` when there is any.
 * `values` are those of the statement's own parameters. Throws `request.invalid`.
 */
export async function dealConditions(
  ctx: Context,
  filter: string | undefined,
  values: readonly unknown[],
): Promise<{ sql: string; values: readonly unknown[] }> {
  const list = readList(await dealShape(ctx), { limit: 1, filter }, values)
  // The last one is the limit, which stands in the order alone.
  return { sql: list.where, values: list.values.slice(0, -1) }
}

const field = fieldsOf(DEAL_FIELDS)

/** The built-in fields of a deal in the order people read them. */
export const DEAL_RECORD_FIELDS: readonly RecordField[] = [
  field('name', 'Name', 'text', 'Deal', { isRequired: true }),
  field('value', 'Value', 'money', 'Deal'),
  field('stageId', 'Stage', 'select', 'Deal'),
  field('probability', 'Probability', 'number', 'Deal'),
  field('expectedCloseOn', 'Expected close', 'date', 'Deal'),
  field('ownerUserId', 'Owner', 'user', 'Deal'),
  field('companyId', 'Company', 'relation', 'Deal', { relatesTo: 'company' }),
  field('personId', 'Person', 'relation', 'Deal', { relatesTo: 'person' }),
  field('tags', 'Tags', 'multi_select', 'Deal'),
  field('source', 'Source', 'text', 'Origin'),
  field('externalId', 'External ID', 'text', 'Origin'),
  field('status', 'Status', 'select', 'Outcome', {
    ...READ_ONLY,
    options: [
      { value: 'open', label: 'Open', color: 'info' },
      { value: 'won', label: 'Won', color: 'good' },
      { value: 'lost', label: 'Lost', color: 'neutral' },
    ],
  }),
  field('lostReasonId', 'Lost reason', 'select', 'Outcome', { isImportable: false }),
  field('lostNote', 'Why it was lost', 'long_text', 'Outcome', { isImportable: false }),
  field('closedAt', 'Closed', 'time', 'Outcome', READ_ONLY),
  field('stageEnteredAt', 'In stage since', 'time', 'Outcome', READ_ONLY),
  field('createdAt', 'Created', 'time', 'Origin', READ_ONLY),
  field('updatedAt', 'Changed', 'time', 'Origin', READ_ONLY),
]
