import type { Comparison, Condition, ConditionOperator } from '#modules/flow/contract.ts'
import { listed } from './words.ts'

const OPERATORS: Readonly<Record<ConditionOperator, string>> = {
  equals: 'is',
  not_equals: 'is not',
  contains: 'contains',
  not_contains: 'does not contain',
  starts_with: 'starts with',
  ends_with: 'ends with',
  greater_than: 'is more than',
  greater_or_equal: 'is at least',
  less_than: 'is less than',
  less_or_equal: 'is at most',
  is_empty: 'is empty',
  is_not_empty: 'is filled in',
  in: 'is one of',
  not_in: 'is none of',
  before: 'is before',
  after: 'is after',
  on_or_before: 'is on or before',
  on_or_after: 'is on or after',
  same_day: 'is on the same day as',
  within_last: 'is within the last',
  within_next: 'is within the next',
  older_than: 'is longer ago than',
  between: 'is between',
  contains_any: 'contains any of',
  contains_all: 'contains all of',
  contains_none: 'contains none of',
  like: 'looks like',
  not_like: 'does not look like',
  size_equals: 'has the size',
  size_greater_than: 'has more entries or characters than',
  size_less_than: 'has fewer entries or characters than',
  is_true: 'is yes',
  is_false: 'is no',
  is_number: 'is a number',
  is_date: 'is a date',
}

/** An operator as it stands between two values. */
export function operatorWords(operator: ConditionOperator): string {
  return OPERATORS[operator]
}

/** What nodes are called, by their id. */
type Names = ReadonlyMap<string, string>

/** What stands before the name of the value itself and says nothing to a reader. */
const PLAIN_ROOTS = /^(lead\.fields|form\.answers|vars|trigger)\./

/**
 * The path of a value in words: `lead.fields.team_size` gives "team size", `lead.email` gives "lead email",
 * and the output of another node names that node: `nodes.call.status` gives "status of Call the CRM", or just
 * "status" where that node is `here`.
 */
export function valueWords(path: string, names: Names = new Map(), here?: string): string {
  const output = /^nodes\.([A-Za-z0-9_-]+)\.(.+)$/.exec(path)
  if (output) {
    const [, id = '', rest = ''] = output
    return id === here ? plain(rest) : `${plain(rest)} of ${names.get(id) ?? id}`
  }
  return plain(path.replace(PLAIN_ROOTS, ''))
}

function plain(path: string): string {
  return path.replace(/[._-]+/g, ' ').trim()
}

/** Operators whose values belong together, rather than being a choice. */
const TOGETHER: ReadonlySet<ConditionOperator> = new Set(['between', 'contains_all'])

function operandWords(value: Comparison['value'], operator: ConditionOperator): string {
  if (value === undefined) return ''
  if (Array.isArray(value)) return listed(value.map(single), TOGETHER.has(operator) ? 'and' : 'or')
  return single(value)
}

function single(value: string | number | boolean | null): string {
  if (value === null) return 'nothing'
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (typeof value === 'number') return value.toLocaleString()
  return value === '' ? 'an empty text' : `“${value}”`
}

function comparisonWords(comparison: Comparison, names: Names, here: string | undefined): string {
  const { field, operator, value } = comparison
  const operand = operandWords(value, operator)
  return [valueWords(field, names, here), OPERATORS[operator], operand].filter(Boolean).join(' ')
}

/** A condition as a sentence without its end: "budget is at least 5,000 and country is “France”". */
export function conditionWords(condition: Condition, names: Names = new Map(), here?: string): string {
  const inside = (member: Condition) =>
    'field' in member ? conditionWords(member, names, here) : `(${conditionWords(member, names, here)})`
  if ('all' in condition) return condition.all.map(inside).join(' and ')
  if ('any' in condition) return condition.any.map(inside).join(' or ')
  if ('not' in condition) return `not ${inside(condition.not)}`
  return comparisonWords(condition, names, here)
}
