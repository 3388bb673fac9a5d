import {
  changeCompany,
  changeDeal,
  changePerson,
  changePosition,
  companyHistory,
  companyProvenance,
  dealHistory,
  dealProvenance,
  deleteCompany,
  deleteDeal,
  deletePerson,
  getCompany,
  getDeal,
  getPerson,
  listCompanies,
  listDeals,
  listPeople,
  personHistory,
  personProvenance,
  type RecordObject,
  restoreCompany,
  restoreDeal,
  restorePerson,
} from '#modules/crm/contract.ts'
import type { Route, RouteResult } from '#platform/contract/route.ts'
import { call, routeQuery } from '../../../shell/api.ts'
import type { RecordTarget } from './edits.ts'
import { type AnyRecord, positionField } from './record-values.ts'

interface ObjectAccess {
  /** What one of them is called in a sentence. */
  readonly word: string
  /** What the list is called. */
  readonly list: string
  readonly listPlace: string
  /** What permissions are named after. */
  readonly plural: 'people' | 'companies' | 'deals'
  readonly idParam: string
  readonly get: Route
  readonly change: Route
  readonly remove: Route
  readonly restore: Route
  readonly listRoute: Route
  readonly history: Route
  readonly provenance: Route
}

export const access: Readonly<Record<RecordObject, ObjectAccess>> = {
  person: {
    word: 'person',
    list: 'Contacts',
    listPlace: '/contacts',
    plural: 'people',
    idParam: 'personId',
    get: getPerson,
    change: changePerson,
    remove: deletePerson,
    restore: restorePerson,
    listRoute: listPeople,
    history: personHistory,
    provenance: personProvenance,
  },
  company: {
    word: 'company',
    list: 'Companies',
    listPlace: '/companies',
    plural: 'companies',
    idParam: 'companyId',
    get: getCompany,
    change: changeCompany,
    remove: deleteCompany,
    restore: restoreCompany,
    listRoute: listCompanies,
    history: companyHistory,
    provenance: companyProvenance,
  },
  deal: {
    word: 'deal',
    list: 'Deals',
    listPlace: '/deals',
    plural: 'deals',
    idParam: 'dealId',
    get: getDeal,
    change: changeDeal,
    remove: deleteDeal,
    restore: restoreDeal,
    listRoute: listDeals,
    history: dealHistory,
    provenance: dealProvenance,
  },
}

// The input of a route depends on its object, which code for all objects cannot spell out.
type LooseInput = Parameters<typeof call>[1]

function inputOf({ object, id }: RecordTarget, more: object = {}): LooseInput {
  return { params: { [access[object].idParam]: id }, ...more } as unknown as LooseInput
}

/** Reads a record; its answer carries the ETag that a change is based on. */
export function recordQuery(target: RecordTarget) {
  return routeQuery(access[target.object].get, inputOf(target))
}

/** Sends a change of one field of a record that is based on what has the given ETag, and gives the record as it is then. Throws `ProblemError`. */
export async function changeRecord(
  target: RecordTarget,
  fieldKey: string,
  body: Readonly<Record<string, unknown>>,
  ifMatch: string | undefined,
): Promise<AnyRecord> {
  const position = positionField(fieldKey)
  if (position) {
    const params = { personId: target.id, positionId: position.positionId }
    return call(changePosition, { params, body, ifMatch })
  }
  return (await call(access[target.object].change, inputOf(target, { body, ifMatch }))) as AnyRecord
}

/** Marks a record as deleted. Throws `ProblemError`. */
export async function removeRecord(target: RecordTarget): Promise<void> {
  await call(access[target.object].remove, inputOf(target))
}

/** Brings a deleted record back. Throws `ProblemError`: 404 when there is none, or nothing to bring back. */
export async function restoreRecord(target: RecordTarget): Promise<void> {
  await call(access[target.object].restore, inputOf(target))
}

/** Where the values of a record come from, by field. */
export function provenanceQuery(target: RecordTarget) {
  return routeQuery(access[target.object].provenance, inputOf(target)) as ReturnType<
    typeof routeQuery<typeof personProvenance>
  >
}

/** Reads a page of the changes of a record, of all fields or of one. Throws `ProblemError`. */
export async function readHistory(
  target: RecordTarget,
  query: {
    readonly field?: string | undefined
    readonly cursor?: string | undefined
    readonly limit: number
  },
  signal: AbortSignal,
): Promise<RouteResult<typeof personHistory>> {
  const answer = await call(access[target.object].history, inputOf(target, { query }), { signal })
  return answer as RouteResult<typeof personHistory>
}

/** The key under which the changes of a record are cached. */
export function historyKey(target: RecordTarget): readonly unknown[] {
  return [access[target.object].history.id, target.id]
}
