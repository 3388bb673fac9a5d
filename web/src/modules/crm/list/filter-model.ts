import type { RecordField } from '#modules/crm/contract.ts'
import {
  type Condition,
  type FieldType,
  type Filter,
  type FilterValue,
  OPERATORS,
} from '#platform/contract/filter.ts'
import { instantOfDay, shiftedDay } from './zone.ts'

const DEPTH_MAX = 5

/** Whether a value has the shape of a filter; what its fields and operators mean is another question. */
export function isFilter(value: unknown, depth = 0): value is Filter {
  if (typeof value !== 'object' || value === null || depth > DEPTH_MAX) return false
  const { all, any, field, op } = value as Record<string, unknown>
  if (Array.isArray(all)) return all.every(each => isFilter(each, depth + 1))
  if (Array.isArray(any)) return any.every(each => isFilter(each, depth + 1))
  return typeof field === 'string' && typeof op === 'string'
}

export function isGroup(filter: Filter): filter is Exclude<Filter, Condition> {
  return 'all' in filter || 'any' in filter
}

/** The parts of a group and the word between them. */
export function partsOf(filter: Filter): { word: 'all' | 'any'; parts: readonly Filter[] } {
  if ('all' in filter) return { word: 'all', parts: filter.all }
  if ('any' in filter) return { word: 'any', parts: filter.any }
  return { word: 'all', parts: [filter] }
}

export function groupOf(word: 'all' | 'any', parts: readonly Filter[]): Filter {
  return word === 'all' ? { all: parts } : { any: parts }
}

const FILTER_TYPES: Readonly<Record<RecordField['kind'], FieldType>> = {
  text: 'text',
  long_text: 'text',
  number: 'number',
  money: 'money',
  date: 'date',
  time: 'time',
  boolean: 'boolean',
  select: 'enum',
  multi_select: 'list',
  email: 'text',
  phone: 'text',
  url: 'text',
  user: 'id',
  relation: 'id',
}

/** How a field is filtered. A related company or person of a list is filtered by its name. */
export function filterTypeOf(field: RecordField): FieldType {
  if (field.kind === 'relation' && !field.key.endsWith('Id')) return 'text'
  return FILTER_TYPES[field.kind]
}

/** The operators of a field, in the order people think of them. */
export function operatorsOf(field: RecordField): string[] {
  return Object.keys(OPERATORS[filterTypeOf(field)])
}

/** The operator a new condition begins with. */
export function firstOperator(field: RecordField): string {
  const type = filterTypeOf(field)
  if (type === 'text') return 'contains'
  if (type === 'date' || type === 'time') return 'on_or_after'
  if (type === 'enum' || type === 'id') return 'in'
  if (type === 'list') return 'has_any'
  return operatorsOf(field)[0] ?? 'is'
}

/** How many values an operator of a field takes. */
export function operandsOf(field: RecordField, op: string): 'none' | 'one' | 'two' | 'many' {
  return OPERATORS[filterTypeOf(field)][op] ?? 'one'
}

export function valuesOf({ value }: Condition): readonly FilterValue[] {
  if (value === undefined) return []
  return Array.isArray(value) ? value : [value as FilterValue]
}

/** Whether enough was said for the condition to mean something. */
export function isComplete(field: RecordField, condition: Condition): boolean {
  const operands = operandsOf(field, condition.op)
  const values = valuesOf(condition).filter(value => value !== '')
  if (operands === 'none') return true
  return operands === 'two' ? values.length === 2 : values.length > 0
}

/** A condition that was dropped because it means nothing any more, and what is known of it. */
export interface Broken {
  readonly condition: Condition
}

/**
 * What of a filter means something with the fields there are now, and what was left out: a field that was archived takes its
 * conditions with it, and that has to be seen.
 */
export function readable(
  filter: Filter | null,
  fields: ReadonlyMap<string, RecordField>,
): { filter: Filter | null; broken: readonly Condition[] } {
  const broken: Condition[] = []
  const kept = (part: Filter): Filter | null => {
    if (isGroup(part)) {
      const { word, parts } = partsOf(part)
      const left = parts.map(kept).filter(each => each !== null)
      return left.length === 0 ? null : groupOf(word, left)
    }
    const field = fields.get(part.field)
    if (!field || !operatorsOf(field).includes(part.op)) {
      broken.push(part)
      return null
    }
    return isComplete(field, part) ? part : null
  }
  return { filter: filter && kept(filter), broken }
}

/** What a filter depends on beside the records. */
export interface Reader {
  readonly userId: string
  /** The instant it is read at, in milliseconds. */
  readonly now: number
}

/**
 * A filter as the API takes it: `me` is the reader, and days are days of the reader's clock, where the API would take them for
 * those of UTC.
 */
export function resolved(
  filter: Filter | null,
  fields: ReadonlyMap<string, RecordField>,
  reader: Reader,
): Filter | null {
  if (!filter) return null
  if (isGroup(filter)) {
    const { word, parts } = partsOf(filter)
    return groupOf(
      word,
      parts.map(part => resolved(part, fields, reader)).filter(part => part !== null),
    )
  }
  const field = fields.get(filter.field)
  const type = field && filterTypeOf(field)
  if (type === 'id') return withMe(filter, reader)
  if (type === 'date')
    return { ...filter, ...mapped(filter, value => dayOf(String(value), reader.now) ?? value) }
  if (type === 'time') return momentsOf(filter, reader.now)
  return filter
}

function mapped(condition: Condition, of: (value: FilterValue) => FilterValue): Pick<Condition, 'value'> {
  const { value } = condition
  if (value === undefined) return {}
  return { value: Array.isArray(value) ? value.map(of) : of(value as FilterValue) }
}

function withMe(condition: Condition, { userId }: Reader): Condition {
  return { ...condition, ...mapped(condition, value => (value === 'me' ? userId : value)) }
}

/** The day of a text such as `today-7d` or `2026-11-30`, on the reader's clock; undefined for an instant. */
function dayOf(text: string, now: number): string | undefined {
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return text
  const [, sign = '+', amount = '0', unit = 'd'] = /^today(?:([+-])(\d{1,5})([dwmy]))?$/.exec(text) ?? []
  if (!text.startsWith('today')) return undefined
  return shiftedDay(now, (sign === '-' ? -1 : 1) * Number(amount), unit as 'd' | 'w' | 'm' | 'y')
}

/** A condition about instants that names days, as one between the first and the last instant of those days. */
function momentsOf(condition: Condition, now: number): Filter {
  const [first, second = first] = valuesOf(condition).map(value => dayOf(String(value), now))
  const { field, op } = condition
  if (first === undefined || second === undefined) return condition
  const from = (day: string): Condition => ({ field, op: 'on_or_after', value: instantOfDay(day) })
  const until = (day: string): Condition => ({ field, op: 'before', value: instantOfDay(day, 1) })
  switch (op) {
    case 'before':
      return { field, op: 'before', value: instantOfDay(first) }
    case 'on_or_before':
      return until(first)
    case 'after':
      return from(shiftedDay(Date.parse(instantOfDay(first)), 1, 'd'))
    case 'on_or_after':
      return from(first)
    default:
      return { all: [from(first), until(second)] }
  }
}

/** All of several filters; null when there is none. */
export function both(...filters: readonly (Filter | null)[]): Filter | null {
  const parts = filters.filter(each => each !== null)
  if (parts.length <= 1) return parts[0] ?? null
  return { all: parts.flatMap(part => ('all' in part ? part.all : [part])) }
}
