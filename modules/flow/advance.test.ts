import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Json } from '#platform/contract/plain-data.ts'
import { advance } from './advance.ts'
import { effectId, effectKey } from './effect-key.ts'
import { graphSchema } from './graph.ts'
import { type LoadedPlan, loadPlan } from './loaded-plan.ts'
import { nodeTypes } from './nodes/catalogue.ts'
import { nodeRunners } from './nodes/runners.ts'
import { compile } from './plan.ts'
import type {
  Control,
  RunHeader,
  RunState,
  SliceDeps,
  SliceInput,
  SliceResult,
  StepError,
} from './run-state.ts'
import { type Answer, simulateRun } from './simulated-run.ts'

const startedAt = Date.UTC(2026, 2, 1, 12)
const run: RunHeader = {
  orgId: 'org',
  runId: 'run',
  startedAt,
  input: { lead: { name: 'Ada', email: 'ada@example.com', fields: { budget: '$7,500' } } },
}

const start = { id: 'start', type: 'form_submitted' }
const set = (id: string, value: Json = id) => ({
  id,
  type: 'set_fields',
  config: { fields: [{ name: id, value }] },
})
const mail = (id: string, more: object = {}) => ({
  id,
  type: 'send_email',
  config: { to: '{{lead.email}}', subject: 'Hi', text: 'Hello {{lead.name}}', ...more },
})
const call = (id: string, more: object = {}) => ({
  id,
  type: 'http_request',
  config: { url: 'https://api.example/x' },
  ...more,
})
const wait = (id: string, amount: number, unit = 'minutes') => ({
  id,
  type: 'wait',
  config: { duration: { amount, unit } },
})
const when = (id: string, value: number) => ({
  id,
  type: 'condition',
  config: { condition: { field: 'budget', operator: '>=', value } },
})

/** Edges written as "a>b", "a:handle>b". */
function planOf(nodes: object[], edges: (string | object)[]): LoadedPlan {
  const drawn = edges.map((edge, index) => {
    if (typeof edge !== 'string') return edge
    const [, source, sourceHandle, target] = /^(\w+)(?::(\w+))?>(\w+)$/.exec(edge) ?? []
    return {
      id: `e${String(index).padStart(3, '0')}`,
      source,
      target,
      ...(sourceHandle === undefined ? {} : { sourceHandle }),
    }
  })
  return loadPlan(
    compile(graphSchema.parse({ nodes: [start, ...nodes], edges: drawn }), nodeTypes),
    nodeRunners,
  )
}

function go(
  plan: LoadedPlan,
  state: RunState = plan.start,
  inputs: SliceInput[] = [],
  more: Partial<SliceDeps> = {},
): SliceResult {
  return advance(plan, state, inputs, { run, now: startedAt, random: () => 0, ...more })
}

function told(result: { steps: SliceResult['steps'] }): string[] {
  return result.steps.map(
    step => `${step.number} ${step.nodeId} ${step.status}${step.attempt > 1 ? ` #${step.attempt}` : ''}`,
  )
}

function broken(retryable: boolean, more: Partial<StepError> = {}): StepError {
  return {
    code: 'http.failed',
    message: 'Connection reset.',
    retryable,
    retryAfterMs: null,
    details: null,
    ...more,
  }
}

test('pure nodes run to the end in one slice and later steps read earlier ones', () => {
  const plan = planOf(
    [when('big', 5000), set('a', '{{lead.name}}!'), set('b', '{{vars.a}} {{nodes.big.result}} {{run.id}}')],
    ['start>big', 'big:true>a', 'a>b'],
  )
  const result = go(plan)
  assert.equal(result.outcome, 'completed')
  assert.deepEqual(told(result), ['1 start completed', '2 big completed', '3 a completed', '4 b completed'])
  assert.deepEqual(result.steps[1]?.input, { budget: '$7,500' })
  assert.deepEqual(result.state.vars, { a: 'Ada!', b: 'Ada! true run' })
  assert.deepEqual(result.state.tokens, [])
})

