import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { z } from 'zod'
import {
  CONDITION_OPERATORS,
  type Condition,
  type ConditionOperator,
  checkCondition,
  conditionSchema,
} from './condition.ts'
import { compileCondition } from './condition-compile.ts'
import { isLike } from './text-pattern.ts'

const now = Date.UTC(2026, 2, 10, 12)

function decide(actual: unknown, operator: ConditionOperator, value?: unknown): boolean {
  const condition = conditionSchema.parse(
    value === undefined ? { field: 'x', operator } : { field: 'x', operator, value },
  )
  return compileCondition(condition).test({ x: actual, limit: 100, word: 'Yes', nested: [['a']] }, now)
}

/** What the field holds, the operator, what it is compared with, and the decision. */
const cases: [unknown, ConditionOperator, unknown, boolean][] = [
  [' Ada ', 'equals', 'ada', true],
  ['e\u0301', 'equals', 'É', true],
  ['007', 'equals', '7', false],
  ['$5,000', 'equals', 5000, true],
  [5000, 'equals', '5,000', true],
  [true, 'equals', 'on', true],
  ['no', 'equals', false, true],
  ['maybe', 'equals', false, false],
  [['a', 'b'], 'equals', ['A', 'B'], true],
  [['a'], 'equals', 'a', false],
  [[], 'equals', 'a', false],
  [[['a']], 'equals', '{{ nested }}', false],
  [' ', 'equals', '', true],
  [0, 'equals', null, false],
  ['b', 'not_equals', 'a', true],
  ['Berlin, Paris', 'contains', 'paris', true],
  [['vip', 7], 'contains', '7', true],
  ['abc', 'contains', '', false],
  ['abc', 'not_contains', 'd', true],
  [12345, 'contains', 34, true],
  ['Ada Lovelace', 'starts_with', 'ada', true],
  ['a@example.COM', 'ends_with', '@example.com', true],
  ['10000+', 'greater_than', 9999, true],
  ['€ 1 234,50', 'greater_or_equal', 1234.5, true],
  ['5000', 'greater_than', '5000', false],
  ['a lot', 'less_than', 5, false],
  [true, 'greater_or_equal', 0, false],
  [3, 'less_than', '4', true],
  [4, 'less_or_equal', 4, true],
  ['', 'is_empty', undefined, true],
  [0, 'is_empty', undefined, false],
  [{}, 'is_empty', undefined, true],
  [[], 'is_not_empty', undefined, false],
  ['Hot', 'in', ['cold', 'hot'], true],
  ['hot', 'in', 'cold, hot', true],
  ['warm', 'not_in', ['cold', 'hot'], true],
  ['2026-03-09', 'before', 'today', true],
  ['2026-03-10', 'before', 'today', false],
  ['2026-03-10T11:59:59Z', 'before', 'now', true],
  [now + 1, 'after', 'now', true],
  ['2026-03-11', 'after', '2026-03-10', true],
  ['tomorrow', 'after', 'now', false],
  [101, 'greater_than', '{{ limit }}', true],
  ['yes indeed', 'starts_with', '{{ word }}', true],
  ['x', 'equals', '{{ word | date }}', false],
  ['2026-03-10', 'on_or_before', 'today', true],
  ['2026-03-11', 'on_or_before', 'today', false],
  [now, 'on_or_after', 'now', true],
  ['2026-03-10T23:59:59Z', 'same_day', 'today', true],
  ['2026-03-11', 'same_day', 'today', false],
  ['soon', 'same_day', 'today', false],
  ['2026-03-04', 'within_last', '7 days', true],
  ['2026-03-03', 'within_last', '7 days', false],
  ['2026-03-11', 'within_last', '7 days', false],
  ['2026-03-10T11:30:00Z', 'within_last', '30 minutes', true],
  ['2026-03-12', 'within_next', 2, true],
  ['2026-03-13', 'within_next', '2', false],
  ['2026-03-09', 'within_next', '1 week', false],
  ['2026-03-03', 'older_than', '1 week', true],
  ['2026-03-04', 'older_than', '1 week', false],
  ['soon', 'older_than', '1 week', false],
  [5, 'between', [5, 10], true],
  ['10.5', 'between', '5, 10', false],
  ['2026-03-10', 'between', ['2026-03-01', 'today'], true],
  [5, 'between', [5], false],
  [5, 'between', '{{ nested }}', false],
  [['vip', 'new'], 'contains_any', ['VIP', 'old'], true],
  [['new'], 'contains_any', 'vip, old', false],
  ['Paris and Lyon', 'contains_all', 'paris, lyon', true],
  [['a'], 'contains_all', ['a', 'b'], false],
  [['a'], 'contains_all', [], false],
  [['a'], 'contains_none', ['b'], true],
  ['abc', 'contains_none', 'x, b', false],
  ['Invoice 2026-17.pdf', 'like', 'invoice *.PDF', true],
  ['a.b', 'like', 'a?b', true],
  ['ab', 'like', 'a?b', false],
  ['aab', 'like', '*a?', true],
  ['😀!', 'like', '?!', true],
  ['abc', 'not_like', 'a*', false],
  [['a', 'b'], 'size_equals', 2, true],
  ['Ada ', 'size_equals', 3, true],
  [5, 'size_equals', 1, false],
  [['a', 'b'], 'size_greater_than', '1', true],
  ['long', 'size_less_than', 4, false],
  ['Yes', 'is_true', undefined, true],
  ['maybe', 'is_true', undefined, false],
  [0, 'is_false', undefined, true],
  ['maybe', 'is_false', undefined, false],
  ['€ 5', 'is_number', undefined, true],
  ['five', 'is_number', undefined, false],
  ['2026-02-30', 'is_date', undefined, false],
  ['2026-02-28', 'is_date', undefined, true],
]

