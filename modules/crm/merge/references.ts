import type { RecordReference } from '#platform/references.ts'

const OF_OBJECT = { column: 'object' }
const moved = (
  table: string,
  column: string,
  object: RecordReference['object'],
  rest: Partial<RecordReference> = {},
): RecordReference => ({ table, column, object, key: ['id'], isTouched: true, ...rest })
const kept = (
  table: string,
  column: string,
  object: RecordReference['object'],
  stays: string,
): RecordReference => ({ table, column, object, key: [], isTouched: false, stays })

const DERIVED = 'It is made anew from the records.'
const HISTORY = 'It says what happened to that very record.'

/** Every column of this module that names a company, person or deal. */
export const crmReferences: readonly RecordReference[] = [
  moved('crm.positions', 'person_id', 'person'),
  moved('crm.positions', 'company_id', 'company'),
  moved('crm.deals', 'company_id', 'company'),
  moved('crm.deals', 'person_id', 'person'),
  moved('crm.deal_people', 'person_id', 'person', { key: ['deal_id', 'person_id'], uniqueBy: ['deal_id'] }),
  moved('crm.deal_people', 'deal_id', 'deal', { key: ['deal_id', 'person_id'], uniqueBy: ['person_id'] }),
  moved('crm.consents', 'person_id', 'person'),
  moved('crm.attachments', 'record_id', OF_OBJECT),
  moved('crm.activity_links', 'record_id', OF_OBJECT, {
    key: ['record_id', 'activity_id'],
    uniqueBy: ['activity_id'],
    isTouched: false,
  }),
  moved('crm.timeline_entries', 'record_id', OF_OBJECT, {
    key: ['record_id', 'id'],
    uniqueBy: ['id'],
    subjects: 'subjects',
  }),
  moved('crm.timeline_entries', 'company_id', 'company', { key: ['record_id', 'id'] }),
  kept('crm.deal_stages', 'deal_id', 'deal', HISTORY),
  kept('crm.changes', 'record_id', OF_OBJECT, HISTORY),
  kept('crm.change_set_failures', 'record_id', OF_OBJECT, HISTORY),
  kept('crm.merge_rows', 'record_id', OF_OBJECT, HISTORY),
  kept('crm.enrichments', 'record_id', OF_OBJECT, HISTORY),
  kept('crm.custom_values', 'record_id', OF_OBJECT, DERIVED),
  kept('crm.search_entries', 'record_id', OF_OBJECT, DERIVED),
  kept('crm.duplicate_pairs', 'first_id', OF_OBJECT, 'A pair is shown while both records are there.'),
  kept('crm.duplicate_pairs', 'second_id', OF_OBJECT, 'A pair is shown while both records are there.'),
]
