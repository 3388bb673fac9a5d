import { companyKind } from './company-kind.ts'
import { dealKind } from './deals/deal-kind.ts'
import { personKind } from './person-kind.ts'
import type { RecordObject } from './record-api.ts'
import type { RecordKind } from './record-kind.ts'

/** What lists, imports, bulk edits, merges and undo know of each object. */
export const recordKinds: Readonly<Record<RecordObject, RecordKind>> = {
  company: companyKind,
  person: personKind,
  deal: dealKind,
}
