import type { Filter, FilterFields } from '../contract/filter.ts'
import type { Tx } from '../db/database.ts'
import { fault } from '../http/fault.ts'
import { type ListRequest, pageOfRows, readCursor } from '../http/page.ts'
import { checkFilter } from './check.ts'
import { castOf, compileFilter, Parameters, type SqlField, type SqlFields } from './compile.ts'
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
  /** The same in two parts, where the first field of the order stands in an index of its own. */
  readonly walked: WalkedList | null
}

/** A list by a field whose values stand in rows of their own: first the records that have one, then the others. */
interface WalkedList {
  /** Null on a page that begins behind the last record with a value. */
  readonly valued: ListPart | null
  readonly others: ListPart
  readonly limit: string
  readonly values: readonly unknown[]
}

interface ListPart {
  /** Joined to the rows of the list; empty for none. */
  readonly join: string
  readonly columns: string
  readonly where: string
  readonly order: string
}

/** What a list is read from: columns after `select`, rows after `from`, and the conditions every page has. */
export interface ListSource {
  readonly columns: string
  readonly from: string
  readonly where: string
}

interface SortKey {
  readonly walk?: SqlField['walk']
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
  const conditions = filter ? [compileFilter(filter, shape.fields, shape.sql, parameters)] : []
  const [first] = keys
  const walked = first?.walk
    ? walkAlong(keys, first.walk, { place, conditions, limit: request.limit + 1 }, [...parameters.values])
    : null
  const part = partOf(keys, place, conditions, parameters)
  const limit = parameters.add(request.limit + 1)
  return {
    columns: part.columns,
    sorts: keys.length - 1,
    where: part.where,
    order: `${part.order} limit ${limit}`,
    values: parameters.values,
    request,
    walked,
  }
}

type Place = readonly (string | null)[] | null

function partOf(
  keys: readonly SortKey[],
  place: Place,
  conditions: readonly string[],
  parameters: Parameters,
): ListPart {
  const all = place ? [...conditions, follows(keys, place, parameters)] : conditions
  const order = keys.map(
    key => `${key.sql} ${key.isDescending ? 'desc' : 'asc'}${key.isNeverNull ? '' : ' nulls last'}`,
  )
  return {
    join: '',
    columns: keys
      .slice(0, -1)
      .map((key, index) => `, (${key.sql})::text as sort_${index + 1}`)
      .join(''),
    where: all.map(condition => ` and ${condition}`).join(''),
    order: `order by ${order.join(', ')}`,
  }
}

function walkAlong(
  keys: readonly SortKey[],
  walk: NonNullable<SqlField['walk']>,
  { place, conditions, limit }: { place: Place; conditions: readonly string[]; limit: number },
  values: readonly unknown[],
): WalkedList {
  const parameters = new Parameters(values)
  const [first, ...others] = keys
  if (!first) throw new Error('An order has at least the id in it.')
  const isBehind = place !== null && place[0] === null
  const along: SortKey[] = [{ ...first, sql: walk.sql, isNeverNull: true }, ...others]
  // The row of the field has the record's id too, and the index goes on with it.
  if (others.length === 1 && others[0]) along[1] = { ...others[0], sql: walk.id }
  const valued = isBehind ? null : partOf(along, place, conditions, parameters)
  const empty = `not exists (select 1 from ${walk.from} where ${walk.on})`
  const rest = partOf(
    [{ ...first, sql: 'null', isNeverNull: true }, ...others],
    null,
    [...conditions, empty, ...(isBehind ? [follows(others, place.slice(1), parameters)] : [])],
    parameters,
  )
  return {
    valued: valued && { ...valued, join: ` join ${walk.from} on ${walk.on}` },
    others: { ...rest, order: partOf(others, null, [], parameters).order },
    limit: parameters.add(limit),
    values: parameters.values,
  }
}

/** The whole statement of a page. */
export function listText(list: ListStatement, { columns, from, where }: ListSource): string {
  const { walked } = list
  const read = (part: ListPart, further = '') =>
    `select ${columns}${part.columns} from ${from}${part.join} where ${where}${part.where}${further} ${part.order}`
  if (!walked) return `${read({ ...list, join: '' })}`
  const { valued, others, limit } = walked
  if (!valued) return `${read(others)} limit ${limit}`
  // Those without a value are looked for where the others do not fill the page: most of a list may be among them.
  return `
    with valued as materialized (${read(valued)} limit ${limit}),
    others as materialized (${read(others, ` and (select count(*) from valued) < ${limit}`)} limit ${limit})
    select * from (
      select valued.*, 1 as part, row_number() over () as place from valued
      union all select others.*, 2, row_number() over () from others
    ) page
    order by part, place limit ${limit}`
}

/**
 * Runs the statement of a list and gives its page. A source is made into the statement that suits the order best; a text has been put
 * together from the parts of the list.
 */
export async function readPage<R extends { readonly id: string }, T>(
  tx: Tx,
  list: ListStatement,
  source: ListSource | string,
  read: (row: R) => T,
): Promise<{ items: T[]; nextCursor: string | null }> {
  const { request, sorts } = list
  const isText = typeof source === 'string'
  const text = isText ? source : listText(list, source)
  const values = isText ? list.values : (list.walked ?? list).values
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
    if (descendingSql === undefined)
      return { ...ascending, isNeverNull: place.isNeverNull, isDescending, walk: place.walk }
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
