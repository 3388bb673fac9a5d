import assert from 'node:assert/strict'
import { after, afterEach, before, describe, it } from 'node:test'
import { DEPTH_MAX } from './children.ts'
import { controlRun } from './control.ts'
import { type EngineTest, openEngineTest, stepsOf } from './factories.ts'
import type { WebAnswer } from './fake-web.ts'

const set = (id: string, value: unknown) => ({
  id,
  type: 'set_fields',
  config: { fields: [{ name: id, value }] },
})
const nap = { id: 'nap', type: 'wait', config: { duration: { amount: 5, unit: 'days' } } }

describe('runs that start runs', () => {
  let e: EngineTest
  before(async () => {
    e = await openEngineTest()
  })
  afterEach(() => e.rest())
  after(() => e.close())

  const sub = (workflowId: string, more: object = {}, rest: object = {}) => ({
    id: 'sub',
    type: 'sub_workflow',
    config: { workflowId, ...more },
    ...rest,
  })
  const call = () => ({ id: 'call', type: 'http_request', config: { method: 'POST', url: e.web.url } })
  const childrenOf = (runId: string) =>
    e.t.asSuperuser<{ id: string; status: string }>(
      'select id, status from flow.runs where parent_run_id = $1 order by id',
      [runId],
    )
  /** The first child of a run, once it is there. */
  const childOf = (runId: string) => e.untilSeen(async () => (await childrenOf(runId))[0]?.id ?? null)

  it('wait for them and take their result', async () => {
    const child = await e.publish([
      set('twice', '{{ trigger.n | times: 2 }}'),
      { id: 'stop', type: 'stop', config: { output: [{ name: 'total', value: '{{ vars.twice }}' }] } },
    ])
    const parent = await e.publish([
      sub(child, { input: [{ name: 'n', value: '{{ trigger.n }}' }] }),
      set('got', '{{ nodes.sub.output.total }}'),
    ])
    await e.engine()
    const run = await e.until(await e.start(parent, { n: 21 }), 'completed', 'failed')
    assert.deepEqual(run.stepList.at(-1)?.output, { got: 42 })
    const [started] = await childrenOf(run.id)
    assert.deepEqual(run.stepList.find(step => step.nodeId === 'sub')?.output, {
      runId: started?.id,
      output: { total: 42 },
    })
    await e.assertGone(run.id)
    await e.assertGone(started?.id ?? '')
  })

  it('or go on at once, and what becomes of the child is nothing to them', async () => {
    const child = await e.publish([nap])
    const parent = await e.publish([sub(child, { wait: false })])
    await e.engine()
    const run = await e.until(await e.start(parent), 'completed', 'failed')
    const [started] = await childrenOf(run.id)
    assert.deepEqual(run.stepList.at(-1)?.output, { runId: started?.id })
    await e.until(started?.id ?? '', 'waiting')
    await e.asOwner(ctx => controlRun(ctx, started?.id ?? '', 'cancel'))
    await e.until(started?.id ?? '', 'cancelled')
    assert.equal((await e.read(run.id)).status, 'completed')
  })

  it('start another child when they try again, and none is found twice', async () => {
    const child = await e.publish([call()])
    const retry = { attempts: 2, backoffMs: 100, growth: 'fixed' }
    const parent = await e.publish([sub(child, {}, { retry }), set('got', '{{ nodes.sub.runId }}')])
    e.web.received.length = 0
    e.web.answer = async () => ({ status: e.web.received.length === 1 ? 400 : 200, body: '{}' })
    await e.engine()
    const run = await e.until(await e.start(parent), 'completed', 'failed')
    assert.deepEqual(stepsOf(run), [
      '1 start completed',
      '2 sub failed',
      '2 sub completed (2)',
      '3 got completed',
    ])
    assert.match(run.stepList[1]?.error?.message ?? '', /The workflow it started failed: .*400/)
    const children = await childrenOf(run.id)
    assert.deepEqual(
      children.map(({ status }) => status),
      ['failed', 'completed'],
    )
    assert.deepEqual(run.stepList.at(-1)?.output, { got: children[1]?.id })
  })

  it('are told when the child is cancelled', async () => {
    const child = await e.publish([nap])
    const parent = await e.publish(
      [sub(child), set('why', '{{ nodes.sub.error.code }}')],
      ['start>sub', 'sub:error>why'],
    )
    await e.engine()
    const runId = await e.start(parent)
    const started = await childOf(runId)
    await e.until(started, 'waiting')
    await e.asOwner(ctx => controlRun(ctx, started, 'cancel'))
    assert.deepEqual((await e.until(runId, 'completed', 'failed')).stepList.at(-1)?.output, {
      why: 'child.cancelled',
    })
  })

  it('end before the child without harm, when the branch they wait in is called off', async () => {
    const child = await e.publish([nap])
    const parent = await e.publish(
      [sub(child), call(), { id: 'stop', type: 'stop', config: {} }],
      ['start>sub', 'start>call', 'call>stop'],
    )
    const hang = Promise.withResolvers<WebAnswer>()
    e.web.answer = () => hang.promise
    await e.engine()
    const runId = await e.start(parent)
    const started = await childOf(runId)
    await e.until(started, 'waiting')
    hang.resolve({ status: 200, body: '{}' })
    await e.until(runId, 'completed')
    await e.until(started, 'cancelled')
    // The child tells its parent, which is over; that is dropped.
    await e.until(await e.start(await e.publish([])), 'completed')
    await e.assertGone(runId)
    assert.equal((await e.read(runId)).status, 'completed')
  })

  it('do so only so deep, and the last one says why', async () => {
    // A workflow that runs itself.
    const workflow = await e.publish([])
    await e.republish(workflow, [sub(workflow)])
    await e.engine()
    const run = await e.until(await e.start(workflow), 'failed', 'completed')
    assert.equal(run.status, 'failed')
    assert.match(run.error?.message ?? '', new RegExp(`at most ${DEPTH_MAX} levels deep`))
    assert.equal(await e.count('flow.runs where workflow_id = $1', [workflow]), DEPTH_MAX + 1)
    const [depth] = await e.t.asSuperuser(
      'select max(depth)::int as most from flow.runs where workflow_id = $1',
      [workflow],
    )
    assert.deepEqual(depth, { most: DEPTH_MAX })
  })

  it('say what is wrong when the other workflow is not running', async () => {
    const child = await e.publish([])
    await e.t.asSuperuser(`update flow.workflows set status = 'paused' where id = $1`, [child])
    const parent = await e.publish([sub(child)])
    await e.engine()
    const run = await e.until(await e.start(parent), 'failed', 'completed')
    assert.equal(run.error?.code, 'effect.refused')
    assert.match(run.error?.message ?? '', /missing, or it is not running/)
  })

  it('go on once when the worker that held the child is dead', async () => {
    const child = await e.publish([call()])
    const parent = await e.publish([
      sub(child),
      { id: 'mail', type: 'send_email', config: { to: 'a@example.com', subject: 'Once', text: 'x' } },
    ])
    const hang = Promise.withResolvers<WebAnswer>()
    const arrived = Promise.withResolvers<void>()
    e.web.received.length = 0
    e.web.answer = async () => {
      arrived.resolve()
      return e.web.received.length === 1 ? hang.promise : { status: 200, body: '{}' }
    }
    const zombie = await e.engine()
    const runId = await e.start(parent)
    await arrived.promise
    await zombie.heartbeat.stop()
    await e.engine()
    const run = await e.until(runId, 'completed', 'failed')
    hang.resolve({ status: 200, body: '{}' })
    await zombie.stop()
    assert.equal(run.status, 'completed')
    assert.deepEqual(
      (await childrenOf(runId)).map(({ status }) => status),
      ['completed'],
    )
    assert.equal(new Set(e.web.received.map(({ key }) => key)).size, 1)
    assert.equal(await e.count('mail.messages where run_id = $1', [runId]), 1)
    await e.assertGone(runId)
  })
})
