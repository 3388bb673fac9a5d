import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  CONDITION_OPERATORS,
  type Condition,
  conditionSchema,
  nodeTypes,
  validateGraph,
} from '#modules/flow/contract.ts'
import {
  conditionOf,
  EMPTY_ROW,
  type Group,
  isGroup,
  memberPath,
  OPERATOR_GROUPS,
  readGroup,
  valueShape,
  withMember,
  withOperator,
  withoutMember,
} from './condition-edit.ts'
import { valueAt } from './paths.ts'
import { spanOf, spanText } from './spans.ts'

const plain = { noNullPrototype: true }
const comparison = fc.record(
  {
    field: fc.constantFrom('lead.email', 'vars.total', 'budget'),
    operator: fc.constantFrom('equals', 'contains', 'in', 'between', 'within_last', 'greater_than'),
    value: fc.oneof(fc.string(), fc.integer(), fc.array(fc.string(), { minLength: 1, maxLength: 3 })),
  },
  plain,
)
const condition = fc.letrec(tie => ({
  any: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    comparison,
    fc.record({ all: fc.array(tie('any'), { minLength: 1, maxLength: 3 }) }, plain),
    fc.record({ any: fc.array(tie('any'), { minLength: 1, maxLength: 3 }) }, plain),
    fc.record({ not: tie('any') }, plain),
  ),
})).any as fc.Arbitrary<Condition>

test('a condition that is shown and not changed stays what it is', () => {
  fc.assert(fc.property(condition, given => assert.deepEqual(conditionOf(readGroup(given)), given)))
})

test('every row is found at the path its problems are filed under', () => {
  const check = (group: Group, root: unknown, path: readonly (string | number)[]) => {
    group.members.forEach((member, index) => {
      const at = [...path, ...memberPath(group, index)]
      if (isGroup(member)) check(member, root, at)
      else
        assert.equal((valueAt(root, at) as { field?: string } | undefined)?.field, member.field, at.join('.'))
    })
  }
  fc.assert(fc.property(condition, given => check(readGroup(given), given, [])))
})

test('nothing at all is an empty group, and its first row a comparison without a list around it', () => {
  const empty = readGroup(undefined)
  assert.deepEqual(conditionOf(empty), undefined)
  const one = { ...empty, members: [{ field: 'a', operator: 'equals', value: 'x' } as const] }
  assert.deepEqual(conditionOf(one), { field: 'a', operator: 'equals', value: 'x' })
  const two = { ...one, isBare: false, members: [...one.members, EMPTY_ROW] }
  assert.deepEqual(conditionOf(two), { all: [one.members[0], EMPTY_ROW] })
  assert.deepEqual(conditionOf(withoutMember(two, 1)), { all: [one.members[0]] })
  assert.deepEqual(conditionOf(withMember(one, 0, EMPTY_ROW)), EMPTY_ROW)
})

test('every operator can be chosen once, and with a value it asks for it can be published', () => {
  const listed = OPERATOR_GROUPS.flatMap(({ operators }) => operators)
  assert.deepEqual([...listed].sort(), [...CONDITION_OPERATORS].sort())
  for (const operator of listed) {
    const row = withOperator({ field: 'lead.email', operator: 'equals', value: '5' }, operator)
    const filled = valueShape(operator) === 'two' ? { ...row, value: ['1', '5'] } : row
    const made = conditionOf({ kind: 'all', members: [filled], isBare: true })
    assert.ok(conditionSchema.safeParse(made).success, operator)
    const node = { id: 'n', type: 'filter', config: { condition: made }, position: { x: 0, y: 0 } }
    const problems = validateGraph({ nodes: [node], edges: [] }, nodeTypes)
    assert.deepEqual(
      problems.filter(({ code }) => code === 'condition_error'),
      [],
      operator,
    )
  }
})

test('a value is carried over to another operator as far as it fits', () => {
  const row = { field: 'a', operator: 'equals', value: 'x' } as const
  assert.deepEqual(withOperator(row, 'contains').value, 'x')
  assert.deepEqual(withOperator(row, 'in').value, ['x'])
  assert.deepEqual(withOperator(withOperator(row, 'in'), 'equals').value, 'x')
  assert.deepEqual(withOperator(row, 'between').value, ['x', ''])
  assert.equal(withOperator(row, 'is_empty').value, undefined)
  assert.equal(withOperator(row, 'within_last').value, '7 days')
})

test('spans are read and written in whole words', () => {
  assert.deepEqual(spanOf('7 days'), { amount: '7', unit: 'days' })
  assert.deepEqual(spanOf('1 Hour'), { amount: '1', unit: 'hours' })
  assert.deepEqual(spanOf(3), { amount: '3', unit: 'days' })
  assert.deepEqual(spanOf('soon'), { amount: 'soon', unit: 'days' })
  assert.equal(spanText({ amount: '1', unit: 'hours' }), '1 hour')
  assert.equal(spanText({ amount: '2.5', unit: 'weeks' }), '2.5 weeks')
})
