import type { RecordObject } from '../record-api.ts'

/** The tables of the records, where `id`, `custom`, `owner_user_id` and `deleted_at` are. */
export const TABLES: Readonly<Record<RecordObject, string>> = {
  company: 'crm.companies',
  person: 'crm.people',
  deal: 'crm.deals',
}
