import assert from 'node:assert/strict'
import { test } from 'node:test'
import { call, go, node, planOf, STARTED_AT, set, told, wait } from './plan-factories.ts'
import { simulateRun } from './simulated-run.ts'

const header = (input: object) => ({
  orgId: 'org',
  runId: 'run',
  startedAt: STARTED_AT,
  input: input as Record<string, never>,
})
const loop = (id: string, more: object = {}) => node(id, 'loop', { items: '{{ trigger.items }}', ...more })

test('a loop runs its rounds one after the other, each with its item, and then goes on once', () => {
  const plan = planOf(
    [
      loop('each', { collect: '{{ nodes.inner.inner }}!' }),
      set('inner', '{{ item.name }}-{{ index }}'),
      set('after', '{{ nodes.each.results | join: " " }}'),
    ],
    ['start>each', 'each:each>inner', 'each:done>after'],
  )
  const result = go(plan, plan.start, [], { input: { items: [{ name: 'a' }, { name: 'b' }] } })
  assert.equal(result.outcome, 'completed')
  assert.deepEqual(told(result), [
    '1 start completed',
    '2 each completed',
    '3 each.0 inner completed',
    '4 each.1 inner completed',
    '5 after completed',
  ])
  assert.equal(result.state.vars.after, 'a-0! b-1!')
  assert.deepEqual(result.steps[1]?.output, { rounds: 2, failed: 0, results: ['a-0!', 'b-1!'] })
  assert.deepEqual([result.state.tokens, result.state.joins, result.state.rounds], [[], {}, undefined])
})

test('an empty list goes straight to what comes after, and a number loops that often', () => {
  const plan = planOf(
    [loop('each'), set('inner'), set('after')],
    ['start>each', 'each:each>inner', 'each:done>after'],
  )
  assert.deepEqual(told(go(plan, plan.start, [], { input: { items: [] } })), [
    '1 start completed',
    '2 each completed',
    '3 after completed',
  ])
  const counted = go(plan, plan.start, [], { input: { items: 3 } })
  assert.equal(counted.steps.filter(step => step.nodeId === 'inner').length, 3)
  const wrong = go(plan, plan.start, [], { input: { items: { a: 1 } } })
  assert.deepEqual([wrong.outcome, wrong.error?.code], ['failed', 'loop.not_a_list'])
})

test('several rounds run at once, no more than allowed, and results keep the order of the items', () => {
  const plan = planOf(
    [
      loop('each', { concurrency: 3, collect: '{{ nodes.get.body }}' }),
      call('get', { config: { url: 'https://api.example/{{ item }}' } }),
      set('after', '{{ nodes.each.results }}'),
    ],
    ['start>each', 'each:each>get', 'each:done>after'],
  )
  const begun = go(plan, plan.start, [], { input: { items: ['a', 'b', 'c', 'd', 'e'] } })
  assert.deepEqual(
    begun.remote.map(({ token }) => token),
    ['each.0/get#1', 'each.1/get#1', 'each.2/get#1'],
  )
  assert.equal(new Set(begun.remote.map(({ key }) => key)).size, 3)
  const second = go(
    plan,
    begun.state,
    [{ kind: 'answer', token: 'each.1/get#1', output: { status: 200, headers: {}, body: 'B' } }],
    { input: { items: ['a', 'b', 'c', 'd', 'e'] } },
  )
  assert.deepEqual(
    second.remote.map(({ token }) => token),
    ['each.3/get#1'],
  )
  const done = simulateRun(plan, header({ items: ['a', 'b', 'c', 'd', 'e'] }), {
    answer: ({ request }) => ({
      output: { status: 200, headers: {}, body: (request as { url: string }).url.slice(-1) },
    }),
  })
  assert.deepEqual(done.state.vars.after, ['a', 'b', 'c', 'd', 'e'])
})

test('ten thousand items are worked through in pieces, and no state grows with what is over', () => {
  const plan = planOf(
    [loop('each', { maxItems: 10_000 }), set('inner', '{{ index }}')],
    ['start>each', 'each:each>inner'],
  )
  let largest = 0
  let state = plan.start
  let slices = 0
  for (let outcome = 'continue'; outcome === 'continue'; slices++) {
    const result = go(plan, state, [], { input: { items: 10_000 } })
    state = result.state
    outcome = result.outcome
    largest = Math.max(largest, state.tokens.length)
    assert.ok(result.steps.length <= 200)
  }
  assert.equal(state.step, 10_002)
  assert.ok(largest <= 2, `${largest} tokens`)
  assert.ok(slices > 50)
})

test('a merge inside a round joins the branches of that round only', () => {
  const plan = planOf(
    [loop('each', { concurrency: 2 }), set('a'), wait('b', 1), node('m', 'merge'), set('z')],
    ['start>each', 'each:each>a', 'each:each>b', 'a>m', 'b>m', 'm>z'],
  )
  const done = simulateRun(plan, header({ items: [1, 2, 3] }))
  assert.equal(done.outcome, 'completed')
  assert.equal(done.steps.filter(step => step.nodeId === 'z').length, 3)
  assert.deepEqual([done.state.joins, done.state.tokens], [{}, []])
})

test('loops inside loops have rounds of their own, and read the items around them', () => {
  const plan = planOf(
    [
      loop('outer', { collect: '{{ nodes.inner.results }}' }),
      node('inner', 'loop', {
        items: '{{ item.list }}',
        collect: '{{ loops.outer.item.name }}{{ item }}{{ index }}',
      }),
      set('x'),
      set('after', '{{ nodes.outer.results }}'),
    ],
    ['start>outer', 'outer:each>inner', 'inner:each>x', 'outer:done>after'],
  )
  const items = [
    { name: 'p', list: [1, 2] },
    { name: 'q', list: [] },
  ]
  const done = simulateRun(plan, header({ items }))
  assert.deepEqual(done.state.vars.after, [['p10', 'p21'], []])
  assert.ok(done.steps.some(step => step.path === 'outer.0/inner.1'))
})

