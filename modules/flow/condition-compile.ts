/**
 * How a condition decides. Missing data never fails: it makes a comparison false, and its negation true.
 *
 * - `equals`, `contains` and `is_empty` compare as comparison.ts says: case and spaces around do not matter.
 * - `contains_any`, `contains_all`, `contains_none`: the same for every item of a list, or of a text split at commas.
 * - `starts_with`, `ends_with`: texts. `like`: the whole text, where * stands for anything and ? for one character.
 * - `greater_than` and its kin, `between`: both sides as numbers by the rule of number-text.ts; false if either is
 *   none. `between` also takes two dates; both ends belong to it.
 * - `before`, `after`, `on_or_before`, `on_or_after`, `same_day`: both sides as dates by date-text.ts; "now" and
 *   "today" (midnight UTC) are understood.
 * - `within_last`, `within_next`, `older_than`: a span such as "7 days"; a number alone means days.
 * - `in`: equals any item of the list; a text is split at commas.
 * - `size_equals` and its kin: how many items a list or how many characters a text has.
 * - `is_true` and `is_false`: the words yes/no, on/off and 1/0 count too.
 */

import { type Path, readPath } from '#platform/contract/plain-data.ts'
import { comparable, contains, type Expected, equals, isEmpty, prepare, truthOf } from './comparison.ts'
import { type Comparison, type Condition, type ConditionOperator, isTemplateValue } from './condition.ts'
import { DAY_MS, readMoment, readSpan } from './date-text.ts'
import { readNumber } from './number-text.ts'
import { evaluateTemplate, parseTemplate, templatePaths } from './template.ts'
import { parsePath, TemplateError } from './template-parse.ts'
import { isLike } from './text-pattern.ts'

/** Decides over data at a time (milliseconds since 1970). Never throws. */
export type ConditionTest = (data: unknown, now: number) => boolean

export type CompiledCondition = {
  readonly test: ConditionTest
  /** The paths the condition reads, its value templates included. */
  readonly paths: readonly Path[]
}

/** Prepares a condition that checkCondition accepts. Throws TemplateError for one it does not. */
export function compileCondition(condition: Condition): CompiledCondition {
  const paths: Path[] = []
  return { test: compile(condition, paths), paths }
}

function compile(condition: Condition, paths: Path[]): ConditionTest {
  if ('field' in condition) return compileComparison(condition, paths)
  if ('not' in condition) {
    const test = compile(condition.not, paths)
    return (data, now) => !test(data, now)
  }
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
  on_or_before: (actual, expected, now) => momentOf(actual, now) <= momentOf(expected.value, now),
  on_or_after: (actual, expected, now) => momentOf(actual, now) >= momentOf(expected.value, now),
  same_day: (actual, expected, now) => dayOf(momentOf(actual, now)) === dayOf(momentOf(expected.value, now)),
  within_last: (actual, expected, now) => {
    const age = ageOf(actual, now)
    return age >= 0 && age <= spanOf(expected)
  },
  within_next: (actual, expected, now) => {
    const age = ageOf(actual, now)
    return age <= 0 && -age <= spanOf(expected)
  },
  older_than: (actual, expected, now) => ageOf(actual, now) > spanOf(expected),
  between: isBetween,
  contains_any: (actual, expected) => itemsOf(expected).some(item => contains(actual, item)),
  contains_all: (actual, expected) => {
    const items = itemsOf(expected)
    return items.length > 0 && items.every(item => contains(actual, item))
  },
  contains_none: (actual, expected) => !itemsOf(expected).some(item => contains(actual, item)),
  like: (actual, { text }) => text !== null && isLike(comparable(actual), text),
  not_like: (actual, { text }) => text === null || !isLike(comparable(actual), text),
  size_equals: (actual, { number }) => number !== null && sizeOf(actual) === number,
  size_greater_than: (actual, { number }) => number !== null && sizeOf(actual) > number,
  size_less_than: (actual, { number }) => number !== null && sizeOf(actual) < number,
  is_true: actual => truthOf(actual) === true,
  is_false: actual => truthOf(actual) === false,
  is_number: actual => readNumber(actual) !== null,
  is_date: actual => typeof actual === 'string' && readMoment(actual) !== null,
}

function isIn(actual: unknown, expected: Expected): boolean {
  return !isEmpty(actual) && itemsOf(expected).some(item => equals(actual, item))
}

/** The items of a list; a text is split at its commas, any other single value stands for itself. */
function itemsOf(expected: Expected): readonly Expected[] {
  const { value, items } = expected
  if (typeof value === 'string') return value.split(',').map(prepare)
  return Array.isArray(value) || isEmpty(value) ? items : [expected]
}

/** Both ends belong to it. Two dates are compared as dates, anything else as numbers. */
function isBetween(actual: unknown, expected: Expected, now: number): boolean {
  const [from, to, ...more] = itemsOf(expected)
  if (from === undefined || to === undefined || more.length > 0) return false
  const size = readNumber(actual)
  if (size !== null && from.number !== null && to.number !== null)
    return size >= from.number && size <= to.number
  const ms = momentOf(actual, now)
  return ms >= momentOf(from.value, now) && ms <= momentOf(to.value, now)
}

/** NaN for what has no size, which makes every comparison false. */
function sizeOf(value: unknown): number {
  if (Array.isArray(value)) return value.length
  return typeof value === 'string' ? [...value.trim()].length : Number.NaN
}

/** How long ago it was in milliseconds, negative in the future; a calendar day is as old as its midnight in UTC. */
function ageOf(value: unknown, now: number): number {
  return now - momentOf(value, now)
}

function spanOf({ value }: Expected): number {
  return readSpan(value) ?? Number.NaN
}

function dayOf(ms: number): number {
  return Math.floor(ms / DAY_MS)
}

/** NaN when there is no date, which makes every order comparison false. */
function momentOf(value: unknown, now: number): number {
  const word = comparable(value)
  if (word === 'now') return now
  if (word === 'today') return now - (((now % DAY_MS) + DAY_MS) % DAY_MS)
  return readMoment(value)?.ms ?? Number.NaN
}
