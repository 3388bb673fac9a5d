import assert from 'node:assert/strict'
import { test } from 'node:test'
import { call, go, node, planOf, STARTED_AT, set, told, wait } from './plan-factories.ts'

const answer = (token: string, body: string | null = null) => ({
  kind: 'answer' as const,
  token,
  output: { status: 200, headers: {}, body },
})
const failure = (token: string) => ({
  kind: 'failure' as const,
  token,
  error: { code: 'http.failed', message: 'No.', retryable: false, retryAfterMs: null, details: null },
})
const later = { now: Date.UTC(2026, 2, 1, 13) }

test('a paused run takes in what happens and runs nothing until it is resumed', () => {
  const plan = planOf([wait('w', 1), set('a')], ['start>w', 'w>a'])
  const paused = go(plan, go(plan).state, [{ kind: 'pause' }])
  assert.deepEqual([paused.outcome, paused.state.paused], ['paused', true])
  const woken = go(plan, paused.state, [{ kind: 'timer', token: 'w#1' }], later)
  assert.deepEqual([woken.outcome, woken.steps], ['paused', []])
  const resumed = go(plan, woken.state, [{ kind: 'resume' }], later)
  assert.deepEqual([resumed.outcome, told(resumed)], ['completed', ['2 w completed', '3 a completed']])
  assert.equal(resumed.state.paused, undefined)
  const unbegun = go(plan, plan.start, [{ kind: 'pause' }])
  assert.deepEqual([unbegun.outcome, unbegun.steps], ['paused', []])
})

test('a cancelled run ends every open step, paused or not', () => {
  const plan = planOf([wait('w', 1), call('c')], ['start>w', 'start>c'])
  const begun = go(plan)
  const cancelled = go(plan, begun.state, [{ kind: 'pause' }, { kind: 'cancel' }])
  assert.deepEqual([cancelled.outcome, told(cancelled)], ['cancelled', ['2 w cancelled', '3 c cancelled']])
  assert.deepEqual(cancelled.withdrawn, ['w#1', 'c#1'])
  assert.deepEqual(cancelled.state.tokens, [])
})

test('a failed run goes on where it failed, and waits again for what was called off with it', () => {
  const plan = planOf(
    [call('c'), wait('w', 30), set('a'), node('m', 'merge'), set('end')],
    ['start>c', 'start>w', 'c>a', 'a>m', 'w>m', 'm>end'],
  )
  const failed = go(plan, go(plan).state, [failure('c#1')])
  assert.deepEqual([failed.outcome, told(failed)], ['failed', ['2 c failed', '3 w cancelled']])
  const retried = go(plan, { ...failed.state, end: null }, [{ kind: 'retry' }])
  assert.deepEqual(told(retried), ['3 w waiting', '2 c running'])
  assert.deepEqual([retried.outcome, retried.timers.length, retried.remote[0]?.attempt], ['waiting', 1, 2])
  assert.equal(retried.remote[0]?.key, go(plan).remote[0]?.key)
  const done = go(
    plan,
    retried.state,
    [answer(retried.remote[0]?.token ?? ''), { kind: 'timer', token: 'w#1' }],
    later,
  )
  assert.deepEqual([done.outcome, done.state.vars.end], ['completed', 'end'])
})

test('a call that must not be made twice is not made again after a crash, nor tried again when it may have left', () => {
  const once = call('c', {
    config: { url: 'https://api.example/x', method: 'POST', atMostOnce: true },
    retry: { attempts: 3, backoffMs: 100 },
  })
  const plan = planOf([once, set('rescue', '{{ nodes.c.error.code }}')], ['start>c', 'c:error>rescue'])
  const begun = go(plan)
  const recovered = go(plan, begun.state, [{ kind: 'recover' }])
  assert.deepEqual([recovered.remote, recovered.state.vars.rescue], [[], 'effect.unknown'])
  const reset = (sent: boolean) => ({
    kind: 'failure' as const,
    token: 'c#1',
    error: { code: 'http.reset', message: 'Reset.', retryable: true, retryAfterMs: null, details: { sent } },
  })
  assert.equal(go(plan, begun.state, [reset(true)]).state.vars.rescue, 'http.reset')
  assert.equal(go(plan, begun.state, [reset(false)]).timers.length, 1)
})

test('a retry is only for the classes of failure that were chosen', () => {
  const retry = { attempts: 3, backoffMs: 100, on: ['throttled'] }
  const plan = planOf([call('c', { retry })], ['start>c'])
  const status = (code: number) => ({
    kind: 'answer' as const,
    token: 'c#1',
    output: { status: code, headers: {}, body: null },
  })
  assert.equal(go(plan, go(plan).state, [status(429)]).outcome, 'waiting')
  assert.equal(go(plan, go(plan).state, [status(503)]).outcome, 'failed')
})

