import type { RecordObject } from '#modules/crm/contract.ts'
import { relatedOf } from '../fields/field-words.ts'
import type { AnyRecord } from './record-values.ts'

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

/** What tells a record from others of its name, as a search shows it: "Buyer · Moulin Vert". Null when there is nothing. */
export function recentDetail(object: RecordObject, record: AnyRecord): string | null {
  const named = (key: string) => relatedOf(record[key])?.name ?? ''
  const address = Object(record.address) as { city?: unknown }
  const parts: Readonly<Record<RecordObject, () => readonly string[]>> = {
    person: () => [textOf(record.title), named('company')],
    company: () => [textOf(record.domain), textOf(address.city)],
    deal: () => [
      named('company'),
      named('person'),
      textOf((Object(record.stage) as { name?: unknown }).name),
    ],
  }
  return parts[object]().filter(Boolean).join(' · ') || null
}
