import { useMemo } from 'react'
import type { RecordField, RecordObject } from '#modules/crm/contract.ts'
import type { FilterField } from '#platform/contract/filter.ts'
import { useRecordFields } from '../fields/use-record-fields.ts'
import { listObjects } from './list-objects.ts'

/** The fields of a list: those of its records, and those of related records that it is only filtered by. */
export interface ListFields {
  /** What can be a column, the name first. */
  readonly columns: readonly RecordField[]
  /** What can be filtered by, in the order people read them. */
  readonly filters: readonly RecordField[]
  /** Every field by its key. */
  readonly byKey: ReadonlyMap<string, RecordField>
  /** The word the API sorts a field by; undefined where it cannot. */
  readonly sortOf: (key: string) => string | undefined
}

export const NAME_KEY = 'name'

const KINDS: Readonly<Record<FilterField['type'], RecordField['kind']>> = {
  text: 'text',
  number: 'number',
  money: 'money',
  date: 'date',
  time: 'time',
  boolean: 'boolean',
  enum: 'select',
  id: 'relation',
  list: 'multi_select',
}

/** What a list knows of its fields, from what the server says about them. */
export function useListFields(object: RecordObject): ListFields {
  const own = useRecordFields(object)
  const companies = useRecordFields('company')
  const people = useRecordFields('person')
  return useMemo(
    () => listFields(object, own, { company: companies, person: people }),
    [object, own, companies, people],
  )
}

type Related = Readonly<Record<'company' | 'person', readonly RecordField[]>>

function listFields(object: RecordObject, own: readonly RecordField[], related: Related): ListFields {
  const { fields, nameSort, one } = listObjects[object]
  const name: RecordField = own.find(field => field.key === NAME_KEY) ?? {
    key: NAME_KEY,
    label: 'Name',
    kind: 'text',
    group: '',
    isCustom: false,
    isEditable: false,
    isRequired: false,
    isSortable: nameSort !== null,
    isFilterable: false,
    isImportable: false,
  }
  const columns = [name, ...own.filter(field => field.key !== NAME_KEY)]
  const known = new Set(columns.map(field => field.key))
  const further = Object.entries(fields)
    .filter(([key]) => !known.has(key))
    .map(([key, field]) => {
      const made = furtherField(key, field, related, one)
      // The company of a person is a choice by its own field, and a text by its name.
      return known.has(`${key}Id`) ? { ...made, label: `${made.label} name` } : made
    })
  const filters = [
    ...columns.filter(field => field.isFilterable && (field.isCustom || Object.hasOwn(fields, field.key))),
    ...further,
  ]
  const byKey = new Map([...further, ...filters, ...columns].map(field => [field.key, field]))
  const sortOf = (key: string): string | undefined => {
    if (key === NAME_KEY && !fields[NAME_KEY]?.sort) return nameSort ?? undefined
    const named = key.replace(/Id$/, '')
    if (fields[key]?.sort) return key
    if (fields[named]?.sort) return named
    const field = byKey.get(key)
    return field?.isCustom && field.isSortable ? key : undefined
  }
  return { columns, filters, byKey, sortOf }
}

const RELATED: Readonly<Record<string, { word: string; of: keyof Related }>> = {
  company: { word: 'Company', of: 'company' },
  person: { word: 'Person', of: 'person' },
  people: { word: 'People', of: 'person' },
  positions: { word: 'Any position', of: 'person' },
}

function furtherField(key: string, field: FilterField, related: Related, one: string): RecordField {
  const [before = '', after] = key.split('.')
  const relation = after === undefined ? undefined : RELATED[before]
  const of = relation && related[relation.of].find(each => each.key === after)
  const word = of?.label ?? spoken(after ?? before)
  const isUser = /userId$/i.test(key)
  const kind = of?.kind ?? (isUser ? 'user' : KINDS[field.type])
  const relatesTo = of?.relatesTo ?? (kind === 'relation' ? relatedTo(after ?? before) : undefined)
  const options = of?.options ?? field.values?.map(value => ({ value, label: spoken(value) }))
  return {
    key,
    label: relation ? `${relation.word}: ${word.toLowerCase()}` : word,
    kind,
    group: relation?.word ?? one,
    ...(options ? { options: [...options] } : {}),
    ...(relatesTo ? { relatesTo } : {}),
    isCustom: false,
    isEditable: false,
    isRequired: false,
    isSortable: false,
    isFilterable: true,
    isImportable: false,
  }
}

function relatedTo(key: string): RecordObject {
  if (/person/i.test(key)) return 'person'
  return /deal/i.test(key) ? 'deal' : 'company'
}

/** `annualRevenue` as people say it: "Annual revenue". */
function spoken(key: string): string {
  const words = key
    .replace(/(User)?Id$/, '')
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .replaceAll('_', ' ')
    .toLowerCase()
  return words.charAt(0).toUpperCase() + words.slice(1)
}