test('a round that fails ends the run, only itself, or takes the error exit of the loop', () => {
  const items = { items: ['a', 'b', 'c'] }
  const answer = ({ request }: { request: unknown }) =>
    (request as { url: string }).url.endsWith('b')
      ? {
          error: { code: 'http.failed', message: 'No.', retryable: false, retryAfterMs: null, details: null },
        }
      : { output: { status: 200, headers: {}, body: null } }
  const strict = planOf(
    [loop('each'), call('get', { config: { url: 'https://api.example/{{ item }}' } }), set('after')],
    ['start>each', 'each:each>get', 'each:done>after'],
  )
  const failed = simulateRun(strict, header(items), { answer })
  assert.deepEqual([failed.outcome, failed.state.end?.error?.nodeId], ['failed', 'get'])

  const lenient = planOf(
    [
      loop('each', { onError: 'continue', concurrency: 2, collect: '{{ item }}' }),
      call('get', { config: { url: 'https://api.example/{{ item }}' } }),
      wait('w', 5),
      set('after', '{{ nodes.each }}'),
    ],
    ['start>each', 'each:each>get', 'each:each>w', 'each:done>after'],
  )
  const passed = simulateRun(lenient, header(items), { answer })
  assert.equal(passed.outcome, 'completed')
  assert.deepEqual(passed.state.vars.after, { rounds: 3, failed: 1, results: ['a', null, 'c'] })
  const calledOff = passed.steps.find(step => step.nodeId === 'w' && step.path === 'each.1')
  assert.equal(calledOff?.status, 'cancelled')

  const guarded = planOf(
    [
      loop('each', { concurrency: 3 }),
      call('get', { config: { url: 'https://api.example/{{ item }}' } }),
      wait('w', 5),
      set('after'),
      set('rescue', '{{ nodes.each.error.message }}'),
    ],
    ['start>each', 'each:each>get', 'each:each>w', 'each:done>after', 'each:error>rescue'],
  )
  const rescued = simulateRun(guarded, header(items), { answer })
  assert.equal(rescued.outcome, 'completed')
  assert.deepEqual([rescued.state.vars.rescue, rescued.state.vars.after], ['No.', undefined])
  assert.equal(rescued.steps.filter(step => step.nodeId === 'w' && step.status === 'cancelled').length, 3)
})

test('a repeat goes on while its condition holds, at most as often as allowed', () => {
  const plan = planOf(
    [
      node('again', 'repeat', {
        condition: { field: 'vars.n', operator: '!=', value: 'xxx' },
        maxRounds: 10,
      }),
      node('n', 'set_fields', { fields: [{ name: 'n', value: '{{ vars.n }}x' }] }),
      set('after', '{{ nodes.again.rounds }}'),
    ],
    ['start>again', 'again:each>n', 'again:done>after'],
  )
  const three = go(plan)
  assert.deepEqual([three.outcome, three.state.vars.n, three.state.vars.after], ['completed', 'xxx', 3])
  const endless = planOf(
    [
      node('again', 'repeat', { condition: { field: 'trigger', operator: 'is_not_empty' }, maxRounds: 5 }),
      set('n'),
    ],
    ['start>again', 'again:each>n'],
  )
  const cut = go(endless, endless.start, [], { input: { a: 1 } })
  assert.equal(cut.outcome, 'completed')
  assert.equal(cut.steps.filter(step => step.nodeId === 'n').length, 5)
  assert.match(cut.logs[0]?.message ?? '', /Stopped after 5 rounds/)
})

test('an edge back to its loop ends a round; other circles and edges into rounds are refused', () => {
  const back = planOf([loop('each'), set('a')], ['start>each', 'each:each>a', 'a>each'])
  assert.equal(go(back, back.start, [], { input: { items: 2 } }).outcome, 'completed')
  assert.throws(
    () => planOf([loop('each'), set('a'), set('b')], ['start>each', 'each:each>a', 'a>b', 'b>a']),
    /circle/,
  )
  assert.throws(
    () => planOf([loop('each'), set('a'), set('b')], ['start>each', 'start>a', 'each:each>a', 'a>b']),
    /repeated by "Loop over items"/,
  )
  assert.throws(
    () => planOf([loop('each'), set('a'), set('b')], ['start>each', 'each:each>a', 'a>b', 'each:done>b']),
    /repeated by "Loop over items"/,
  )
})

test('a loop that is never reached is skipped with what comes after it, and its rounds never start', () => {
  const plan = planOf(
    [
      node('if', 'condition', { condition: { field: 'trigger.go', operator: '=', value: 'yes' } }),
      loop('each'),
      set('a'),
      set('after'),
      node('m', 'merge'),
      set('end'),
    ],
    ['start>if', 'if:true>each', 'each:each>a', 'each:done>after', 'after>m', 'if:false>m', 'm>end'],
  )
  const result = go(plan, plan.start, [], { input: { go: 'no', items: [1] } })
  assert.deepEqual(told(result), ['1 start completed', '2 if completed', '3 m completed', '4 end completed'])
})

test('results that become too large fail the loop', () => {
  const plan = planOf(
    [loop('each', { collect: '{{ trigger.text }}' }), set('a')],
    ['start>each', 'each:each>a'],
  )
  const result = simulateRun(plan, header({ items: 100, text: 'x'.repeat(10_000) }))
  assert.deepEqual([result.outcome, result.state.end?.error?.code], ['failed', 'flow.output_too_large'])
})