test('the state and the plan that go in are never changed', () => {
  const plan = planOf(
    [set('a'), wait('w', 1), set('b', '{{nodes.a.a}}{{vars.a}}')],
    ['start>a', 'a>w', 'w>b'],
  )
  const frozen = (value: unknown): unknown => {
    if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(frozen)
    return value
  }
  frozen(plan.start)
  const first = go(plan)
  frozen(first.state)
  const before = JSON.stringify(first.state)
  const second = go(plan, first.state, [{ kind: 'timer', token: 'w#1' }], { now: startedAt + 60_000 })
  assert.equal(second.state.vars.b, 'aa')
  assert.equal(JSON.stringify(first.state), before)
})

test('a merge runs once, after every branch that is alive and none that is dead', () => {
  const plan = planOf(
    [when('big', 5000), set('yes'), set('no'), set('after_no'), wait('slow', 5), set('merge')],
    [
      'start>big',
      'start>slow',
      'big:true>yes',
      'big:false>no',
      'no>after_no',
      'yes>merge',
      'no>merge',
      'after_no>merge',
      'slow>merge',
    ],
  )
  const first = go(plan)
  assert.equal(first.outcome, 'waiting')
  assert.deepEqual(first.state.joins, { merge: [3, 1] })
  const { steps, state, outcome } = simulateRun(plan, run)
  assert.equal(outcome, 'completed')
  assert.deepEqual(
    steps.map(step => step.nodeId),
    ['start', 'big', 'slow', 'yes', 'merge'],
  )
  assert.deepEqual(state.joins, {})
})

test('a merge of only dead branches is skipped with everything behind it', () => {
  const plan = planOf(
    [when('big', 99_999), set('a'), set('b'), set('m'), set('behind'), set('other')],
    ['start>big', 'big:true>a', 'big:true>b', 'a>m', 'b>m', 'm>behind', 'big:false>other'],
  )
  assert.deepEqual(
    simulateRun(plan, run).steps.map(step => step.nodeId),
    ['start', 'big', 'other'],
  )
})

test('an edge is followed only when its condition holds', () => {
  const edge = (id: string, target: string, operator: string) => ({
    id,
    source: 'start',
    target,
    condition: { field: 'lead.name', operator, value: 'ada' },
  })
  const plan = planOf([set('a'), set('b')], [edge('e1', 'a', 'equals'), edge('e2', 'b', 'not_equals')])
  assert.deepEqual(told(go(plan)), ['1 start completed', '2 a completed'])
})