test('a call that was put off is made again after that time, without counting as an attempt', () => {
  const plan = planOf([call('c')], ['start>c'])
  const begun = go(plan)
  const off = go(plan, begun.state, [{ kind: 'later', token: 'c#1', waitMs: later.now - STARTED_AT }])
  assert.deepEqual(
    [off.outcome, off.timers],
    ['waiting', [{ token: 'c#2', kind: 'retry', fireAt: later.now }]],
  )
  const again = go(plan, off.state, [{ kind: 'timer', token: 'c#2' }], later)
  assert.deepEqual([again.remote[0]?.attempt, again.remote[0]?.key], [1, begun.remote[0]?.key])
})

test('a step that waits for another run tells its token, and a failed one starts another run', () => {
  const workflowId = '01900000-0000-7000-8000-000000000001'
  const sub = {
    ...node('s', 'sub_workflow', { workflowId, input: [{ name: 'n', value: '{{ trigger.n }}' }] }),
    retry: { attempts: 2, backoffMs: 100 },
  }
  const plan = planOf([sub, set('a', '{{ nodes.s.output.total }}')], ['start>s', 's>a'])
  const begun = go(plan, plan.start, [], { input: { n: 4 } })
  const [effect] = begun.effects
  assert.deepEqual(
    [effect?.kind, effect?.payload, effect?.token],
    ['start_run', { workflowId, input: { n: 4 } }, 's#1'],
  )
  const done = go(plan, begun.state, [
    { kind: 'answer', token: 's#1', output: { runId: 'x', output: { total: 9 } } },
  ])
  assert.deepEqual([done.outcome, done.state.vars.a], ['completed', 9])
  const broken = { code: 'child.failed', message: 'No.', retryable: true, retryAfterMs: null, details: null }
  const failed = go(plan, begun.state, [{ kind: 'failure', token: 's#1', error: broken }])
  const again = go(plan, failed.state, [{ kind: 'timer', token: failed.timers[0]?.token ?? '' }], {
    ...later,
    input: { n: 4 },
  })
  assert.notEqual(again.effects[0]?.id, effect?.id)
})

test('an approval leaves by what was decided, or by its time-out, which withdraws it', () => {
  const ask = node('ask', 'approval', { title: 'Send it?', timeout: { amount: 10, unit: 'minutes' } })
  const plan = planOf(
    [ask, set('yes', '{{ nodes.ask.comment }}'), set('no'), set('late')],
    ['start>ask', 'ask:approved>yes', 'ask:rejected>no', 'ask:timeout>late'],
  )
  const begun = go(plan)
  assert.deepEqual(
    [begun.effects[0]?.kind, begun.effects[0]?.token, begun.timers.length],
    ['ask_approval', 'ask#1', 1],
  )
  const decide = (approved: boolean) => ({
    kind: 'answer' as const,
    token: 'ask#1',
    output: { approved, comment: 'Fine', decidedBy: null },
  })
  assert.equal(go(plan, begun.state, [decide(true)]).state.vars.yes, 'Fine')
  assert.equal(go(plan, begun.state, [decide(false)]).state.vars.no, 'no')
  const late = go(plan, begun.state, [{ kind: 'timer', token: 'ask#1' }, decide(true)], later)
  assert.deepEqual([late.state.vars.late, late.withdrawn, late.ignored], ['late', ['ask#1'], 1])
})

test('stop ends the run with its result whatever else is under way, and fail ends it as failed', () => {
  const stop = node('stop', 'stop', { output: [{ name: 'sum', value: '{{ trigger.n }}' }] })
  const plan = planOf([wait('w', 5), stop], ['start>w', 'start>stop'])
  const stopped = go(plan, plan.start, [], { input: { n: 7 } })
  assert.deepEqual([stopped.outcome, stopped.state.end?.output], ['completed', { sum: 7 }])
  assert.deepEqual([told(stopped)[1], stopped.timers], ['2 w cancelled', []])
  const failing = planOf(
    [node('f', 'fail', { message: 'Bad {{ trigger.n }}' }), set('x')],
    ['start>f'].concat(['start>x']),
  )
  const failed = go(failing, failing.start, [], { input: { n: 7 } })
  assert.deepEqual([failed.outcome, failed.error?.message], ['failed', 'Bad 7'])
})
