import fc from 'fast-check'
import { type Condition, type Filter, type FilterValue, OPERATORS } from '../contract/filter.ts'
import { newId } from '../ids.ts'
import { type Custom, FIELDS } from './probe-list.ts'

const WORDS = [
  '',
  'a',
  'ab',
  'B',
  'Ab%',
  '_',
  "o'hara",
  'x"y',
  'a;b|c',
  '\\',
  '(,)',
  ' b ',
  '1',
  '😀a',
  'null',
]
const IDS = Array.from({ length: 4 }, () => newId())
const word = fc.constantFrom(...WORDS)
const full = fc.constantFrom(...WORDS.filter(text => text !== ''))
const number = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.constantFrom(0.5, -1.25, 1e15))
const HOUR_MS = 3_600_000

/** A record without its id and its parent; its times lie around now. */
export function rowOf(now: Date) {
  // Half an hour beside every full hour from now, so that no row stands on the edge of a span counted from now.
  const at = fc.integer({ min: -1500, max: 1500 }).map(hours => new Date(+now + (hours + 0.5) * HOUR_MS))
  const nullable = <T>(of: fc.Arbitrary<T>) => fc.option(of, { freq: 4 })
  return fc.record({
    name: nullable(word),
    mail: nullable(word.map(text => text.toLowerCase())),
    score: nullable(number),
    seats: fc.integer({ min: 0, max: 4 }),
    amount: nullable(fc.integer({ min: -2, max: 2 })),
    currency: nullable(fc.constantFrom('EUR', 'USD')),
    day: nullable(at.map(date => date.toISOString().slice(0, 10))),
    at,
    seen: nullable(at),
    ok: nullable(fc.boolean()),
    kind: fc.constantFrom('a', 'b', 'c'),
    ref: nullable(fc.constantFrom(...IDS)),
    tags: fc.array(full, { maxLength: 3 }),
    custom: fc.record<Custom>({
      note: nullable(full),
      size: nullable(number),
      worth: nullable(
        fc.record({ amount: fc.integer({ min: -2, max: 2 }), currency: fc.constantFrom('EUR', 'USD') }),
      ),
      due: nullable(at.map(date => date.toISOString().slice(0, 10))),
      met: nullable(at.map(date => date.toISOString())),
      ok: nullable(fc.boolean()),
      pick: nullable(fc.constantFrom('a', 'b', 'c')),
      ref: nullable(fc.constantFrom(...IDS)),
      marks: nullable(fc.uniqueArray(full, { minLength: 1, maxLength: 3 })),
    }),
  })
}

const conditionOf: fc.Arbitrary<Condition> = fc.constantFrom(...Object.keys(FIELDS)).chain(field => {
  const type = FIELDS[field]?.type ?? 'text'
  return fc.constantFrom(...Object.entries(OPERATORS[type])).chain(([op, operands]) => {
    const value = operandOf(field)
    if (operands === 'none') return fc.constant({ field, op } as Condition)
    if (operands === 'one') return value.map(one => ({ field, op, value: one }) as Condition)
    const size = operands === 'two' ? { minLength: 2, maxLength: 2 } : { minLength: 1, maxLength: 3 }
    return fc.array(value, size).map(many => ({ field, op, value: many }) as Condition)
  })
})
const { filter: anyFilter } = fc.letrec<{ filter: Filter }>(tie => ({
  filter: fc.oneof(
    { maxDepth: 2, withCrossShrink: true },
    conditionOf,
    fc.array(tie('filter'), { maxLength: 3 }).map(all => ({ all })),
    fc.array(tie('filter'), { maxLength: 3 }).map(any => ({ any })),
  ),
}))
/** Any filter that a request may state. */
export const filterOf = anyFilter.filter(filter => costOf(filter) <= 100)
/** Keys of an order, each up or down. */
export const sortOf = fc
  .uniqueArray(fc.constantFrom(...Object.keys(FIELDS).filter(name => FIELDS[name]?.sort)), { maxLength: 3 })
  .chain(names => fc.tuple(...names.map(name => fc.constantFrom(name, `-${name}`))))

/** What a filter may cost, as docs/filters.md has it. */
function costOf(filter: Filter): number {
  if (!('field' in filter))
    return ('all' in filter ? filter.all : filter.any).reduce((sum, part) => sum + costOf(part), 0)
  const isSearch = ['contains', 'not_contains', 'starts_with', 'ends_with'].includes(filter.op)
  return (isSearch ? 5 : 1) * (filter.field.includes('.') ? 4 : 1)
}

function operandOf(field: string): fc.Arbitrary<FilterValue> {
  const type = FIELDS[field]?.type
  switch (type) {
    case 'number':
      return FIELDS[field]?.isWhole ? fc.integer({ min: -1, max: 5 }) : number
    case 'money':
      return fc.record({
        amount: fc.integer({ min: -2, max: 2 }),
        currency: fc.constantFrom('EUR', 'USD', 'CHF'),
      })
    case 'boolean':
      return fc.boolean()
    case 'enum':
      return fc.constantFrom('a', 'b', 'c')
    case 'id':
      return fc.constantFrom(...IDS, newId())
    case 'date':
    case 'time': {
      const shift = fc
        .tuple(
          fc.constantFrom('+', '-'),
          fc.integer({ min: 0, max: 50 }),
          fc.constantFrom('d', 'w', 'm', 'h'),
        )
        .map(([sign, count, unit]) => `${sign}${unit === 'w' || unit === 'm' ? count % 4 : count}${unit}`)
      const day = fc
        .integer({ min: -60, max: 60 })
        .map(days => new Date(Date.now() + days * 24 * HOUR_MS).toISOString())
      const relativeDay = fc.oneof(
        fc.constant('today'),
        shift.map(by => `today${by}`),
      )
      const days = fc.oneof(
        day.map(at => at.slice(0, 10)),
        relativeDay,
      )
      if (type === 'date') return days.filter(text => !text.endsWith('h'))
      return fc.oneof(
        days.filter(text => !text.endsWith('h')),
        shift.map(by => `now${by}`),
        day,
      )
    }
    default:
      return full
  }
}

/** The text form, or null where there is none: an empty group. */
export function textOf(filter: Filter): string | null {
  if (!('field' in filter)) {
    const parts = ('all' in filter ? filter.all : filter.any).map(textOf)
    if (parts.length === 0 || parts.includes(null)) return null
    return `(${parts.join('all' in filter ? ';' : ' | ')})`
  }
  if (filter.value === undefined) return `${filter.field}:${filter.op}`
  const values = (Array.isArray(filter.value) ? filter.value : [filter.value]) as FilterValue[]
  return `${filter.field}:${filter.op}:${values.map(literal).join(',')}`
}

function literal(value: FilterValue): string {
  if (typeof value === 'object') return `${value.amount} ${value.currency}`
  if (typeof value !== 'string' || /^[\w:.+-]+$/.test(value)) return String(value)
  return `"${value.replace(/["\\]/g, '\\$&')}"`
}
