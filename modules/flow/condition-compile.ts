/**
 * How a condition decides. Missing data never fails: it makes a comparison false, and its negation true.
 *
 * - Text is compared without regard to letter case, accents' encoding (NFC) and spaces around.
 * - `equals`: a number against a text compares the number in the text; true and false also match
 *   yes/no, on/off, 1/0 as text; two texts compare as texts ("007" is not "7"); two lists item by item; null
 *   or empty text asks whether the value is empty.
 * - `contains`: a part of a text, or an item of a list. `starts_with`, `ends_with`: texts.
 * - `greater_than` and its kin: both sides as numbers by the rule of number-text.ts; false if either is none.
 * - `before`, `after`: both sides as dates by date-text.ts; "now" and "today" (midnight UTC) are understood.
 * - `in`: equals any item of the list; a text is split at commas.
 * - `is_empty`: missing, null, text of spaces, a list or object without anything in it.
 */

import { type Comparison, type Condition, type ConditionOperator, isTemplateValue } from './condition.ts'
import { readMoment } from './date-text.ts'
import { readNumber } from './number-text.ts'
import { isPlainObject, type Path, readPath } from './plain-data.ts'
import { evaluateTemplate, parseTemplate, templatePaths } from './template.ts'
import { parsePath, TemplateError } from './template-parse.ts'

/** Decides over data at a time (milliseconds since 1970). Never throws. */
export type ConditionTest = (data: unknown, now: number) => boolean

export type CompiledCondition = {
  readonly test: ConditionTest
  /** The paths the condition reads, its value templates included. */
  readonly paths: readonly Path[]
}

const DAY_MS = 86_400_000
const TRUE_WORDS: ReadonlySet<string> = new Set(['true', 'yes', 'on', '1'])
const FALSE_WORDS: ReadonlySet<string> = new Set(['false', 'no', 'off', '0'])

/** Prepares a condition that checkCondition accepts. Throws TemplateError for one it does not. */
export function compileCondition(condition: Condition): CompiledCondition {
  const paths: Path[] = []
  return { test: compile(condition, paths), paths }
}

function compile(condition: Condition, paths: Path[]): ConditionTest {
  if ('field' in condition) return compileComparison(condition, paths)
  const isAll = 'all' in condition
  const tests = (isAll ? condition.all : condition.any).map(member => compile(member, paths))
  return isAll
    ? (data, now) => tests.every(test => test(data, now))
    : (data, now) => tests.some(test => test(data, now))
}

function compileComparison({ field, operator, value }: Comparison, paths: Path[]): ConditionTest {
  const path = parsePath(field)
  paths.push(path)
  const decide = decisions[operator]
  if (!isTemplateValue(value)) {
    const expected = prepare(value)
    return (data, now) => decide(readPath(data, path), expected, now)
  }
  const template = parseTemplate(value)
  paths.push(...templatePaths(template))
  return (data, now) => {
    let expected: unknown
    try {
      expected = evaluateTemplate(template, data, { missing: 'empty' })
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error
      expected = undefined
    }
    return decide(readPath(data, path), prepare(expected), now)
  }
}

/** What is compared with, converted once instead of at every evaluation. */
type Expected = {
  readonly value: unknown
  readonly text: string | null
  readonly number: number | null
  readonly truth: boolean | null
  readonly items: readonly Expected[]
}

function prepare(value: unknown): Expected {
  // A list inside a list is never equal to anything, so one level is all there is to prepare.
  return prepareItem(value, Array.isArray(value) ? value.map(item => prepareItem(item, [])) : [])
}

function prepareItem(value: unknown, items: readonly Expected[]): Expected {
  const text = comparable(value)
  return { value, text, number: readNumber(value), truth: truthOf(value, text), items }
}

type Decision = (actual: unknown, expected: Expected, now: number) => boolean

const decisions: Readonly<Record<ConditionOperator, Decision>> = {
  equals,
  not_equals: (actual, expected) => !equals(actual, expected),
  contains,
  not_contains: (actual, expected) => !contains(actual, expected),
  starts_with: (actual, { text }) => text !== null && comparable(actual)?.startsWith(text) === true,
  ends_with: (actual, { text }) => text !== null && comparable(actual)?.endsWith(text) === true,
  greater_than: (actual, { number }) => number !== null && (readNumber(actual) ?? Number.NaN) > number,
  greater_or_equal: (actual, { number }) => number !== null && (readNumber(actual) ?? Number.NaN) >= number,
  less_than: (actual, { number }) => number !== null && (readNumber(actual) ?? Number.NaN) < number,
  less_or_equal: (actual, { number }) => number !== null && (readNumber(actual) ?? Number.NaN) <= number,
  is_empty: actual => isEmpty(actual),
  is_not_empty: actual => !isEmpty(actual),
  in: isIn,
  not_in: (actual, expected) => !isIn(actual, expected),
  before: (actual, expected, now) => momentOf(actual, now) < momentOf(expected.value, now),
  after: (actual, expected, now) => momentOf(actual, now) > momentOf(expected.value, now),
}

function equals(actual: unknown, expected: Expected): boolean {
  if (isEmpty(expected.value)) return isEmpty(actual)
  if (Array.isArray(actual)) {
    const { items } = expected
    return (
      items.length > 0 &&
      actual.length === items.length &&
      items.every((item, index) => equals(actual[index], item))
    )
  }
  if (typeof actual === 'boolean' || typeof expected.value === 'boolean') {
    const truth = truthOf(actual, comparable(actual))
    return truth !== null && truth === expected.truth
  }
  if (typeof actual === 'number' || typeof expected.value === 'number') {
    const number = readNumber(actual)
    return number !== null && number === expected.number
  }
  const text = comparable(actual)
  return text !== null && text === expected.text
}

function contains(actual: unknown, expected: Expected): boolean {
  if (isEmpty(expected.value)) return false
  if (Array.isArray(actual)) return actual.some(item => !Array.isArray(item) && equals(item, expected))
  return expected.text !== null && comparable(actual)?.includes(expected.text) === true
}

function isIn(actual: unknown, expected: Expected): boolean {
  const items = typeof expected.value === 'string' ? expected.value.split(',').map(prepare) : expected.items
  return !isEmpty(actual) && items.some(item => equals(actual, item))
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null) return true
  if (typeof value === 'string') return value.trim() === ''
  if (Array.isArray(value)) return value.length === 0
  return isPlainObject(value) && Object.keys(value).length === 0
}

/** The text of a simple value as it is compared; null for lists, objects and nothing. */
function comparable(value: unknown): string | null {
  if (typeof value === 'string') return value.trim().normalize('NFC').toLowerCase()
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : null
}

function truthOf(value: unknown, text: string | null): boolean | null {
  if (typeof value === 'boolean') return value
  if (text === null) return null
  return TRUE_WORDS.has(text) ? true : FALSE_WORDS.has(text) ? false : null
}

/** NaN when there is no date, which makes every order comparison false. */
function momentOf(value: unknown, now: number): number {
  const word = comparable(value)
  if (word === 'now') return now
  if (word === 'today') return now - (((now % DAY_MS) + DAY_MS) % DAY_MS)
  return readMoment(value)?.ms ?? Number.NaN
}
