import type { Filter, FilterFields } from '../contract/filter.ts'
import type { Tx } from '../db/database.ts'
import { fault } from '../http/fault.ts'
import { type ListRequest, pageOfRows, readCursor } from '../http/page.ts'
import { checkFilter } from './check.ts'
import { castOf, compileFilter, Parameters, type SqlFields } from './compile.ts'
import { parseFilterText } from './text.ts'

const SORTS_MAX = 3

/** A kind of list: what it can be filtered and sorted by, and where that stands in SQL. */
export interface ListShape {
  readonly fields: FilterFields
  readonly sql: SqlFields
  /** The expression of the record's id, which ends every order. */
  readonly id: string
  /** The order when a request names none; left out, the greatest id, which is the newest, comes first. */
  readonly sort?: string
}

export interface FilteredRequest extends ListRequest {
  readonly filter?: string | undefined
  readonly sort?: string | undefined
}

/** The parts of the statement that reads one page of a list. */
export interface ListStatement {
  /** Further columns, for the cursor, one for each field of the order; begins with a comma when there are any. */
  readonly columns: string
  readonly sorts: number
  /** Begins with `and` when there is any, ready to follow other conditions. */
  readonly where: string
  /** Order and limit. */
  readonly order: string
  readonly values: readonly unknown[]
  readonly request: FilteredRequest
}

interface SortKey {
  readonly sql: string
  readonly cast: string
  readonly isNeverNull?: true | undefined
  readonly isDescending: boolean
}

/**
 * Reads `filter`, `sort` and `cursor` of a request. `values` are those of the statement's own parameters, which the
 * others follow. Throws `request.invalid` with a pointer to what is wrong.
 */
export function readList(
  shape: ListShape,
  request: FilteredRequest,
  values: readonly unknown[],
): ListStatement {
  const parameters = new Parameters(values)
  const filter = readFilter(request.filter, shape.fields)
  const sort = request.sort ?? shape.sort
  const keys = [...readSort(sort, shape), idKey(sort, shape)]
  const place = readCursor(request, keys.length)
  const conditions = [
    ...(filter ? [compileFilter(filter, shape.fields, shape.sql, parameters)] : []),
    ...(place ? [follows(keys, place, parameters)] : []),
  ]
  const sorts = keys.slice(0, -1)
  const columns = sorts.map((key, index) => `, (${key.sql})::text as sort_${index + 1}`)
  const order = keys.map(
    key => `${key.sql} ${key.isDescending ? 'desc' : 'asc'}${key.isNeverNull ? '' : ' nulls last'}`,
  )
  return {
    columns: columns.join(''),
    sorts: sorts.length,
    where: conditions.map(condition => ` and ${condition}`).join(''),
    order: `order by ${order.join(', ')} limit ${parameters.add(request.limit + 1)}`,
    values: parameters.values,
    request,
  }
}

/** Runs the statement that a list was made part of and gives its page. */
export async function readPage<R extends { readonly id: string }, T>(
  tx: Tx,
  list: ListStatement,
  text: string,
  read: (row: R) => T,
): Promise<{ items: T[]; nextCursor: string | null }> {
  const { request, sorts, values } = list
  const isMade = request.filter !== undefined || request.sort !== undefined
  const found = isMade ? await tx.queryOnce<R>(text, values) : await tx.query<R>(text, values)
  return pageOfRows(request, found.rows, read, row => [
    ...Array.from({ length: sorts }, (_, index) => placeOf(row, `sort_${index + 1}`)),
    row.id,
  ])
}

function placeOf(row: object, column: string): string | null {
  return (row as Record<string, string | null>)[column] ?? null
}

/** A filter as JSON or as text, checked; null for none. */
function readFilter(text: string | undefined, fields: FilterFields): Filter | null {
  if (text === undefined || text.trim() === '') return null
  if (!text.trimStart().startsWith('{')) return checkFilter(parseFilterText(text, fields), fields)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw fault('/filter', 'invalid_syntax', 'This is not valid JSON.')
  }
  return checkFilter(value, fields)
}

function readSort(text: string | undefined, { fields, sql }: ListShape): SortKey[] {
  if (text === undefined) return []
  const names = text.split(',').map(name => name.trim())
  if (names.length > SORTS_MAX) throw fault('/sort', 'too_many', `Sort by at most ${SORTS_MAX} fields.`)
  if (new Set(names.map(name => name.replace(/^-/, ''))).size < names.length)
    throw fault('/sort', 'repeated', 'A field stands here twice.')
  return names.map(written => {
    const name = written.replace(/^-/, '')
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined
    const place = sql[name]
    if (!field?.sort || !place) {
      const known = Object.entries(fields).filter(([, { sort }]) => sort)
      throw fault('/sort', 'unknown_field', `Use one of ${known.map(([each]) => each).join(', ')}.`)
    }
    const isDescending = written.startsWith('-')
    const { descendingSql, ...ascending } = place.order ?? { sql: place.sql, cast: castOf(field.type) }
    if (descendingSql === undefined) return { ...ascending, isNeverNull: place.isNeverNull, isDescending }
    const expression = isDescending ? descendingSql : ascending.sql
    return { sql: expression, cast: ascending.cast, isNeverNull: true, isDescending }
  })
}

/** Ids go the way of the last field, so that one index can serve the whole order. */
function idKey(sort: string | undefined, shape: ListShape): SortKey {
  const last = sort?.split(',').at(-1)?.trim() ?? '-'
  return {
    sql: shape.id,
    cast: 'uuid',
    isNeverNull: true,
    isDescending: last.startsWith('-'),
  }
}

/** The condition of all rows behind a place. Empty fields come last in either direction. */
function follows(
  keys: readonly SortKey[],
  place: readonly (string | null)[],
  parameters: Parameters,
): string {
  const values = keys.map((key, index) => {
    const value = place[index] ?? null
    return value === null ? null : `${parameters.add(value)}::${key.cast}`
  })
  const [first] = keys
  const isPlain = keys.every(key => key.isNeverNull && key.isDescending === first?.isDescending)
  if (isPlain) {
    const sign = first?.isDescending ? '<' : '>'
    return `(${keys.map(key => key.sql).join(', ')}) ${sign} (${values.map(value => value ?? 'null').join(', ')})`
  }
  const ways = keys.map((key, index) => {
    const same = keys
      .slice(0, index)
      .map((before, at) => `${before.sql} ${values[at] === null ? 'is null' : `= ${values[at]}`}`)
    return [...same, behind(key, values[index] ?? null)].join(' and ')
  })
  return `(${ways.map(way => `(${way})`).join(' or ')})`
}

function behind({ sql, isNeverNull, isDescending }: SortKey, value: string | null): string {
  if (value === null) return 'false'
  const further = `${sql} ${isDescending ? '<' : '>'} ${value}`
  return isNeverNull ? further : `(${further} or ${sql} is null)`
}
