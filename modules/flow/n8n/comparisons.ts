/** Conditions of n8n, of every version it had, and expressions that are true or false. Browser-safe. */

import type { Comparison, Condition, ConditionOperator } from '../condition.ts'
import { checkTemplate } from '../template.ts'
import { meaning } from './expression.ts'
import { Untranslatable } from './item.ts'
import { at, listOf, objectOf, type Parameters, textOf } from './n8n-file.ts'
import type { Script } from './script.ts'
import { piped, plainText, type Scalar, template } from './term.ts'
import { onlyExpression, type Translation, Unmapped } from './translation.ts'

const CASE = 'Texts are compared without regard to capital letters and to spaces around.'
const EMPTY = 'An empty text or list counts as missing.'
const VALUE_LENGTH_MAX = 2_000

/** By the names of n8n, old and new; `!` in front means that it must not hold. */
const OPERATORS: Readonly<Record<string, string>> = {
  equal: 'equals',
  equals: 'equals',
  notEqual: 'not_equals',
  notEquals: 'not_equals',
  contains: 'contains',
  notContains: 'not_contains',
  startsWith: 'starts_with',
  notStartsWith: '!starts_with',
  endsWith: 'ends_with',
  notEndsWith: '!ends_with',
  smaller: 'less_than',
  lt: 'less_than',
  smallerEqual: 'less_or_equal',
  lte: 'less_or_equal',
  larger: 'greater_than',
  gt: 'greater_than',
  largerEqual: 'greater_or_equal',
  gte: 'greater_or_equal',
  isEmpty: 'is_empty',
  empty: 'is_empty',
  notExists: 'is_empty',
  isNotEmpty: 'is_not_empty',
  notEmpty: 'is_not_empty',
  exists: 'is_not_empty',
  true: 'is_true',
  false: 'is_false',
  after: 'after',
  before: 'before',
  afterOrEquals: 'on_or_after',
  beforeOrEquals: 'on_or_before',
  lengthEquals: 'size_equals',
  lengthNotEquals: '!size_equals',
  lengthGt: 'size_greater_than',
  lengthLt: 'size_less_than',
  lengthGte: '!size_less_than',
  lengthLte: '!size_greater_than',
}
const ALONE: ReadonlySet<string> = new Set(['is_empty', 'is_not_empty', 'is_true', 'is_false'])
const OF_TEXTS: ReadonlySet<string> = new Set([
  'equals',
  'not_equals',
  'contains',
  'not_contains',
  'starts_with',
  'ends_with',
])

/** The condition of an IF, a filter or a rule of a switch, whichever version wrote it. Throws Unmapped. */
export function conditionFrom(step: Translation, conditions: unknown, combine?: string): Condition {
  const written = objectOf(conditions)
  const members = Array.isArray(written.conditions) ? newer(step, written) : older(step, written)
  const isAny = (textOf(written.combinator) || combine || '').toLowerCase()
  const [only, ...more] = members
  if (only === undefined) throw new Unmapped('It has no condition.')
  if (more.length === 0) return only
  const name = isAny === 'any' || isAny === 'or' ? 'any' : 'all'
  return grouped(name, members)
}

function grouped(name: 'all' | 'any', members: Condition[]): Condition {
  if (members.length > 50) throw new Unmapped('It has more than fifty conditions.')
  return name === 'all' ? { all: members } : { any: members }
}

function newer(step: Translation, written: Parameters): Condition[] {
  const isExact = at(written, 'options.caseSensitive') !== false
  return listOf(written.conditions).map(each => {
    const { leftValue, rightValue, operator } = objectOf(each)
    const { type, operation } = objectOf(operator)
    const isDateTime = type === 'dateTime' && (operation === 'equals' || operation === 'notEquals')
    if (type === 'boolean' && (operation === 'equals' || operation === 'notEquals')) {
      const truth = typeof rightValue === 'boolean' ? rightValue : textOf(rightValue) === 'true'
      const isPlain = typeof rightValue === 'boolean' || /^(?:true|false)$/.test(textOf(rightValue))
      if (isPlain) return isTrue(step, leftValue, truth === (operation === 'equals'))
    }
    if (type === 'boolean' && (operation === 'true' || operation === 'false'))
      return isTrue(step, leftValue, operation === 'true')
    const name = isDateTime ? 'same' : textOf(operation) || 'equals'
    return compared(step, { left: leftValue, name, right: rightValue, isText: type === 'string', isExact })
  })
}

