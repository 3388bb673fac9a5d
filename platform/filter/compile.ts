import {
  type Condition,
  type FieldType,
  type Filter,
  type FilterFields,
  type FilterValue,
  type Money,
  OPERATORS,
} from '../contract/filter.ts'
import { readMoment } from './moment.ts'

/** Where a field of a list stands in SQL. Everything here is written by us; what callers say goes into parameters. */
export interface SqlField {
  /** The expression, such as `l.created_at`. */
  readonly sql: string
  /** The expression of the currency, for money. */
  readonly currency?: string
  /** Whether the expression is in small letters, so that values are compared in small letters. */
  readonly isFolded?: true
  /** Whether it is never null, which lets an index serve the order. */
  readonly isNeverNull?: true
  /**
   * What gives the same order and is better served by an index, with the type of its text, such as the id of records made in time.
   * With `descendingSql` both are never null: a field that can be empty has its end of each order in them.
   */
  readonly order?: { readonly sql: string; readonly cast: string; readonly descendingSql?: string }
  /** The related record the expression is about, which is asked for by `exists`. */
  readonly via?: Relation
  /** What is null where the field is empty and stands in the record itself, for a field whose values stand elsewhere too. */
  readonly held?: string
  /** Whether the rows of `via` are the items of a list, and the expression is one of them. */
  readonly isItem?: true
  /** What values are cast to, where the expression is of another type than is usual for its field. */
  readonly cast?: string
  /**
   * The same or a coarser form of a text, kept where an index reaches it: `of` brings a value into it. Whatever is equal to the value,
   * or begins with it, does so in this form too; what is found by it is then compared itself.
   */
  readonly key?: { readonly sql: string; readonly via: Relation; readonly of: (value: string) => string }
  /**
   * Rows that stand in the order of this field in an index, one for each record that is not empty in it: `sql` is the field, `id` the
   * record's. Ordering by the field first walks along them.
   */
  readonly walk?: Relation & { readonly sql: string; readonly id: string }
}

/** A record that another one leads to: `from` is what stands after FROM, `on` says which row it is. */
export interface Relation {
  readonly from: string
  readonly on: string
}

export type SqlFields = Readonly<Record<string, SqlField>>

/** Collects the values of a statement; `add` gives the placeholder of one. */
export class Parameters {
  readonly values: unknown[]
  constructor(values: readonly unknown[]) {
    this.values = [...values]
  }
  add(value: unknown): string {
    return `$${this.values.push(value)}`
  }
}

/**
 * The condition of a checked filter as SQL over the given expressions. It is true or not true: what a condition says about
 * an empty field is never unknown to its opposite.
 */
export function compileFilter(
  filter: Filter,
  fields: FilterFields,
  sql: SqlFields,
  parameters: Parameters,
): string {
  if ('all' in filter) return joined(filter.all, ' and ', 'true')
  if ('any' in filter) return joined(filter.any, ' or ', 'false')
  return compileCondition(filter, fields, sql, parameters)

  function joined(parts: readonly Filter[], word: string, none: string): string {
    if (parts.length === 0) return none
    return `(${parts.map(part => compileFilter(part, fields, sql, parameters)).join(word)})`
  }
}

/** Operators that are the opposite of another. */
const OPPOSITES: Readonly<Record<string, string>> = {
  is_not: 'is',
  not_in: 'in',
  not_contains: 'contains',
  empty: 'not_empty',
  has_not: 'has',
  has_none: 'has_any',
}

function compileCondition(
  { field: name, op, value }: Condition,
  fields: FilterFields,
  sql: SqlFields,
  parameters: Parameters,
): string {
  const [field, place] = [fields[name], sql[name]]
  if (!field || !place || OPERATORS[field.type][op] === undefined)
    throw new Error(`The field ${name} has no place in SQL, or no operator ${op}.`)
  const opposite = OPPOSITES[op]
  const values = value === undefined ? [] : Array.isArray(value) ? value : [value]
  if (op === 'empty' && place.held) return `(${place.held} is null)`
  const positive = opposite ?? op
  const asked = askedOf(field.type, positive, place, values as FilterValue[], parameters)
  if (opposite !== undefined) return place.via ? `(not ${asked})` : `((${asked}) is not true)`
  const [first] = values
  // What is left out has no index that could find it, so only what is looked for is asked of the key.
  const found = place.key ? keyCondition(positive, place.key, first, values, parameters) : ''
  return `(${found}${asked})`
}

function askedOf(
  type: FieldType,
  op: string,
  place: SqlField,
  values: readonly FilterValue[],
  parameters: Parameters,
): string {
  const { via } = place
  if (!via) return positiveOf(type, op, place, values, parameters)
  const some = (condition: string) => `exists (select 1 from ${via.from} where ${via.on} and ${condition})`
  if (!place.isItem) return some(positiveOf(type, op, place, values, parameters))
  if (op === 'not_empty') return some(`${place.sql} is not null`)
  if (op !== 'has_all') return some(`${place.sql} = any(${parameters.add(values)}::text[])`)
  return `(${values.map(value => some(`${place.sql} = ${parameters.add(value)}::text`)).join(' and ')})`
}

function keyCondition(
  op: string,
  { sql, via, of }: NonNullable<SqlField['key']>,
  first: unknown,
  values: readonly unknown[],
  parameters: Parameters,
): string {
  const condition = () => {
    if (op === 'is') return `${sql} = ${of(`${parameters.add(first)}::text`)}`
    if (op === 'in')
      return `${sql} in (${values.map(value => of(`${parameters.add(value)}::text`)).join(', ')})`
    if (op === 'starts_with') return `starts_with(${sql}, ${of(`${parameters.add(first)}::text`)})`
    return op === 'not_empty' ? `${sql} is not null` : null
  }
  const found = condition()
  return found === null ? '' : `exists (select 1 from ${via.from} where ${via.on} and ${found}) and `
}