test('an e-mail is proposed once with a key and an id that do not depend on the attempt, and the run goes on', () => {
  const plan = planOf(
    [mail('m', { html: '<p>{{lead.name}}</p>' }), set('a', '{{nodes.m.messageId}}')],
    ['start>m', 'm>a'],
  )
  const result = go(plan)
  assert.equal(result.outcome, 'completed')
  const key = effectKey('org', 'run', 'm', '')
  const [effect] = result.effects
  assert.deepEqual(effect, {
    key,
    id: effectId(key, startedAt),
    kind: 'send_email',
    payload: { to: 'ada@example.com', subject: 'Hi', text: 'Hello Ada', html: '<p>Ada</p>' },
    nodeId: 'm',
    path: '',
    step: 2,
    token: null,
  })
  assert.equal(result.state.vars.a, effect?.id)
  assert.match(effect?.id ?? '', /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  assert.equal(Number.parseInt((effect?.id ?? '').replace('-', '').slice(0, 12), 16), startedAt)
})

test('an effect the database refused fails its step instead, with nothing else of the slice lost', () => {
  const plan = planOf(
    [set('a'), mail('m'), mail('n'), set('oops', '{{nodes.m.error.code}}')],
    ['start>a', 'a>m', 'm>n', 'm:error>oops'],
  )
  const refused = new Map([[effectKey('org', 'run', 'm', ''), broken(false, { code: 'mail.no_mailbox' })]])
  const result = go(plan, plan.start, [], { refused })
  assert.deepEqual(told(result), ['1 start completed', '2 a completed', '3 m failed', '4 oops completed'])
  assert.deepEqual(result.effects, [])
  assert.equal(result.state.vars.oops, 'mail.no_mailbox')
})

test('a wait gives out one timer and goes on when it fires, not by a clock that runs ahead and not twice', () => {
  const plan = planOf([wait('w', 2, 'days'), set('a')], ['start>w', 'w>a'])
  const first = go(plan)
  const fireAt = startedAt + 2 * 86_400_000
  assert.equal(first.outcome, 'waiting')
  assert.deepEqual(first.timers, [{ token: 'w#1', kind: 'wait', fireAt }])
  assert.deepEqual(told(first), ['1 start completed', '2 w waiting'])
  const timer: SliceInput = { kind: 'timer', token: 'w#1' }
  const early = go(plan, first.state, [timer], { now: fireAt - 1_001 })
  assert.deepEqual([early.outcome, early.timers, early.steps], ['waiting', first.timers, []])
  assert.equal(go(plan, first.state, [timer], { now: fireAt - 1_000 }).outcome, 'completed')
  const second = go(plan, early.state, [timer, timer], { now: fireAt })
  assert.deepEqual(
    [second.outcome, second.ignored, told(second)],
    ['completed', 1, ['2 w completed', '3 a completed']],
  )
  assert.deepEqual([second.steps[0]?.startedAt, second.steps[0]?.finishedAt], [startedAt, fireAt])
  const late = go(plan, second.state, [timer], { now: fireAt })
  assert.deepEqual([late.outcome, late.ignored, late.state, late.steps], ['completed', 1, second.state, []])
})

test('a remote call leaves the slice while other branches go on, and its answer comes back as an input', () => {
  const plan = planOf(
    [call('c'), set('other'), set('a', '{{nodes.c.body.id}}')],
    ['start>c', 'start>other', 'c>a'],
  )
  const first = go(plan)
  assert.deepEqual(told(first), ['1 start completed', '2 c running', '3 other completed'])
  const [asked] = first.remote
  assert.deepEqual(
    [asked?.token, asked?.key, asked?.timeoutMs, asked?.attempt],
    ['c#1', effectKey('org', 'run', 'c', ''), 30_000, 1],
  )
  assert.deepEqual(asked?.request, { method: 'GET', url: 'https://api.example/x', headers: [], body: null })
  const second = go(plan, first.state, [
    { kind: 'answer', token: 'c#1', output: { status: 200, headers: {}, body: { id: 7 } } },
  ])
  assert.deepEqual(
    [second.outcome, told(second), second.state.vars.a],
    ['completed', ['2 c completed', '4 a completed'], 7],
  )
})

test('an input of the wrong kind wakes nobody', () => {
  const plan = planOf([call('c'), wait('w', 1)], ['start>c', 'start>w'])
  const { state } = go(plan)
  const wrong: SliceInput[] = [
    { kind: 'timer', token: 'c#1' },
    { kind: 'answer', token: 'w#1', output: null },
    { kind: 'failure', token: 'w#1', error: broken(true) },
    { kind: 'timer', token: 'w#0' },
    { kind: 'timer', token: 'ghost#1' },
    { kind: 'timer', token: '__proto__' },
  ]
  const result = go(plan, state, wrong, { now: startedAt + 60_000 })
  assert.deepEqual([result.outcome, result.ignored, result.state], ['waiting', 6, state])
})

test('calls whose process died are given out again, unchanged and under the same key', () => {
  const plan = planOf([call('c'), set('a')], ['start>c', 'c>a'])
  const first = go(plan)
  const second = go(plan, JSON.parse(JSON.stringify(first.state)), [{ kind: 'recover' }])
  assert.deepEqual([second.outcome, second.remote, second.steps], ['waiting', first.remote, []])
})

test('a failed call is tried again after a growing wait, then ends the run with the step kept for repair', () => {
  const plan = planOf([call('c', { retry: { attempts: 3, backoffMs: 1_000 } }), set('a')], ['start>c', 'c>a'])
  const result = simulateRun(plan, run, { answer: () => ({ error: broken(true) }) })
  assert.equal(result.outcome, 'failed')
  assert.deepEqual(told(result), ['1 start completed', '2 c failed', '2 c failed #2', '2 c failed #3'])
  assert.deepEqual(
    result.timers.map(timer => [timer.token, timer.kind, timer.fireAt - startedAt]),
    [
      ['c#2', 'retry', 750],
      ['c#4', 'retry', 750 + 1_500],
    ],
  )
  assert.deepEqual(new Set(result.calls.map(made => made.key)).size, 1)
  assert.deepEqual(result.state.end?.error, { ...broken(true), nodeId: 'c', step: 2 })
  assert.deepEqual(
    result.state.tokens.map(token => [token.node, token.parked?.for]),
    [['c', 'repair']],
  )
  assert.deepEqual(
    result.logs.map(line => line.level),
    ['warn', 'warn', 'error'],
  )
})

test('an error that cannot be mended is not tried again, and a refusal to wait is kept', () => {
  const plan = planOf([call('c')], ['start>c'])
  const answers: [Answer, number][] = [
    [{ error: broken(false) }, 1],
    [{ output: { status: 404, headers: {}, body: 'no' } }, 1],
    [{ output: { status: 503, headers: { 'retry-after': '120' }, body: null } }, 3],
    [{ output: 'nonsense' }, 1],
  ]
  for (const [answer, attempts] of answers) {
    const result = simulateRun(plan, run, { answer: () => answer })
    assert.deepEqual([result.outcome, result.calls.length], ['failed', attempts])
    for (const timer of result.timers) assert.ok(timer.fireAt - startedAt >= 120_000)
  }
})

test('an edge from the error exit is taken after the last attempt instead of failing the run', () => {
  const plan = planOf(
    [call('c'), set('fine'), set('oops', '{{nodes.c.error.message}}'), set('m')],
    ['start>c', 'c>fine', 'c:error>oops', 'fine>m', 'oops>m'],
  )
  const bad = simulateRun(plan, run, { answer: () => ({ error: broken(true) }) })
  assert.deepEqual(
    [bad.outcome, bad.steps.slice(-2).map(step => step.nodeId), bad.state.vars.oops],
    ['completed', ['oops', 'm'], 'Connection reset.'],
  )
  assert.equal(bad.calls.length, 3)
  const good = simulateRun(plan, run)
  assert.deepEqual(
    good.steps.map(step => step.nodeId),
    ['start', 'c', 'fine', 'm'],
  )
})

test('a value that is not there stops an e-mail with the name of the value', () => {
  const plan = planOf([mail('m', { text: 'Hello\n{{ lead.nickname }}' })], ['start>m'])
  const result = go(plan)
  assert.deepEqual(
    [result.outcome, result.error?.code, result.error?.nodeId, result.effects],
    ['failed', 'template.missing_value', 'm', []],
  )
  assert.match(result.error?.message ?? '', /lead\.nickname.*line 2, column 1/)
})

test('when one branch fails the run, waiting steps are told to be over and nothing is given out', () => {
  const plan = planOf(
    [wait('w', 1), call('c'), mail('m', { to: 'nobody' })],
    ['start>w', 'start>c', 'start>m'],
  )
  const result = go(plan)
  assert.equal(result.outcome, 'failed')
  assert.deepEqual(told(result), ['1 start completed', '2 w cancelled', '3 c cancelled', '4 m failed'])
  assert.deepEqual([result.timers, result.remote], [[], []])
})

test('the budget cuts a slice anywhere without changing what the run does', () => {
  const plan = planOf(
    [set('a'), set('b'), mail('m'), set('c', '{{vars.a}}{{vars.b}}')],
    ['start>a', 'start>b', 'a>m', 'b>m', 'm>c'],
  )
  const whole = simulateRun(plan, run)
  for (let nodes = 1; nodes <= 6; nodes++) {
    const cut = simulateRun(plan, run, { deps: { budget: { nodes, bytes: 1e9 } } })
    assert.equal(cut.slices, Math.ceil(5 / nodes))
    assert.deepEqual({ ...cut, slices: 1 }, whole)
  }
  const small = go(plan, plan.start, [], { budget: { nodes: 64, bytes: 0 } })
  assert.deepEqual([small.outcome, told(small)], ['continue', ['1 start completed']])
})

test('control is obeyed at the next node: yield and pause keep everything, cancel ends', () => {
  const plan = planOf([set('a'), wait('w', 1), set('b')], ['start>a', 'a>w', 'w>b'])
  const after = (nodes: number, then: Control) => {
    let asked = 0
    return () => (asked++ < nodes ? 'run' : then)
  }
  const yielded = go(plan, plan.start, [], { control: after(1, 'yield') })
  assert.deepEqual([yielded.outcome, told(yielded)], ['continue', ['1 start completed']])
  const paused = go(plan, yielded.state, [], { control: after(2, 'pause') })
  assert.deepEqual([paused.outcome, told(paused)], ['paused', ['2 a completed', '3 w waiting']])
  const woken = go(plan, paused.state, [{ kind: 'timer', token: 'w#1' }], {
    now: startedAt + 60_000,
    control: () => 'pause',
  })
  assert.deepEqual([woken.outcome, woken.steps, woken.ignored], ['paused', [], 0])
  const again = go(plan, woken.state, [{ kind: 'timer', token: 'w#1' }], { now: startedAt + 60_000 })
  assert.deepEqual(
    [again.outcome, again.ignored, told(again)],
    ['completed', 1, ['3 w completed', '4 b completed']],
  )
  const cancelled = go(plan, paused.state, [], { control: () => 'cancel' })
  assert.deepEqual(
    [cancelled.outcome, told(cancelled), cancelled.state.tokens],
    ['cancelled', ['3 w cancelled'], []],
  )
  assert.equal(go(plan, cancelled.state, [{ kind: 'timer', token: 'w#1' }]).outcome, 'cancelled')
  const atOnce = go(plan, plan.start, [], { control: after(3, 'cancel') })
  assert.deepEqual(
    [told(atOnce), atOnce.timers],
    [['1 start completed', '2 a completed', '3 w cancelled'], []],
  )
})

test('outputs that are too large fail their step, and a run cannot remember more than its share', () => {
  const big = 'x'.repeat(200_000)
  const input = { lead: { big } }
  const one = planOf(
    [
      {
        id: 'a',
        type: 'set_fields',
        config: {
          fields: [
            { name: 'a', value: '{{lead.big}}' },
            { name: 'b', value: '{{lead.big}}' },
          ],
        },
      },
    ],
    ['start>a'],
  )
  assert.equal(go(one, one.start, [], { run: { ...run, input } }).error?.code, 'flow.output_too_large')
  const many = Array.from({ length: 6 }, (_, index) => set(`a${index}`, '{{lead.big}}'))
  const chain = many.map((node, index) => `${index === 0 ? 'start' : `a${index - 1}`}>${node.id}`)
  const full = simulateRun(planOf(many, chain), { ...run, input })
  assert.deepEqual(
    [full.outcome, full.state.end?.error?.code, full.state.end?.error?.nodeId],
    ['failed', 'flow.memory_full', 'a5'],
  )
  const same = many.map(node => ({ ...node, config: { fields: [{ name: 'x', value: '{{lead.big}}' }] } }))
  assert.equal(simulateRun(planOf(same, chain), { ...run, input }).outcome, 'completed')
})

test('an answer nested without end fails its step instead of the engine', () => {
  const plan = planOf([call('c')], ['start>c'])
  let deep: Json = 1
  for (let level = 0; level < 50_000; level++) deep = [deep]
  const result = go(plan, go(plan).state, [
    { kind: 'answer', token: 'c#1', output: { status: 200, headers: {}, body: deep } },
  ])
  assert.equal(result.error?.code, 'flow.output_too_large')
})

test('a state of another plan is a defect and said so', () => {
  const plan = planOf([set('a')], ['start>a'])
  const other = planOf([wait('w', 1)], ['start>w'])
  assert.throws(() => go(plan, go(other).state), /stands on "w"/)
})
