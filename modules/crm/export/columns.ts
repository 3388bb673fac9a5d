import { activeMembers } from '#modules/iam/index.ts'
import type { Context } from '#platform/context.ts'
import { minorDigits } from '#platform/contract/money.ts'
import { customFieldsOf } from '../custom-fields/values.ts'
import { ID_COLUMN } from '../import/import-fields.ts'
import type { RecordField, RecordObject } from '../record-api.ts'
import type { AnyRecord } from '../record-kind.ts'
import { recordKinds } from '../record-kinds.ts'

/** A column of an export: its heading and the text of its cell. */
export interface ExportColumn {
  readonly key: string
  readonly heading: string
  text(record: AnyRecord, named: Named): string
}

/** What ids are called: members by their address, records by their name. */
export interface Named {
  readonly members: ReadonlyMap<string, string>
  readonly records: ReadonlyMap<string, string>
}

/** How values are written. */
interface Writing {
  readonly decimal: '.' | ','
}

const HEADINGS: Readonly<Record<string, string>> = { companyId: 'Company record ID' }

/** The columns of an export in the order of the keys, or all of them. Gives the key that is no field instead. */
export async function exportColumns(
  ctx: Context,
  object: RecordObject,
  keys: readonly string[] | undefined,
  delimiter: string,
): Promise<{ columns: ExportColumn[] } | { unknown: string }> {
  const writing: Writing = { decimal: delimiter === ';' ? ',' : '.' }
  const fields = [...recordKinds[object].fields, ...(await customFieldsOf(ctx, object))]
  const all = [idColumn, ...fields.flatMap(field => columnsFor(field, writing))]
  const byKey = Map.groupBy(all, ({ key }) => key)
  const unknown = keys?.find(key => !byKey.has(key))
  if (unknown !== undefined) return { unknown }
  const chosen = keys ? [...new Set(keys)].flatMap(key => byKey.get(key) ?? []) : all
  const seen = new Set<string>()
  return {
    // Two fields may have one label; a heading says which one it is.
    columns: chosen.map(column => {
      const isTaken = seen.has(column.heading)
      seen.add(column.heading)
      return isTaken ? { ...column, heading: column.key } : column
    }),
  }
}

const idColumn: ExportColumn = { key: 'id', heading: 'Record ID', text: ({ id }) => id }

function columnsFor(field: RecordField, writing: Writing): ExportColumn[] {
  const { key, label, kind } = field
  const cell = (record: AnyRecord, named: Named) => textOf(field, valueIn(record, key), named, writing)
  if (kind !== 'relation') return [{ key, heading: label, text: cell }]
  const idOf = (record: AnyRecord) => {
    const value = valueIn(record, key)
    return typeof value === 'string' ? value : ''
  }
  return [
    { key, heading: label, text: (record, { records }) => records.get(idOf(record)) ?? '' },
    { key, heading: HEADINGS[key] ?? `${label}${ID_COLUMN}`, text: idOf },
  ]
}

/** A value of a record by the key of its field. */
function valueIn(record: AnyRecord, key: string): unknown {
  if (!key.startsWith('custom.')) return record[key]
  return (record.custom as Readonly<Record<string, unknown>> | undefined)?.[key.slice('custom.'.length)]
}

function textOf(field: RecordField, value: unknown, { members }: Named, writing: Writing): string {
  if (value === null || value === undefined) return ''
  switch (field.kind) {
    case 'number':
      return numberText(Number(value), writing)
    case 'money':
      return moneyText(value as { amount: number; currency: string }, writing)
    case 'boolean':
      return value === true ? 'yes' : 'no'
    case 'user':
      return members.get(String(value)) ?? String(value)
    case 'select':
      return field.isCustom ? labelOf(field, value) : String(value)
    default:
      if (!Array.isArray(value)) return String(value)
      return listText(value.map(each => (field.isCustom ? labelOf(field, each) : String(each))))
  }
}

function labelOf({ options = [] }: RecordField, value: unknown): string {
  return options.find(option => option.value === value)?.label ?? String(value)
}

function numberText(value: number, { decimal }: Writing): string {
  return String(value).replace('.', decimal)
}

/** "1250.50 EUR": what has no smaller unit has no decimals. */
function moneyText({ amount, currency }: { amount: number; currency: string }, { decimal }: Writing): string {
  const digits = minorDigits(currency)
  const written = Math.abs(amount)
    .toString()
    .padStart(digits + 1, '0')
  const whole = digits === 0 ? written : `${written.slice(0, -digits)}${decimal}${written.slice(-digits)}`
  return `${amount < 0 ? '-' : ''}${whole} ${currency}`
}

/** Several values in one cell; as JSON where one of them holds what stands between them. */
function listText(values: readonly string[]): string {
  const isPlain = values.every(value => !/[;,|\n]|^\[|^\s|\s$/.test(value))
  return isPlain ? values.join('; ') : JSON.stringify(values)
}

/** What the ids in some records are called, for the columns that name them. */
export async function namesFor(
  ctx: Context,
  object: RecordObject,
  records: readonly AnyRecord[],
  members: Named['members'],
): Promise<Named> {
  const fields = [...recordKinds[object].fields, ...(await customFieldsOf(ctx, object))]
  const names = new Map<string, string>()
  const relations = fields.filter(field => field.kind === 'relation')
  for (const [of, group] of Map.groupBy(relations, ({ relatesTo }) => relatesTo)) {
    if (of === undefined) continue
    const ids = new Set(
      group.flatMap(({ key }) =>
        records.map(record => valueIn(record, key)).filter(id => typeof id === 'string'),
      ),
    )
    if (ids.size === 0) continue
    for (const [id, { name }] of await recordKinds[of].read(ctx, [...ids])) names.set(id, name)
  }
  return { members, records: names }
}

/** The addresses of active members by their user ids. */
export async function memberAddresses(ctx: Context): Promise<Named['members']> {
  return new Map((await activeMembers(ctx)).map(({ userId, email }) => [userId, email]))
}
