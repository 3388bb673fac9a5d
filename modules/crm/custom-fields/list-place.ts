import type { FieldType, FilterField } from '#platform/contract/filter.ts'
import type { Relation, SqlField } from '#platform/filter/compile.ts'
import { isId } from '#platform/ids.ts'
import type { FieldKind } from '../record-api.ts'
import { type FieldDefinition, isSortable } from './definitions.ts'
import { KEY_CHARS } from './index-values.ts'

const TYPES: Readonly<Record<FieldKind, FieldType>> = {
  text: 'text',
  long_text: 'text',
  email: 'text',
  phone: 'text',
  url: 'text',
  number: 'number',
  money: 'money',
  date: 'date',
  time: 'time',
  boolean: 'boolean',
  select: 'enum',
  multi_select: 'list',
  user: 'id',
  relation: 'id',
}

/** A custom field as the filter language knows it. */
export function filterFieldOf(field: FieldDefinition): FilterField {
  return {
    type: TYPES[field.kind],
    ...(field.kind === 'select' ? { values: field.options.map(option => option.value) } : {}),
    ...(isSortable(field.kind) ? { sort: true as const } : {}),
  }
}

/**
 * Where a custom field of a list stands in SQL. Numbers, amounts and times are asked of `crm.custom_values`, where they have an index.
 * What is text in the record is found there by a key that may be cut and folded, and then compared in the record. What is looked for
 * by what it is not, and what is searched for inside a text, has no index that could find it and is read in the record alone. Aliases:
 * `v` the value that is asked for, `w` the one an order walks along.
 */
export function placeOf(field: FieldDefinition, idColumn: string): SqlField {
  const type = TYPES[field.kind]
  const { column, cast } = KEYS[type]
  const via = rowsOf(field, idColumn, 'v')
  const held = `(${idColumn.replace(/\.id$/, '')}.custom->>'${safeKey(field)}')`
  const order = orderOf(field, held, idColumn, column, cast)
  if (type === 'list') return { sql: 'v.text_key', via, held, isItem: true }
  if (column === 'text_key') {
    const of = type === 'text' ? (value: string) => `left(crm.fold(${value}), ${KEY_CHARS})` : same
    const key = { sql: 'v.text_key', via, of }
    if (field.kind === 'email') return { sql: `lower(${held})`, isFolded: true, held, key, ...order }
    return { sql: held, held, key, cast: 'text', ...order }
  }
  return {
    sql: `v.${column}`,
    via,
    held,
    ...(cast === undefined ? {} : { cast }),
    ...(type === 'money' ? { currency: 'v.text_key' } : {}),
    ...order,
  }
}

const same = (value: string) => value

/** The column of `crm.custom_values` a type is compared in, and what values are cast to where that is not usual for the type. */
const KEYS: Readonly<Record<FieldType, { column: string; cast?: string }>> = {
  text: { column: 'text_key' },
  boolean: { column: 'text_key' },
  enum: { column: 'text_key' },
  id: { column: 'text_key' },
  list: { column: 'text_key' },
  number: { column: 'number_key', cast: 'double precision' },
  money: { column: 'number_key', cast: 'double precision' },
  date: { column: 'day_key' },
  time: { column: 'time_key' },
}

const ORDER_CASTS: Readonly<Record<string, string>> = {
  text_key: 'text',
  number_key: 'double precision',
  day_key: 'date',
  time_key: 'timestamptz',
}

function orderOf(
  field: FieldDefinition,
  held: string,
  idColumn: string,
  column: string,
  cast: string | undefined,
): Pick<SqlField, 'order' | 'walk'> {
  if (!isSortable(field.kind)) return {}
  if (field.kind === 'select') {
    // Options have an order of their own, which is not that of their values and changes without any record.
    const values = field.options.map(({ value }) => `'${value.replaceAll("'", "''")}'`)
    return { order: { sql: `array_position(array[${values.join(', ')}]::text[], ${held})`, cast: 'integer' } }
  }
  const walked = rowsOf(field, idColumn, 'w')
  return {
    order: {
      sql: `(select w.${column} from ${walked.from} where ${walked.on} and w.ordinal = 0)`,
      cast: cast ?? ORDER_CASTS[column] ?? 'text',
    },
    walk: {
      from: walked.from,
      on: `${walked.on} and w.${column} is not null`,
      sql: `w.${column}`,
      id: 'w.record_id',
    },
  }
}

function rowsOf(field: FieldDefinition, idColumn: string, alias: string): Relation {
  if (!isId(field.id)) throw new Error('A field has an id.')
  return {
    from: `crm.custom_values ${alias}`,
    on: `${alias}.org_id = $1 and ${alias}.field_id = '${field.id}' and ${alias}.record_id = ${idColumn}`,
  }
}

/** Keys enter the text of statements, so what is not made of letters, digits and `_` never does. */
function safeKey({ key }: FieldDefinition): string {
  if (!/^[a-z][a-z0-9_]*$/.test(key)) throw new Error('A key of a custom field is a word.')
  return key
}
