import type { RecordField } from '#modules/crm/contract.ts'
import type { Condition, FilterValue, Money } from '#platform/contract/filter.ts'
import { dayText, optionLabel } from '../fields/field-words.ts'
import { moneyWords } from '../fields/money.ts'
import { filterTypeOf, valuesOf } from './filter-model.ts'

const WORDS: Readonly<Record<string, string>> = {
  is: 'is',
  is_not: 'is not',
  in: 'is any of',
  not_in: 'is none of',
  contains: 'contains',
  not_contains: 'does not contain',
  starts_with: 'starts with',
  ends_with: 'ends with',
  empty: 'is empty',
  not_empty: 'is not empty',
  gt: 'is more than',
  gte: 'is at least',
  lt: 'is less than',
  lte: 'is at most',
  between: 'is between',
  on: 'is on',
  before: 'is before',
  after: 'is after',
  on_or_before: 'is on or before',
  on_or_after: 'is on or after',
  has: 'has',
  has_not: 'does not have',
  has_any: 'has any of',
  has_all: 'has all of',
  has_none: 'has none of',
}

const OF_ONE: Readonly<Record<string, string>> = {
  in: 'is',
  not_in: 'is not',
  has_any: 'has',
  has_none: 'does not have',
}

/** An operator as people say it; with a single value, that of several reads like that of one. */
export function operatorWords(op: string, values?: number): string {
  return (values === 1 ? OF_ONE[op] : undefined) ?? WORDS[op] ?? op.replaceAll('_', ' ')
}

const UNITS: Readonly<Record<string, string>> = { d: 'day', w: 'week', m: 'month', y: 'year', h: 'hour' }

/** "7 days ago", "in 2 weeks", "today", or the day itself. */
export function momentWords(text: string): string {
  const [, base, sign, amount = '0', unit = 'd'] = /^(today|now)(?:([+-])(\d+)([hdwmy]))?$/.exec(text) ?? []
  if (!base) return /^\d{4}-\d{2}-\d{2}$/.test(text) ? dayText(text) : text
  const count = Number(amount)
  if (!sign || count === 0) return base === 'today' ? 'today' : 'now'
  const span = `${count} ${UNITS[unit]}${count === 1 ? '' : 's'}`
  return sign === '-' ? `${span} ago` : `in ${span}`
}

/** The values of a condition as people say them. */
export function valueWords(
  field: RecordField,
  condition: Condition,
  names: ReadonlyMap<string, string>,
): string {
  const type = filterTypeOf(field)
  const word = (value: FilterValue): string => {
    if (value === 'me' && type === 'id') return 'me'
    if (typeof value === 'boolean') return value ? 'yes' : 'no'
    if (type === 'date' || type === 'time') return momentWords(String(value))
    if (type === 'money') return moneyWords(value as Money)
    if (type === 'id') return names.get(String(value)) ?? 'one'
    return optionLabel(field, String(value))
  }
  const values = valuesOf(condition).map(word)
  if (condition.op === 'between') return values.join(' and ')
  return values.length > 2 ? `${values.slice(0, 2).join(', ')} +${values.length - 2}` : values.join(', ')
}
