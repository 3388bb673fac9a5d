import assert from 'node:assert/strict'
import { test } from 'node:test'
import { call, go, node, planOf, set, told, wait } from './plan-factories.ts'

const branches = ['start>a', 'start>b', 'start>c', 'a>m', 'b>m', 'c>m', 'm>after']
const answer = (token: string) => ({
  kind: 'answer' as const,
  token,
  output: { status: 200, headers: {}, body: null },
})

test('a merge of any goes on with the first branch and takes no notice of the others', () => {
  const plan = planOf(
    [wait('a', 3), call('b'), wait('c', 4), node('m', 'merge', { mode: 'any' }), set('after')],
    branches,
  )
  const begun = go(plan)
  const first = go(plan, begun.state, [answer('b#1')])
  assert.deepEqual(told(first), ['3 b completed', '5 m completed', '6 after completed'])
  assert.equal(first.outcome, 'waiting')
  const now = { now: Date.UTC(2026, 2, 1, 13) }
  const rest = go(
    plan,
    first.state,
    [
      { kind: 'timer', token: 'a#1' },
      { kind: 'timer', token: 'c#1' },
    ],
    now,
  )
  assert.deepEqual(told(rest), ['2 a completed', '4 c completed'])
  assert.deepEqual([rest.outcome, rest.state.joins], ['completed', {}])
})

test('a merge that calls off the rest ends what can lead only to it, and the run with it', () => {
  const plan = planOf(
    [
      wait('a', 3),
      call('b'),
      wait('c', 4),
      node('m', 'merge', { mode: 'any', cancelRest: true }),
      set('after'),
    ],
    branches,
  )
  const first = go(plan, go(plan).state, [answer('b#1')])
  assert.deepEqual(told(first), [
    '3 b completed',
    '5 m completed',
    '2 a cancelled',
    '4 c cancelled',
    '6 after completed',
  ])
  assert.deepEqual([first.outcome, first.withdrawn, first.state.joins], ['completed', ['a#1', 'c#1'], {}])
})

test('what leads elsewhere as well is not called off', () => {
  const plan = planOf(
    [
      wait('a', 3),
      call('b'),
      set('other'),
      node('m', 'merge', { mode: 'any', cancelRest: true }),
      set('after'),
    ],
    ['start>a', 'start>b', 'a>m', 'a>other', 'b>m', 'm>after'],
  )
  const first = go(plan, go(plan).state, [answer('b#1')])
  assert.deepEqual([first.outcome, first.withdrawn], ['waiting', []])
  const last = go(plan, first.state, [{ kind: 'timer', token: 'a#1' }], { now: Date.UTC(2026, 2, 1, 13) })
  assert.deepEqual([last.outcome, told(last)], ['completed', ['2 a completed', '6 other completed']])
})

test('a merge of two of three goes on with the second, and says when too few can come', () => {
  const merge = node('m', 'merge', { mode: 'count', count: 2 })
  const plan = planOf([set('a'), call('b'), call('c'), merge, set('after')], branches)
  const begun = go(plan)
  assert.deepEqual(begun.state.joins, { m: [1, 1] })
  const second = go(plan, begun.state, [answer('c#1')])
  assert.deepEqual(told(second), ['4 c completed', '5 m completed', '6 after completed'])
  assert.deepEqual(second.steps[1]?.output, { arrived: 2 })

  const narrow = planOf(
    [
      set('a'),
      node('no', 'filter', { condition: { field: 'trigger.x', operator: '=', value: 'y' } }),
      merge,
      set('after'),
      set('few', '{{ nodes.m.arrived }}'),
    ],
    ['start>a', 'start>no', 'a>m', 'no>m', 'm>after', 'm:short>few'],
  )
  const short = go(narrow)
  assert.deepEqual([short.outcome, short.state.vars.few, short.state.vars.after], ['completed', 1, undefined])
})

test('a switch to several exits runs each, and a merge behind waits only for those', () => {
  const rules = ['x', 'y', 'z'].map(value => ({
    id: value,
    label: value,
    condition: { field: 'trigger.tags', operator: 'contains', value },
  }))
  const plan = planOf(
    [
      node('s', 'switch', { mode: 'rules', all: true, rules }),
      set('a'),
      set('b'),
      set('c'),
      node('m', 'merge'),
      set('end', '{{ nodes.m.arrived }}'),
    ],
    ['start>s', 's:x>a', 's:y>b', 's:z>c', 'a>m', 'b>m', 'c>m', 'm>end'],
  )
  const result = go(plan, plan.start, [], { input: { tags: ['x', 'z'] } })
  assert.deepEqual([result.outcome, result.state.vars.end, result.state.vars.b], ['completed', 2, undefined])
})
