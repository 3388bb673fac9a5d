import {
  getPerson,
  listCompanies,
  listDeals,
  listPeople,
  listRecordFields,
  RecordObject,
} from '#modules/crm/contract.ts'
import type { Route } from '#platform/contract/route.ts'
import { onLive } from '../../../shell/live.ts'
import type { LiveMessage } from '../../../shell/live-message.ts'
import { queryClient } from '../../../shell/query.ts'
import { renewSoon } from '../../../shell/renew-soon.ts'
import { access } from './record-access.ts'

const RECORD_GAP_MS = 150
const LIST_GAP_MS = 400

/** Reads again what is cached of a record: itself, where its values come from, its changes. */
function renewRecord(object: RecordObject, id: string): void {
  const { get, provenance, history } = access[object]
  for (const route of [get, provenance, history]) {
    const known = queryClient.getQueryCache().findAll({
      queryKey: [route.id],
      predicate: query => JSON.stringify(query.queryKey).includes(id),
    })
    for (const query of known) renewSoon(query.queryKey, RECORD_GAP_MS)
  }
}

function hear(message: LiveMessage): void {
  for (const { type, id } of message.subjects) {
    const object = RecordObject.safeParse(type)
    if (object.success) renewRecord(object.data, id)
  }
  // A company's name stands on its people and deals, and what belongs to a record is read as a list.
  const lists: readonly Route[] = [listPeople, listCompanies, listDeals]
  for (const route of lists) renewSoon([route.id], LIST_GAP_MS)
  if (message.type.startsWith('company.')) renewSoon([getPerson.id], LIST_GAP_MS)
}

/** Keeps records and what is read beside them up to date from live messages. Called once, at start. */
export function renewRecordsOnLive(): void {
  for (const prefix of ['person.', 'company.', 'deal.', 'change_set.']) onLive(prefix, hear)
  onLive('custom_field', () => renewSoon([listRecordFields.id], LIST_GAP_MS))
}