const COMPARISONS: Readonly<Record<string, string>> = { gt: '>', gte: '>=', lt: '<', lte: '<=' }

function positiveOf(
  type: FieldType,
  op: string,
  place: SqlField,
  values: readonly FilterValue[],
  parameters: Parameters,
): string {
  const [first, second] = values
  if (op === 'not_empty') return notEmpty(type, place)
  if (type === 'date' || type === 'time')
    return momentCondition(type, op, place.sql, values.map(String), parameters)
  if (type === 'money') return moneyCondition(op, place, values as readonly Money[], parameters)
  const cast = place.cast ?? CASTS[type]
  const one = (value: unknown) => folded(place, `${parameters.add(value)}::${cast}`)
  const many = (items: readonly unknown[]) => `${parameters.add(items)}::${cast}[]`
  switch (op) {
    case 'is':
      return `${place.sql} = ${one(first)}`
    case 'in':
      return `${place.sql} = any(${many(place.isFolded ? values.map(item => String(item).toLowerCase()) : values)})`
    case 'between':
      return `${place.sql} between ${one(first)} and ${one(second)}`
    case 'contains':
      return `position(lower(${parameters.add(first)}::text) in lower(${place.sql})) > 0`
    case 'starts_with':
      return `starts_with(lower(${place.sql}), lower(${parameters.add(first)}::text))`
    case 'ends_with':
      return endsWith(place.sql, parameters.add(first))
    case 'has':
      return `${place.sql} @> array[${parameters.add(first)}::text]`
    case 'has_any':
      return `${place.sql} && ${many(values)}`
    case 'has_all':
      return `${place.sql} @> ${many(values)}`
    default:
      return `${place.sql} ${COMPARISONS[op]} ${one(first)}`
  }
}

/** What values are cast to. Whole numbers fit too: PostgreSQL compares integers with numeric values exactly. */
const CASTS: Readonly<Record<FieldType, string>> = {
  text: 'text',
  number: 'numeric',
  money: 'numeric',
  date: 'date',
  time: 'timestamptz',
  boolean: 'boolean',
  enum: 'text',
  id: 'uuid',
  list: 'text',
}

/** The type that a value of a field is cast to in SQL. */
export function castOf(type: FieldType): string {
  return CASTS[type]
}

function folded(place: SqlField, parameter: string): string {
  return place.isFolded ? `lower(${parameter})` : parameter
}

function endsWith(sql: string, parameter: string): string {
  return `right(lower(${sql}), length(${parameter}::text)) = lower(${parameter}::text)`
}

function notEmpty(type: FieldType, { sql }: SqlField): string {
  if (type === 'text') return `(${sql} is not null and ${sql} <> '')`
  if (type === 'list') return `cardinality(${sql}) > 0`
  return `${sql} is not null`
}

function moneyCondition(
  op: string,
  place: SqlField,
  values: readonly Money[],
  parameters: Parameters,
): string {
  const parts = values.map(({ amount, currency }, index) => {
    const sign = op === 'is' ? '=' : op === 'between' ? ['>=', '<='][index] : COMPARISONS[op]
    const compared = `${place.sql} ${sign} ${parameters.add(amount)}::${place.cast ?? CASTS.money}`
    return `${place.currency} = ${parameters.add(currency)}::text and ${compared}`
  })
  return `(${parts.join(' and ')})`
}

/** A day stands for all its instants: `after` it is after its end, `on_or_before` it is before its end. */
function momentCondition(
  type: 'date' | 'time',
  op: string,
  sql: string,
  values: readonly string[],
  parameters: Parameters,
): string {
  const [first = '', second = first] = values
  const from = (text: string) => `${sql} >= ${edge(type, text, 'start', parameters)}`
  const before = (text: string) => `${sql} < ${edge(type, text, 'start', parameters)}`
  const until = (text: string) => `${sql} ${isDay(text) ? '<' : '<='} ${edge(type, text, 'end', parameters)}`
  const after = (text: string) => `${sql} ${isDay(text) ? '>=' : '>'} ${edge(type, text, 'end', parameters)}`
  switch (op) {
    case 'before':
      return before(first)
    case 'after':
      return after(first)
    case 'on_or_before':
      return until(first)
    case 'on_or_after':
      return from(first)
    default:
      return `(${from(first)} and ${until(second)})`
  }
}

function isDay(text: string): boolean {
  const moment = readMoment(text)
  return moment?.kind === 'day' || (moment?.kind === 'relative' && moment.isDay)
}

/** Where a day begins or ends, or an instant, as an expression that an index can be compared with. */
function edge(type: 'date' | 'time', text: string, side: 'start' | 'end', parameters: Parameters): string {
  const moment = readMoment(text)
  if (!moment) throw new Error('A filter was compiled that had not been checked.')
  if (moment.kind === 'instant') return `${parameters.add(moment.at)}::timestamptz`
  const next = side === 'end' ? ` + interval '1 day'` : ''
  const local =
    moment.kind === 'day'
      ? `(${parameters.add(moment.day)}::date${next})`
      : moment.isDay
        ? `(date_trunc('day', now() at time zone 'UTC') + ${parameters.add(moment.shift)}::interval${next})`
        : `((now() at time zone 'UTC') + ${parameters.add(moment.shift)}::interval)`
  return type === 'date' ? `${local}::date` : `${local}::timestamp at time zone 'UTC'`
}
