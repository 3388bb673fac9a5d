import type { Relation, SqlField } from '#platform/filter/compile.ts'
import type { ListShape } from '#platform/filter/list.ts'
import { type PERSON_FIELDS, PERSON_LIST_FIELDS } from './person-api.ts'

/** The rows a person is read from: the person, the primary position and its company. */
export const PERSON_ROWS = `crm.people p
  left join crm.positions o on o.org_id = $1 and o.person_id = p.id and o.is_primary and o.deleted_at is null
  left join crm.companies c on c.org_id = $1 and c.id = o.company_id and c.deleted_at is null`

/** Names in order, those without one last in either direction; see the indexes of migration 0021. */
export function nameOrder(key: string): NonNullable<SqlField['order']> {
  return {
    sql: `case when ${key} is null then U&'\\+10FFFF' collate "C" else ${key} end`,
    descendingSql: `case when ${key} is null then '' collate "C" else ${key} end`,
    cast: 'text',
  }
}

/** Times in order, records without one last in either direction. */
export function activityOrder(time: string): NonNullable<SqlField['order']> {
  return {
    sql: `case when ${time} is null then 'infinity'::timestamptz else ${time} end`,
    descendingSql: `case when ${time} is null then '-infinity'::timestamptz else ${time} end`,
    cast: 'timestamptz',
  }
}

const SQL: Readonly<Record<keyof typeof PERSON_FIELDS, SqlField>> = {
  firstName: { sql: 'p.first_name', order: nameOrder('p.first_name_key') },
  lastName: { sql: 'p.last_name', order: nameOrder('p.last_name_key') },
  email: { sql: 'o.email_key', isFolded: true },
  emailStatus: { sql: 'o.email_status' },
  title: { sql: 'o.title' },
  company: { sql: 'c.name', order: nameOrder('c.name_key') },
  companyId: { sql: 'c.id' },
  phone: { sql: 'p.phone' },
  mobile: { sql: 'p.mobile' },
  linkedinUrl: { sql: 'p.linkedin_url' },
  externalId: { sql: 'p.external_id' },
  source: { sql: 'p.source' },
  status: { sql: 'p.status', isNeverNull: true },
  lifecycleStage: { sql: 'p.lifecycle_stage', isNeverNull: true },
  // An integer compared with a number of any size is not compared by the index.
  score: { sql: 'p.score', isNeverNull: true, order: { sql: 'p.score', cast: 'integer' } },
  tags: { sql: 'p.tags', isNeverNull: true },
  ownerUserId: { sql: 'p.owner_user_id' },
  lastActivityAt: { sql: 'p.last_activity_at', order: activityOrder('p.last_activity_at') },
  // Ids are made in order of time, and they are what the index is in order of.
  createdAt: { sql: 'p.created_at', isNeverNull: true, order: { sql: 'p.id', cast: 'uuid' } },
  updatedAt: { sql: 'p.updated_at', isNeverNull: true },
}

const POSITIONS: Relation = {
  from: 'crm.positions w',
  on: 'w.org_id = $1 and w.person_id = p.id and w.deleted_at is null',
}

type BeyondField = Exclude<keyof typeof PERSON_LIST_FIELDS, keyof typeof PERSON_FIELDS>

const BEYOND: Readonly<Record<BeyondField, SqlField>> = {
  'company.domain': { sql: 'c.domain', isFolded: true },
  'company.siren': { sql: 'c.siren' },
  'company.nafCode': { sql: 'c.naf_code' },
  'company.employeeRange': { sql: 'c.employee_range' },
  'company.activity': { sql: 'c.activity' },
  'company.growing': { sql: 'c.growing' },
  'company.foundingYear': { sql: 'c.founding_year' },
  'company.annualRevenue': { sql: 'c.annual_revenue', currency: 'c.annual_revenue_currency' },
  'company.city': { sql: "c.address->>'city'" },
  'company.country': { sql: "c.address->>'country'" },
  'company.tags': { sql: 'c.tags' },
  'company.ownerUserId': { sql: 'c.owner_user_id' },
  'positions.companyId': { sql: 'w.company_id', via: POSITIONS },
  'positions.title': { sql: 'w.title', via: POSITIONS },
  'positions.email': { sql: 'w.email_key', isFolded: true, via: POSITIONS },
}

/** What a list of people is filtered and sorted by. */
export const PERSON_LIST: ListShape = {
  fields: PERSON_LIST_FIELDS,
  id: 'p.id',
  sql: { ...SQL, ...BEYOND },
}

/** The fields of the person another record leads to, as `person.<field>`. `personId` is the record's own column. */
export function personSql(personId: string): Readonly<Record<string, SqlField>> {
  const via: Relation = {
    from: PERSON_ROWS,
    on: `p.org_id = $1 and p.id = ${personId} and p.deleted_at is null`,
  }
  return Object.fromEntries(Object.entries(SQL).map(([name, field]) => [`person.${name}`, { ...field, via }]))
}
