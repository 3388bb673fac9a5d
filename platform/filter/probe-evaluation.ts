import assert from 'node:assert/strict'
import type { Filter, FilterValue, Money } from '../contract/filter.ts'
import { readMoment } from './moment.ts'
import { type Custom, FIELDS, KEY_CHARS, type Row } from './probe-list.ts'

const HOUR_MS = 3_600_000

type Cell =
  | string
  | number
  | boolean
  | Date
  | string[]
  | { amount: number | null; currency: string | null }
  | null

function cellOf(row: Row, field: string): Cell {
  const [name = '', inner] = field.split('.')
  if (name === 'parent') return row.parent ? cellOf(row.parent, inner ?? '') : null
  if (name === 'price') return { amount: row.amount, currency: row.currency }
  if (name === 'custom') return customCellOf(row.custom, inner as keyof Custom)
  return row[name as Exclude<keyof Row, 'parent' | 'custom'>]
}

function customCellOf(custom: Custom, name: keyof Custom): Cell {
  if (name === 'worth') return custom.worth ?? { amount: null, currency: null }
  if (name === 'met') return custom.met === null ? null : new Date(custom.met)
  if (name === 'marks') return custom.marks ?? []
  return custom[name]
}

/** The filter language once more, over rows in memory. */
export function holds(filter: Filter, row: Row, now: Date): boolean {
  if ('all' in filter) return filter.all.every(part => holds(part, row, now))
  if ('any' in filter) return filter.any.some(part => holds(part, row, now))
  const opposites: Record<string, string> = {
    is_not: 'is',
    not_in: 'in',
    not_contains: 'contains',
    empty: 'not_empty',
    has_not: 'has',
    has_none: 'has_any',
  }
  const { field, op, value } = filter
  const opposite = opposites[op]
  const type = FIELDS[field]?.type ?? 'text'
  const values = (value === undefined ? [] : Array.isArray(value) ? value : [value]) as FilterValue[]
  const isFolded = field === 'mail'
  const positive = positively(
    type,
    opposite ?? op,
    cellOf(row, field),
    isFolded ? values.map(fold) : values,
    now,
  )
  return opposite ? !positive : positive
}

const fold = (value: FilterValue) => String(value).toLowerCase()

function positively(type: string, op: string, cell: Cell, values: FilterValue[], now: Date): boolean {
  if (type === 'money')
    return moneyHolds(op, cell as { amount: number | null; currency: string | null }, values)
  if (cell === null) return false
  if (type === 'list') return listHolds(op, cell as string[], values as string[])
  if (op === 'not_empty') return cell !== ''
  if (type === 'date' || type === 'time')
    return momentHolds(op, cell as Date | string, values as string[], now)
  const [first = '', second = ''] = values
  const text = String(cell).toLowerCase()
  switch (op) {
    case 'is':
    case 'in':
      return values.includes(cell as string)
    case 'contains':
      return text.includes(fold(first))
    case 'starts_with':
      return text.startsWith(fold(first))
    case 'ends_with':
      return text.endsWith(fold(first))
    default:
      return ordered(op, cell as number, first as number, second as number)
  }
}

function ordered(op: string, cell: number, first: number, second: number): boolean {
  if (op === 'gt') return cell > first
  if (op === 'gte') return cell >= first
  if (op === 'lt') return cell < first
  if (op === 'lte') return cell <= first
  return cell >= first && cell <= second
}

function listHolds(op: string, cell: string[], values: string[]): boolean {
  if (op === 'not_empty') return cell.length > 0
  if (op === 'has_any') return values.some(value => cell.includes(value))
  return values.every(value => cell.includes(value))
}

function moneyHolds(
  op: string,
  { amount, currency }: { amount: number | null; currency: string | null },
  values: FilterValue[],
): boolean {
  if (amount === null) return false
  if (op === 'not_empty') return true
  const [first, second = first] = values as Money[]
  if (!first || !second || currency !== first.currency || currency !== second.currency) return false
  return op === 'is' ? amount === first.amount : ordered(op, amount, first.amount, second.amount)
}

function momentHolds(op: string, cell: Date | string, values: string[], now: Date): boolean {
  const [first = '', second = first] = values
  const at = typeof cell === 'string' ? Date.parse(`${cell}T00:00:00Z`) : +cell
  const [a, b] = [spanOf(first, now), spanOf(second, now)]
  if (op === 'before') return at < a.from
  if (op === 'on_or_after') return at >= a.from
  const until = (span: { to: number; isDay: boolean }) => (span.isDay ? at < span.to : at <= span.to)
  if (op === 'after') return !until(a)
  if (op === 'on_or_before') return until(a)
  return at >= a.from && until(b)
}

function spanOf(text: string, now: Date): { from: number; to: number; isDay: boolean } {
  const moment = readMoment(text)
  assert.ok(moment)
  if (moment.kind === 'instant')
    return { from: Date.parse(moment.at), to: Date.parse(moment.at), isDay: false }
  const day = 24 * HOUR_MS
  if (moment.kind === 'day') {
    const from = Date.parse(`${moment.day}T00:00:00Z`)
    return { from, to: from + day, isDay: true }
  }
  const [, sign, count, unit] = /^([+-])(\d+) (\w+)$/.exec(moment.shift) ?? []
  const by = Number(`${sign}${count}`)
  const base = new Date(moment.isDay ? Math.floor(+now / day) * day : +now)
  const from = +shifted(base, by, unit ?? '')
  return { from, to: moment.isDay ? from + day : from, isDay: moment.isDay }
}

function shifted(base: Date, by: number, unit: string): Date {
  const hours: Record<string, number> = { hours: 1, days: 24, weeks: 168 }
  if (hours[unit] !== undefined) return new Date(+base + by * hours[unit] * HOUR_MS)
  const months = unit === 'years' ? by * 12 : by
  const [year, month] = [base.getUTCFullYear(), base.getUTCMonth() + months]
  const last = new Date(Date.UTC(year, month + 1, 0)).getUTCDate()
  const time = +base % (24 * HOUR_MS)
  return new Date(Date.UTC(year, month, Math.min(base.getUTCDate(), last)) + time)
}

function sortCellOf(row: Row, name: string): Cell {
  const cell = cellOf(row, name)
  return name === 'custom.note' && cell !== null
    ? [...String(cell).toLowerCase()].slice(0, KEY_CHARS).join('')
    : cell
}

/** The order that a list of these keys has, with the id as its last key. */
export function byKeys(sort: readonly string[]) {
  return (a: Row, b: Row): number => {
    for (const key of sort) {
      const name = key.replace('-', '')
      const [x, y] = [sortCellOf(a, name), sortCellOf(b, name)] as unknown as [number | null, number | null]
      if (x === null && y === null) continue
      if (x === null) return 1
      if (y === null) return -1
      const order = Number(x > y) - Number(x < y)
      if (order !== 0) return key.startsWith('-') ? -order : order
    }
    const isDescending = sort.at(-1)?.startsWith('-') ?? true
    return (a.id < b.id ? -1 : 1) * (isDescending ? -1 : 1)
  }
}
