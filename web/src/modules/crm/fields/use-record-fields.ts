import { useQuery } from '@tanstack/react-query'
import { listRecordFields, type RecordField, type RecordObject } from '#modules/crm/contract.ts'
import { routeQuery } from '../../../shell/api.ts'

const none: readonly RecordField[] = []

/** The question for the fields of an object, for loaders; they change seldom, and `custom_field.` messages say when. */
export function recordFieldsQuery(object: RecordObject) {
  return { ...routeQuery(listRecordFields, { query: { object } }), staleTime: 5 * 60_000 }
}

/** The fields of an object's records, built in and made by the organization, in the order people read them. Empty until they are known. */
export function useRecordFields(object: RecordObject): readonly RecordField[] {
  return useQuery(recordFieldsQuery(object)).data?.items ?? none
}
