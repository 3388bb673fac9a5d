import type { BulkAct } from '../bulk-api.ts'
import type { RecordObject } from '../record-api.ts'
import type { RecordKind } from '../record-kind.ts'

const NOUNS: Readonly<Record<RecordObject, readonly [string, string]>> = {
  company: ['company', 'companies'],
  person: ['person', 'people'],
  deal: ['deal', 'deals'],
}
const NAMED_MAX = 3

/** What people read in the list of what can be taken back: "Changed lifecycle stage of 231 people". */
export function actWords(kind: RecordKind, act: BulkAct, count: number): string {
  const [one, many] = NOUNS[kind.object]
  const whom = `${count.toLocaleString('en')} ${count === 1 ? one : many}`
  if (act.type === 'delete') return `Deleted ${whom}`
  if (act.type === 'restore') return `Restored ${whom}`
  const names = fieldNames(kind, act.patch)
  const shown = names.slice(0, NAMED_MAX).join(', ')
  const more = names.length > NAMED_MAX ? ` and ${names.length - NAMED_MAX} more` : ''
  return `Changed ${shown || 'nothing'}${more} of ${whom}`
}

function fieldNames(kind: RecordKind, patch: Readonly<Record<string, unknown>>): string[] {
  const { custom, addTags, removeTags, ...fields } = patch
  const own = typeof custom === 'object' && custom !== null ? Object.keys(custom) : []
  const tags = addTags === undefined && removeTags === undefined ? [] : ['tags']
  const labelOf = (key: string) => kind.fields.find(field => field.key === key)?.label.toLowerCase() ?? key
  return [...Object.keys(fields).map(labelOf), ...own.map(labelOf), ...tags]
}
