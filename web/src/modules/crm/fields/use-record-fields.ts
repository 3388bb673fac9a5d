import type { RecordField, RecordObject } from '#modules/crm/contract.ts'
import { builtInFields } from './built-in-fields.ts'

/** The fields of an object's records, built in and made by the organization, in the order people read them. */
export function useRecordFields(object: RecordObject): readonly RecordField[] {
  return builtInFields[object]
}
