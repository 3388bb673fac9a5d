import type { RecordObject } from './record-api.ts'
import type { RecordKind } from './record-kind.ts'

/** Stands in for an object whose verbs are on their way. */
function pending(object: RecordObject, table: string): RecordKind {
  const refuse = () => Promise.reject(new Error(`The verbs of ${object} are not there yet.`))
  return {
    object,
    table,
    fields: [],
    list: refuse,
    idsMatching: refuse,
    countMatching: refuse,
    read: refuse,
    create: refuse,
    change: refuse,
    remove: refuse,
    restore: refuse,
  }
}

/** What lists, imports, bulk edits, merges and undo know of each object. */
export const recordKinds: Readonly<Record<RecordObject, RecordKind>> = {
  company: pending('company', 'crm.companies'),
  person: pending('person', 'crm.people'),
  deal: pending('deal', 'crm.deals'),
}