const FIRST_OPERATION: Readonly<Record<string, string>> = {
  string: 'equal',
  number: 'smaller',
  boolean: 'equal',
  dateTime: 'after',
}

function older(step: Translation, written: Parameters): Condition[] {
  return ['boolean', 'dateTime', 'number', 'string'].flatMap(type =>
    listOf(written[type]).map(each => {
      const { value1, value2, operation } = objectOf(each)
      const name = textOf(operation) || (FIRST_OPERATION[type] ?? 'equal')
      if (type === 'boolean' && (name === 'equal' || name === 'notEqual')) {
        if (value2 === undefined || typeof value2 === 'boolean')
          return isTrue(step, value1, (value2 === true) === (name === 'equal'))
      }
      return compared(step, { left: value1, name, right: value2, isText: type === 'string', isExact: true })
    }),
  )
}

interface Compared {
  readonly left: unknown
  readonly name: string
  readonly right: unknown
  readonly isText: boolean
  readonly isExact: boolean
}

/** One comparison. Throws Unmapped for a way of comparing that there is not. */
export function compared(step: Translation, { left, name, right, isText, isExact }: Compared): Condition {
  if (name === 'regex' || name === 'notRegex') return likePattern(step, left, right, name === 'regex')
  const written = OPERATORS[name]
  if (written === undefined || !Object.hasOwn(OPERATORS, name)) {
    throw new Unmapped(`It compares in a way ("${name.slice(0, 40)}") that there is not here.`)
  }
  const isNot = written.startsWith('!')
  const operator = (isNot ? written.slice(1) : written) as ConditionOperator
  const field = fieldFrom(step, left)
  const value = ALONE.has(operator) ? undefined : valueFrom(step, right)
  if (name === 'exists' || name === 'notExists') step.differs(EMPTY)
  if (isText && isExact && OF_TEXTS.has(operator) && hasLetters(value)) step.differs(CASE)
  const comparison: Comparison = { field, operator, ...(value === undefined ? {} : { value }) }
  return isNot ? { not: comparison } : comparison
}

/** A pattern is tried by code before the step. Throws Unmapped when the pattern or the value is worked out in another way. */
function likePattern(step: Translation, left: unknown, right: unknown, wanted: boolean): Condition {
  const source = typeof left === 'string' ? onlyExpression(left) : null
  const text = textOf(right)
  const [, body = text, flags = ''] = /^\/(.*)\/([a-z]*)$/s.exec(text) ?? []
  const isPlain = text !== '' && !text.startsWith('=') && source !== null
  const made = isPlain
    ? step.coded(
        `new RegExp(${JSON.stringify(body)}, ${JSON.stringify(flags)}).test(String((${source}) ?? ''))`,
      )
    : null
  if (made === null) throw new Unmapped('It compares with a pattern (regular expression).')
  return { field: made, operator: wanted ? 'is_true' : 'is_false' }
}

