import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AssignmentRule } from '#modules/intake/contract.ts'
import { draftProblems, newRule, settingsOf } from './rule-draft.ts'

const rule: AssignmentRule = {
  ...newRule('r1', []),
  members: [{ userId: 'u1', capacity: null, isAway: false }],
}
const problemOf = (change: Partial<AssignmentRule>) =>
  draftProblems({ rules: [{ ...rule, ...change }], defaultOwnerId: null }).get('r1')

test('a rule needs a name, somebody, and what an answer is compared with', () => {
  assert.equal(problemOf({}), undefined)
  assert.equal(problemOf({ name: ' ' }), 'Give this rule a name.')
  assert.equal(problemOf({ members: [] }), 'Choose who gets these leads.')
  const when = (value: string | undefined) => ({
    when: { match: 'all' as const, conditions: [{ field: 'budget', operator: 'is' as const, value }] },
  })
  assert.equal(problemOf(when('')), 'Say what the answer is compared with.')
  assert.equal(problemOf(when('$500')), undefined)
})

test('what is compared with nothing is sent without a value', () => {
  const conditions = [{ field: 'budget', operator: 'is_empty' as const, value: 'left over' }]
  const settings = settingsOf({
    rules: [{ ...rule, name: ' Big ', when: { match: 'any', conditions } }],
    defaultOwnerId: 'u1',
  })
  assert.deepEqual(settings.rules[0]?.when?.conditions, [{ field: 'budget', operator: 'is_empty' }])
  assert.equal(settings.rules[0]?.name, 'Big')
})