test('every operator decides as documented', () => {
  for (const [actual, operator, value, expected] of cases) {
    assert.equal(
      decide(actual, operator, value),
      expected,
      `${JSON.stringify(actual)} ${operator} ${JSON.stringify(value)}`,
    )
  }
  for (const operator of CONDITION_OPERATORS)
    assert.ok(
      cases.some(([, used]) => used === operator),
      operator,
    )
})

test('missing data makes a comparison false and its negation true', () => {
  const isTrue = new Set<ConditionOperator>([
    'not_equals',
    'not_contains',
    'not_in',
    'is_empty',
    'contains_none',
    'not_like',
  ])
  for (const operator of CONDITION_OPERATORS) {
    for (const missing of [undefined, null]) {
      assert.equal(decide(missing, operator, 'a'), isTrue.has(operator), operator)
    }
  }
})

test('signs are accepted for words and the words are what is kept', () => {
  const kept = ['>=', '>', '<=', '<', '==', '!='].map(operator =>
    conditionSchema.parse({ field: 'budget', operator, value: 5000 }),
  )
  assert.deepEqual(
    kept.map(condition => 'operator' in condition && condition.operator),
    ['greater_or_equal', 'greater_than', 'less_or_equal', 'less_than', 'equals', 'not_equals'],
  )
})

test('groups combine, nest to the limit and are refused beyond it', () => {
  const yes: Condition = { field: 'a', operator: 'equals', value: 1 }
  const no: Condition = { field: 'a', operator: 'equals', value: 2 }
  const holds = (condition: Condition) =>
    compileCondition(conditionSchema.parse(condition)).test({ a: 1 }, now)
  assert.equal(holds({ all: [yes, { any: [no, yes] }] }), true)
  assert.equal(holds({ all: [yes, no] }), false)
  assert.equal(holds({ any: [no, no] }), false)
  assert.equal(holds({ not: { any: [no, { not: yes }] } }), true)
  let condition: unknown = yes
  for (let level = 0; level < 5; level++) condition = { all: [condition] }
  assert.ok(conditionSchema.safeParse(condition).success)
  for (let level = 0; level < 20_000; level++) condition = { any: [condition] }
  assert.equal(conditionSchema.safeParse(condition).success, false)
  for (const wrong of [
    {},
    [],
    null,
    'x',
    { all: [] },
    { all: [yes], any: [no] },
    { not: [yes] },
    { not: yes, all: [yes] },
    { ...yes, extra: 1 },
    { field: '', operator: 'equals' },
    { field: 'a', operator: 'matches', value: '(a+)+$' },
  ]) {
    assert.equal(conditionSchema.safeParse(wrong).success, false, JSON.stringify(wrong))
  }
  assert.ok(z.toJSONSchema(conditionSchema, { io: 'input' }))
})