function hasLetters(value: Scalar | undefined): boolean {
  return typeof value === 'string' && /[a-z{]/i.test(value)
}

function fieldFrom(step: Translation, value: unknown): string {
  const script = step.script(value)
  if (script !== null) {
    try {
      return step.fieldOf(script)
    } catch (error) {
      if (!(error instanceof Untranslatable)) throw error
      return brokenField(step, textOf(value).slice(1), error)
    }
  }
  const source = typeof value === 'string' ? onlyExpression(value) : null
  if (source !== null) return brokenField(step, source, new Untranslatable('code of its own'))
  return step.made(step.value(value))
}

/** A field that code before the step makes, else one that is no path, so that the condition is seen and cannot be published. */
function brokenField(step: Translation, source: string, error: Untranslatable): string {
  const made = step.coded(source)
  if (made !== null) return made
  step.broken(source, error)
  return `= ${source.trim()}`.slice(0, 200)
}

function valueFrom(step: Translation, given: unknown): Scalar {
  const value = step.value(given)
  if (typeof value !== 'string' || value.length <= VALUE_LENGTH_MAX) return value ?? ''
  throw new Unmapped('It compares with a text of more than 2,000 characters.')
}

function isTrue(step: Translation, value: unknown, wanted: boolean): Condition {
  const script = step.script(value)
  if (script === null) {
    return { field: fieldFrom(step, value), operator: wanted ? 'is_true' : 'is_false' }
  }
  try {
    const condition = truthOf(step, script)
    if ('operator' in condition && condition.operator === 'is_true')
      return wanted ? condition : { ...condition, operator: 'is_false' }
    return wanted ? condition : { not: condition }
  } catch (error) {
    if (!(error instanceof Untranslatable)) throw error
    return { field: brokenField(step, textOf(value).slice(1), error), operator: 'is_true' }
  }
}

const SIGNS: Readonly<Record<string, ConditionOperator>> = {
  '===': 'equals',
  '==': 'equals',
  '!==': 'not_equals',
  '!=': 'not_equals',
  '>': 'greater_than',
  '>=': 'greater_or_equal',
  '<': 'less_than',
  '<=': 'less_or_equal',
}
const METHODS: Readonly<Record<string, ConditionOperator>> = {
  includes: 'contains',
  startsWith: 'starts_with',
  endsWith: 'ends_with',
  isEmpty: 'is_empty',
  isNotEmpty: 'is_not_empty',
}

/** An expression that is true or false, as a condition. Throws Untranslatable. */
function truthOf(step: Translation, script: Script): Condition {
  if (script.is === 'both' && (script.sign === '&&' || script.sign === '||')) {
    const sides = [truthOf(step, script.left), truthOf(step, script.right)]
    return script.sign === '&&' ? { all: sides } : { any: sides }
  }
  if (script.is === 'not') {
    const inside = truthOf(step, script.of)
    return 'operator' in inside && inside.operator === 'is_true' ? negated(inside) : { not: inside }
  }
  if (script.is === 'both' && SIGNS[script.sign] !== undefined) {
    const value = comparedWith(step, script.right)
    if (hasLetters(value)) step.differs(CASE)
    return { field: step.fieldOf(script.left), operator: SIGNS[script.sign] ?? 'equals', value }
  }
  if (script.is === 'call' && script.of.is === 'member') {
    const operator = METHODS[String(script.of.name)]
    if (operator !== undefined && script.given.length <= 1) {
      const [other] = script.given
      const value = other === undefined ? {} : { value: comparedWith(step, other) }
      if (hasLetters(value.value)) step.differs(CASE)
      return { field: step.fieldOf(script.of.of), operator, ...value }
    }
  }
  if (script.is === 'call' && script.of.is === 'name' && script.of.name === 'Boolean' && script.given[0])
    return negated(negated({ field: step.fieldOf(script.given[0]), operator: 'is_true' }))
  return { field: step.fieldOf(script), operator: 'is_true' }
}

/** In JavaScript everything counts as true that is there and neither false nor 0. */
function negated(condition: Condition): Condition {
  if (!('field' in condition)) return { not: condition }
  const { field } = condition
  return {
    any: [
      { field, operator: 'is_empty' },
      { field, operator: 'is_false' },
    ],
  }
}

function comparedWith(step: Translation, script: Script): Scalar {
  if (script.is === 'literal')
    return typeof script.value === 'string' ? plainText(script.value) : script.value
  const text = template(piped(meaning(script, step.around)))
  if (checkTemplate(text).length > 0 || text.length > VALUE_LENGTH_MAX)
    throw new Untranslatable('a value that is too long')
  return text
}
