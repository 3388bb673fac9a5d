import {
  type Condition,
  type Filter,
  type FilterField,
  type FilterFields,
  type FilterValue,
  OPERATORS,
  type Operands,
} from '../contract/filter.ts'
import { fault } from '../http/fault.ts'
import { isId } from '../ids.ts'
import { readMoment } from './moment.ts'

const DEPTH_MAX = 5
const CONDITIONS_MAX = 50
const VALUES_MAX = 100
const TEXT_MAX = 500
/** What a filter may cost: a comparison 1, a search inside texts 5, four times that in a related record. */
const COST_MAX = 100
const SEARCHES = new Set(['contains', 'not_contains', 'starts_with', 'ends_with'])

/** Checks a filter that came as JSON. Throws `request.invalid` with a pointer to the first thing that is wrong. */
export function checkFilter(value: unknown, fields: FilterFields, pointer = '/filter'): Filter {
  const spent = { conditions: 0, cost: 0 }
  return checkGroup(value, fields, pointer, 1, spent)
}

function checkGroup(
  value: unknown,
  fields: FilterFields,
  pointer: string,
  depth: number,
  spent: { conditions: number; cost: number },
): Filter {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw fault(
      pointer,
      'invalid_type',
      'Use { "all": [...] }, { "any": [...] } or { "field", "op", "value" }.',
    )
  const word = 'all' in value ? 'all' : 'any' in value ? 'any' : undefined
  if (word === undefined) {
    const condition = checkCondition(value, fields, pointer)
    spent.conditions++
    spent.cost += costOf(condition)
    if (spent.conditions > CONDITIONS_MAX)
      throw fault(pointer, 'too_many', `A filter has at most ${CONDITIONS_MAX} conditions.`)
    if (spent.cost > COST_MAX)
      throw fault(pointer, 'too_costly', 'This filter searches too much at once. Leave some conditions out.')
    return condition
  }
  refuseOthers(value, [word], pointer)
  const parts = (value as Record<string, unknown>)[word]
  if (!Array.isArray(parts)) throw fault(`${pointer}/${word}`, 'invalid_type', 'Use a list of conditions.')
  if (depth >= DEPTH_MAX)
    throw fault(pointer, 'too_deep', `A filter is nested at most ${DEPTH_MAX} levels deep.`)
  if (parts.length > CONDITIONS_MAX)
    throw fault(`${pointer}/${word}`, 'too_many', `A filter has at most ${CONDITIONS_MAX} conditions.`)
  const checked = parts.map((part, index) =>
    checkGroup(part, fields, `${pointer}/${word}/${index}`, depth + 1, spent),
  )
  return word === 'all' ? { all: checked } : { any: checked }
}

function refuseOthers(value: object, known: readonly string[], pointer: string): void {
  const other = Object.keys(value).find(key => !known.includes(key))
  if (other !== undefined)
    throw fault(pointer, 'unknown_field', `Beside ${known.join(', ')} nothing is known here.`)
}

function costOf({ field, op }: Condition): number {
  return (SEARCHES.has(op) ? 5 : 1) * (field.includes('.') ? 4 : 1)
}

function checkCondition(value: object, fields: FilterFields, pointer: string): Condition {
  refuseOthers(value, ['field', 'op', 'value'], pointer)
  const { field: name, op, value: operand } = value as Record<string, unknown>
  const field = typeof name === 'string' && Object.hasOwn(fields, name) ? fields[name] : undefined
  if (typeof name !== 'string' || !field)
    throw fault(`${pointer}/field`, 'unknown_field', `Use one of ${Object.keys(fields).join(', ')}.`)
  const operators = OPERATORS[field.type]
  const operands = typeof op === 'string' && Object.hasOwn(operators, op) ? operators[op] : undefined
  if (typeof op !== 'string' || operands === undefined)
    throw fault(
      `${pointer}/op`,
      'unknown_operator',
      `A field of type ${field.type} has ${Object.keys(operators).join(', ')}.`,
    )
  return withOperand({ field: name, op }, operands, field, operand, `${pointer}/value`)
}

function withOperand(
  condition: Condition,
  operands: Operands,
  field: FilterField,
  value: unknown,
  pointer: string,
): Condition {
  if (operands === 'none') {
    if (value !== undefined) throw fault(pointer, 'not_needed', `${condition.op} takes no value.`)
    return condition
  }
  if (operands === 'one') return { ...condition, value: checkValue(field, value, pointer) }
  if (!Array.isArray(value)) throw fault(pointer, 'invalid_type', `${condition.op} takes a list of values.`)
  if (operands === 'two' && value.length !== 2)
    throw fault(pointer, 'invalid_length', `${condition.op} takes two values.`)
  if (value.length === 0 || value.length > VALUES_MAX)
    throw fault(pointer, 'invalid_length', `${condition.op} takes 1 to ${VALUES_MAX} values.`)
  return { ...condition, value: value.map((item, index) => checkValue(field, item, `${pointer}/${index}`)) }
}

const AMOUNT_MAX = 9_007_199_254_740_991

function checkValue(field: FilterField, value: unknown, pointer: string): FilterValue {
  switch (field.type) {
    case 'number':
      if (typeof value === 'number' && Number.isFinite(value) && Math.abs(value) <= AMOUNT_MAX) {
        if (field.isWhole && !Number.isInteger(value))
          throw fault(pointer, 'invalid_value', 'Use a whole number.')
        return value
      }
      throw fault(pointer, 'invalid_value', 'Use a number.')
    case 'boolean':
      if (typeof value === 'boolean') return value
      throw fault(pointer, 'invalid_value', 'Use true or false.')
    case 'money':
      return checkMoney(value, pointer)
    case 'enum':
      if (typeof value === 'string' && field.values?.includes(value)) return value
      throw fault(pointer, 'invalid_value', `Use one of ${field.values?.join(', ')}.`)
    case 'id':
      if (typeof value === 'string' && isId(value)) return value
      throw fault(pointer, 'invalid_value', 'Use an id.')
    case 'date':
    case 'time':
      return checkMoment(field.type, value, pointer)
    default:
      if (typeof value !== 'string' || value === '')
        throw fault(pointer, 'invalid_value', 'Use a text; empty and not_empty ask for none and any.')
      if (value.length > TEXT_MAX || value.includes('\u0000') || !value.isWellFormed())
        throw fault(pointer, 'invalid_value', `Use a text of at most ${TEXT_MAX} characters.`)
      return value
  }
}

function checkMoment(type: 'date' | 'time', value: unknown, pointer: string): string {
  const moment = typeof value === 'string' ? readMoment(value) : null
  const isDay = moment?.kind === 'day' || (moment?.kind === 'relative' && moment.isDay)
  if (typeof value === 'string' && moment && (isDay || type === 'time')) return value
  throw fault(
    pointer,
    'invalid_value',
    type === 'date'
      ? 'Use a day like 2026-11-30, today or today-7d.'
      : 'Use a day like 2026-11-30 or today-7d, or an instant like 2026-11-30T08:00:00Z or now-2h.',
  )
}

function checkMoney(value: unknown, pointer: string): FilterValue {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    refuseOthers(value, ['amount', 'currency'], pointer)
    const { amount, currency } = value as Record<string, unknown>
    if (Number.isSafeInteger(amount) && typeof currency === 'string' && /^[A-Z]{3}$/.test(currency))
      return { amount: amount as number, currency }
  }
  throw fault(
    pointer,
    'invalid_value',
    'Use { "amount": 125000, "currency": "EUR" }, the amount in the smallest unit.',
  )
}
