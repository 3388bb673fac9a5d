import type { Relation, SqlField } from '#platform/filter/compile.ts'
import type { ListShape } from '#platform/filter/list.ts'
import { COMPANY_FIELDS } from './company-api.ts'
import { activityOrder } from './person-fields.ts'

/** Everybody with a position at the company. */
const PEOPLE: Relation = {
  from: `crm.positions w join crm.people p on p.org_id = $1 and p.id = w.person_id and p.deleted_at is null`,
  on: 'w.org_id = $1 and w.company_id = c.id and w.deleted_at is null',
}

const SQL: Readonly<Record<keyof typeof COMPANY_FIELDS, SqlField>> = {
  name: { sql: 'c.name', isNeverNull: true, order: { sql: 'c.name_key', cast: 'text' } },
  brandName: { sql: 'c.brand_name' },
  siren: { sql: 'c.siren' },
  hqSiret: { sql: 'c.hq_siret' },
  nafCode: { sql: 'c.naf_code' },
  nafNomenclature: { sql: 'c.naf_nomenclature' },
  activity: { sql: 'c.activity' },
  foundingYear: { sql: 'c.founding_year' },
  foundingDate: { sql: 'c.founding_date' },
  growing: { sql: 'c.growing' },
  employeeRange: { sql: 'c.employee_range' },
  annualRevenue: { sql: 'c.annual_revenue', currency: 'c.annual_revenue_currency' },
  phones: { sql: 'c.phones', isNeverNull: true },
  email: { sql: 'c.generic_email::text' },
  websiteUrl: { sql: 'c.website_url' },
  domain: { sql: 'c.domain', isFolded: true },
  linkedinUrl: { sql: 'c.linkedin_url' },
  street: { sql: "c.address->>'street'" },
  postalCode: { sql: "c.address->>'postalCode'" },
  city: { sql: "c.address->>'city'" },
  country: { sql: "c.address->>'country'" },
  externalId: { sql: 'c.external_id' },
  source: { sql: 'c.source' },
  tags: { sql: 'c.tags', isNeverNull: true },
  ownerUserId: { sql: 'c.owner_user_id' },
  lastActivityAt: { sql: 'c.last_activity_at', order: activityOrder('c.last_activity_at') },
  createdAt: { sql: 'c.created_at', isNeverNull: true, order: { sql: 'c.id', cast: 'uuid' } },
  updatedAt: { sql: 'c.updated_at', isNeverNull: true },
  'people.firstName': { sql: 'p.first_name', via: PEOPLE },
  'people.lastName': { sql: 'p.last_name', via: PEOPLE },
  'people.email': { sql: 'w.email_key', isFolded: true, via: PEOPLE },
  'people.title': { sql: 'w.title', via: PEOPLE },
  'people.lifecycleStage': { sql: 'p.lifecycle_stage', via: PEOPLE },
  'people.tags': { sql: 'p.tags', via: PEOPLE },
  'people.ownerUserId': { sql: 'p.owner_user_id', via: PEOPLE },
}

/** What a list of companies is filtered and sorted by. */
export const COMPANY_LIST: ListShape = { fields: COMPANY_FIELDS, id: 'c.id', sql: SQL }
