import type { Relation, SqlField } from '#platform/filter/compile.ts'
import type { ListShape } from '#platform/filter/list.ts'
import { PERSON_FIELDS } from './contract.ts'

/** The rows a person is read from: the person, the primary position and its company. */
export const PERSON_ROWS = `crm.people p
  left join crm.positions o on o.org_id = $1 and o.person_id = p.id and o.is_primary and o.deleted_at is null
  left join crm.companies c on c.org_id = $1 and c.id = o.company_id and c.deleted_at is null`

const SQL: Readonly<Record<keyof typeof PERSON_FIELDS, SqlField>> = {
  firstName: { sql: 'p.first_name' },
  lastName: { sql: 'p.last_name' },
  email: { sql: 'o.email_key', isFolded: true },
  emailStatus: { sql: 'o.email_status' },
  title: { sql: 'o.title' },
  company: { sql: 'c.name' },
  phone: { sql: 'p.phone' },
  mobile: { sql: 'p.mobile' },
  source: { sql: 'p.source' },
  status: { sql: 'p.status', isNeverNull: true },
  lifecycleStage: { sql: 'p.lifecycle_stage', isNeverNull: true },
  score: { sql: 'p.score', isNeverNull: true },
  tags: { sql: 'p.tags', isNeverNull: true },
  ownerUserId: { sql: 'p.owner_user_id' },
  lastActivityAt: { sql: 'p.last_activity_at' },
  // Ids are made in order of time, and they are what the index is in order of.
  createdAt: { sql: 'p.created_at', isNeverNull: true, order: { sql: 'p.id', cast: 'uuid' } },
  updatedAt: { sql: 'p.updated_at', isNeverNull: true },
}

/** What a list of people is filtered and sorted by. */
export const PERSON_LIST: ListShape = { fields: PERSON_FIELDS, id: 'p.id', sql: SQL }

/** The fields of the person another record leads to, as `person.<field>`. `personId` is the record's own column. */
export function personSql(personId: string): Readonly<Record<string, SqlField>> {
  const via: Relation = {
    from: PERSON_ROWS,
    on: `p.org_id = $1 and p.id = ${personId} and p.deleted_at is null`,
  }
  return Object.fromEntries(Object.entries(SQL).map(([name, field]) => [`person.${name}`, { ...field, via }]))
}
