import type { RecordField } from '#modules/crm/contract.ts'
import { isBlank, relatedOf, textsOf } from '../fields/field-words.ts'

/** A record as the API answers it, read without knowing its object. */
export type AnyRecord = Readonly<Record<string, unknown>> & { readonly id: string; readonly name: string }

type NamedField = Pick<RecordField, 'key' | 'kind'>

const CUSTOM = 'custom.'

const customOf = (record: AnyRecord): Readonly<Record<string, unknown>> =>
  typeof record.custom === 'object' && record.custom !== null ? { ...record.custom } : {}

/** Fields of one of a person's positions: `positions.<id>.<field>`. */
export function positionField(
  key: string,
): { readonly positionId: string; readonly key: string } | undefined {
  const [, positionId, name] = /^positions\.([^.]+)\.([^.]+)$/.exec(key) ?? []
  return positionId !== undefined && name !== undefined ? { positionId, key: name } : undefined
}

function positionsOf(record: AnyRecord): readonly AnyRecord[] {
  return Array.isArray(record.positions) ? record.positions : []
}

/** Where a record carries the value of a field: what it relates to is there by name, `company` for `companyId`, `people`
 * for `peopleIds`. */
function propertyOf(record: AnyRecord, { key, kind }: NamedField): string {
  if (kind !== 'relation') return key
  const name = key.replace(/Ids?$/, '')
  return name in record ? name : key
}

/** The value of a field in a record. */
export function valueIn(record: AnyRecord, field: NamedField): unknown {
  if (field.key.startsWith(CUSTOM)) return customOf(record)[field.key.slice(CUSTOM.length)] ?? null
  const position = positionField(field.key)
  if (position) {
    const found = positionsOf(record).find(each => each.id === position.positionId)
    return found ? valueIn(found, { ...field, key: position.key }) : null
  }
  return record[propertyOf(record, field)] ?? null
}

/** The record with another value of a field. */
export function withValue(record: AnyRecord, field: NamedField, value: unknown): AnyRecord {
  if (field.key.startsWith(CUSTOM)) {
    return { ...record, custom: { ...customOf(record), [field.key.slice(CUSTOM.length)]: value } }
  }
  const position = positionField(field.key)
  if (position) {
    const positions = positionsOf(record).map(each =>
      each.id === position.positionId ? withValue(each, { ...field, key: position.key }, value) : each,
    )
    return { ...record, positions }
  }
  return { ...record, [propertyOf(record, field)]: value }
}

const plain = (value: unknown): unknown => {
  if (isBlank(value)) return null
  return Array.isArray(value) ? value.map(plain) : (relatedOf(value)?.id ?? value)
}

/** Whether two values of a field are one. Related records are the same by id, whatever they are called by now. */
export function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(plain(one)) === JSON.stringify(plain(other))
}

/** Tags are added and taken away one by one, so two people who change them at once never contradict each other. */
export function isMerged({ key }: Pick<RecordField, 'key'>): boolean {
  return key === 'tags'
}

/** The body of the request that changes one field from what it was to what it shall be. */
export function patchOf(field: NamedField, base: unknown, value: unknown): Record<string, unknown> {
  if (field.key.startsWith(CUSTOM)) return { custom: { [field.key.slice(CUSTOM.length)]: plain(value) } }
  const position = positionField(field.key)
  if (position) return patchOf({ ...field, key: position.key }, base, value)
  if (isMerged(field)) {
    const [before, after] = [textsOf(base), textsOf(value)]
    return {
      addTags: after.filter(tag => !before.includes(tag)),
      removeTags: before.filter(tag => !after.includes(tag)),
    }
  }
  // A list is emptied by an empty list.
  if (Array.isArray(base) || Array.isArray(value)) return { [field.key]: plain(value) ?? [] }
  const isNamed = field.kind === 'relation' && !field.key.endsWith('Id')
  return { [isNamed ? `${field.key}Id` : field.key]: plain(value) }
}
