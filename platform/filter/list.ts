import type { Filter, FilterFields } from '../contract/filter.ts'
import { type ListRequest, pageOfRows, readCursor } from '../http/page.ts'
import { checkFilter } from './check.ts'
import { castOf, compileFilter, Parameters, type SqlField, type SqlFields } from './compile.ts'
import { fault } from './fault.ts'
import { parseFilterText } from './text.ts'

const SORTS_MAX = 3

/** A kind of list: what it can be filtered and sorted by, and where that stands in SQL. */
export interface ListShape {
  readonly fields: FilterFields
  readonly sql: SqlFields
  /** The expression of the record's id, which ends every order. Without `sort` the greatest id, the newest, comes first. */
  readonly id: string
}

export interface FilteredRequest extends ListRequest {
  readonly filter?: string | undefined
  readonly sort?: string | undefined
}

/** The parts of the statement that reads one page of a list. */
export interface ListStatement<R extends { readonly id: string }> {
  /** Further columns, for the cursor; begins with a comma when there are any. */
  readonly columns: string
  /** Begins with `and`, ready to follow other conditions. */
  readonly where: string
  /** Order and limit. */
  readonly order: string
  readonly values: readonly unknown[]
  page<T>(rows: readonly R[], read: (row: R) => T): { items: T[]; nextCursor: string | null }
}

interface SortKey {
  readonly place: SqlField
  readonly cast: string
  readonly isDescending: boolean
}

/**
 * Reads `filter`, `sort` and `cursor` of a request. `values` are those of the statement's own parameters, which the
 * others follow. Throws `request.invalid` with a pointer to what is wrong.
 */
export function readList<R extends { readonly id: string }>(
  shape: ListShape,
  request: FilteredRequest,
  values: readonly unknown[],
): ListStatement<R> {
  const parameters = new Parameters(values)
  const filter = readFilter(request.filter, shape.fields)
  const keys = [...readSort(request.sort, shape), idKey(request.sort, shape)]
  const place = readCursor(request, keys.length)
  const conditions = [
    ...(filter ? [compileFilter(filter, shape.fields, shape.sql, parameters)] : []),
    ...(place ? [follows(keys, place, parameters)] : []),
  ]
  const columns = keys.slice(0, -1).map((key, index) => `, (${key.place.sql})::text as sort_${index + 1}`)
  const order = keys.map(
    key =>
      `${key.place.sql} ${key.isDescending ? 'desc' : 'asc'}${key.place.isNeverNull ? '' : ' nulls last'}`,
  )
  return {
    columns: columns.join(''),
    where: conditions.map(condition => ` and ${condition}`).join(''),
    order: `order by ${order.join(', ')} limit ${parameters.add(request.limit + 1)}`,
    values: parameters.values,
    page: (rows, read) =>
      pageOfRows(request, rows, read, row => [
        ...columns.map((_, index) => (row as Record<string, unknown>)[`sort_${index + 1}`] as string | null),
        row.id,
      ]),
  }
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
    return { place, cast: castOf(field.type), isDescending: written.startsWith('-') }
  })
}

/** Ids go the way of the last field, so that one index can serve the whole order. */
function idKey(sort: string | undefined, shape: ListShape): SortKey {
  const last = sort?.split(',').at(-1)?.trim() ?? '-'
  return {
    place: { sql: shape.id, isNeverNull: true },
    cast: 'uuid',
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
  const isPlain = keys.every(key => key.place.isNeverNull && key.isDescending === first?.isDescending)
  if (isPlain) {
    const sign = first?.isDescending ? '<' : '>'
    return `(${keys.map(key => key.place.sql).join(', ')}) ${sign} (${values.join(', ')})`
  }
  const ways = keys.map((key, index) => {
    const same = keys
      .slice(0, index)
      .map((before, at) => `${before.place.sql} ${values[at] === null ? 'is null' : `= ${values[at]}`}`)
    return [...same, behind(key, values[index] ?? null)].join(' and ')
  })
  return `(${ways.map(way => `(${way})`).join(' or ')})`
}

function behind({ place, isDescending }: SortKey, value: string | null): string {
  if (value === null) return 'false'
  const further = `${place.sql} ${isDescending ? '<' : '>'} ${value}`
  return place.isNeverNull ? further : `(${further} or ${place.sql} is null)`
}
