import type { Context } from '#platform/context.ts'
import type { FieldType } from '#platform/contract/filter.ts'
import type { SqlField } from '#platform/filter/compile.ts'
import { fault } from '#platform/http/fault.ts'
import type { RecordObject } from '../record-api.ts'
import { COUNTED_MAX, type ColumnTotal, type ListTotals, SUMMED_MAX } from '../totals-api.ts'
import { type ListRows, listRows } from './list-rows.ts'

const FIELDS_MAX = 30
const GROUPS_MAX = 500
/** The types that have few values. */
const GROUPED: ReadonlySet<FieldType> = new Set(['enum', 'boolean', 'id'])

/** What is asked about the records of a list. */
export interface TotalsRequest {
  readonly filter?: string | undefined
  /** Names with commas between them. */
  readonly fields?: string | undefined
  readonly by?: string | undefined
}

/**
 * Counts the records that a filter lets through, adds their fields up and counts them by the values of a field. What would take
 * too long is said to be more, and not guessed. Throws `request.invalid`.
 */
export async function totalsOf(
  ctx: Context,
  object: RecordObject,
  request: TotalsRequest,
): Promise<ListTotals> {
  const rows = await listRows(ctx, object, request.filter)
  const names =
    request.fields
      ?.split(',')
      .map(name => name.trim())
      .filter(Boolean) ?? []
  if (names.length > FIELDS_MAX) throw fault('/fields', 'too_many', `Add up at most ${FIELDS_MAX} fields.`)
  const fields = [...new Set(names)].map(name => ({ name, ...placeOf(rows, name, '/fields') }))
  const [count, sums, groups] = await Promise.all([
    countOf(ctx, rows),
    fields.length > 0 ? sumsOf(ctx, rows, fields) : {},
    request.by ? groupsOf(ctx, rows, request.by) : null,
  ])
  return { count: Math.min(count, COUNTED_MAX), isMore: count > COUNTED_MAX, fields: sums, groups }
}

interface Place {
  readonly type: FieldType
  readonly place: SqlField
}

function placeOf({ shape }: ListRows, name: string, pointer: string): Place {
  const field = Object.hasOwn(shape.fields, name) ? shape.fields[name] : undefined
  const place = shape.sql[name]
  if (!field || !place) throw fault(pointer, 'unknown_field', `The list has no field ${name}.`)
  return { type: field.type, place }
}

async function countOf(ctx: Context, { sql, values }: ListRows): Promise<number> {
  const found = await ctx.db.queryOnce<{ count: number }>(
    `select count(*)::int as count from (select 1 from ${sql} limit ${COUNTED_MAX + 1}) found`,
    values,
  )
  return found.rows[0]?.count ?? 0
}

/** A value of a related record is looked up for each record: there is one, or the first stands for all. */
function valueSql({ via }: SqlField, sql: string): string {
  return via ? `(select ${sql} from ${via.from} where ${via.on} limit 1)` : sql
}

function filledSql({ type, place }: Place): string {
  const { sql, via, isItem } = place
  if (isItem && via) return `exists (select 1 from ${via.from} where ${via.on} and ${sql} is not null)`
  const value = valueSql(place, sql)
  if (type === 'list') return `cardinality(${value}) > 0`
  return type === 'text' ? `coalesce((${value})::text, '') <> ''` : `${value} is not null`
}

interface SumRow {
  rows: number
  [column: string]: unknown
}

async function sumsOf(
  ctx: Context,
  { sql, values }: ListRows,
  fields: readonly (Place & { name: string })[],
): Promise<Record<string, ColumnTotal> | null> {
  const columns = fields.flatMap(({ type, place, ...rest }, at) => {
    const filled = `${filledSql({ type, place, ...rest })} as filled_${at}`
    if (type !== 'number' && type !== 'money') return [filled]
    const value = `(${valueSql(place, place.sql)})::numeric as value_${at}`
    const currency = place.currency ? [`${valueSql(place, place.currency)} as currency_${at}`] : []
    return [filled, value, ...currency]
  })
  const asked = fields.flatMap(({ type }, at) => {
    const filled = `count(*) filter (where filled_${at})::int as filled_${at}`
    if (type === 'number') return [filled, `sum(value_${at})::float8 as sum_${at}`]
    if (type !== 'money') return [filled]
    const sums = `(select coalesce(jsonb_agg(s order by s.currency), '[]') from (
      select currency_${at} as currency, sum(value_${at})::float8 as amount, count(*)::int as filled from chosen
      where value_${at} is not null and currency_${at} is not null group by currency_${at}) s) as sums_${at}`
    return [filled, sums]
  })
  const found = await ctx.db.queryOnce<SumRow>(
    `with chosen as materialized (select ${columns.join(', ')} from ${sql} limit ${SUMMED_MAX + 1})
     select count(*)::int as rows, ${asked.join(', ')} from chosen`,
    values,
  )
  const row = found.rows[0]
  if (!row || row.rows > SUMMED_MAX) return null
  return Object.fromEntries(fields.map(({ name }, at) => [name, columnTotal(row, at)]))
}

function columnTotal(row: SumRow, at: number): ColumnTotal {
  const filled = Number(row[`filled_${at}`] ?? 0)
  const sum = row[`sum_${at}`]
  const sums = row[`sums_${at}`]
  return {
    filled,
    empty: row.rows - filled,
    sum: typeof sum === 'number' ? sum : null,
    average: typeof sum === 'number' && filled > 0 ? sum / filled : null,
    sums: Array.isArray(sums) ? (sums as NonNullable<ColumnTotal['sums']>) : null,
  }
}

async function groupsOf(
  ctx: Context,
  rows: ListRows,
  by: string,
): Promise<{ value: string | null; count: number }[] | null> {
  const { type, place } = placeOf(rows, by, '/by')
  if (!GROUPED.has(type)) throw fault('/by', 'not_grouped', 'Records are grouped by a field of few values.')
  const found = await ctx.db.queryOnce<{ value: string | null; count: number; rows: string }>(
    `select value, count(*)::int as count, sum(count(*)) over () as rows from (
       select (${valueSql(place, place.sql)})::text as value from ${rows.sql} limit ${SUMMED_MAX + 1}) found
     group by value order by count(*) desc, value limit ${GROUPS_MAX}`,
    rows.values,
  )
  if (Number(found.rows[0]?.rows ?? 0) > SUMMED_MAX) return null
  return found.rows.map(({ value, count }) => ({ value, count }))
}
