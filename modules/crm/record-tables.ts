import type { RecordObject } from './record-api.ts'

/** The tables of the records, where `id`, `custom`, `tags`, `owner_user_id`, `merged_into` and `deleted_at` are. */
export const RECORD_TABLE: Readonly<Record<RecordObject, string>> = {
  company: 'crm.companies',
  person: 'crm.people',
  deal: 'crm.deals',
}