test('a broken path, a broken value template and a missing value are found with their place', () => {
  const problems = checkCondition({
    all: [
      { field: 'lead..x', operator: 'equals', value: 1 },
      {
        any: [
          { field: 'a.constructor', operator: 'is_empty' },
          { field: 'b', operator: 'equals', value: '{{ c | nope }}' },
        ],
      },
      { field: 'c', operator: 'greater_than' },
      { not: { field: 'd', operator: 'within_last', value: 'a while' } },
      { field: 'e', operator: 'between', value: [1] },
      { field: 'f', operator: 'like', value: 'x'.repeat(201) },
      { field: 'g', operator: 'is_true' },
    ],
  })
  assert.deepEqual(
    problems.map(problem => [problem.path.join('.'), problem.code, problem.column]),
    [
      ['all.0.field', 'syntax', 6],
      ['all.1.any.0.field', 'forbidden_name', 3],
      ['all.1.any.1.value', 'unknown_filter', 8],
      ['all.2.value', 'syntax', 1],
      ['all.3.not.value', 'syntax', 1],
      ['all.4.value', 'syntax', 1],
      ['all.5.value', 'syntax', 1],
    ],
  )
})

test('the paths a condition reads include those of its value templates', () => {
  const { paths } = compileCondition({
    any: [
      { field: 'a.b', operator: 'equals', value: '{{ c.d | default: e }}' },
      { field: 'f', operator: 'is_empty' },
    ],
  })
  assert.deepEqual(paths, [['a', 'b'], ['c', 'd'], ['e'], ['f']])
})

test('no data and no value make a condition throw, and every negation is the opposite', () => {
  const value = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.double(), fc.constant(undefined))
  const expected = fc.oneof(
    fc.string(),
    fc.double({ noNaN: true }),
    fc.boolean(),
    fc.constant(null),
    fc.array(fc.string(), { maxLength: 3 }),
    fc.constantFrom('now', 'today', '{{ x }}', '{{ y.z }}'),
  )
  fc.assert(
    fc.property(value, fc.constantFrom(...CONDITION_OPERATORS), expected, (x, operator, compared) => {
      fc.pre(checkCondition({ field: 'x', operator, value: compared }).length === 0)
      const run = (used: ConditionOperator) =>
        compileCondition({ field: 'x', operator: used, value: compared }).test({ x }, now)
      assert.equal(typeof run(operator), 'boolean')
      assert.notEqual(run('equals'), run('not_equals'))
      assert.notEqual(run('contains'), run('not_contains'))
      assert.notEqual(run('in'), run('not_in'))
      assert.notEqual(run('like'), run('not_like'))
      assert.notEqual(run('contains_any'), run('contains_none'))
      assert.notEqual(run('is_empty'), run('is_not_empty'))
    }),
    { numRuns: 1000 },
  )
})

test('a pattern fits as the regular expression it stands for, however many stars it has', () => {
  const sign = fc.constantFrom('a', 'b', '*', '?')
  fc.assert(
    fc.property(
      fc.array(sign, { maxLength: 12 }),
      fc.array(fc.constantFrom('a', 'b'), { maxLength: 16 }),
      (p, t) => {
        const source = p.map(each => (each === '*' ? '.*' : each === '?' ? '.' : each)).join('')
        assert.equal(isLike(t.join(''), p.join('')), new RegExp(`^${source}$`).test(t.join('')))
      },
    ),
    { numRuns: 2000 },
  )
  assert.equal(isLike('a'.repeat(200_000), `${'a*'.repeat(99)}b`), false)
})
