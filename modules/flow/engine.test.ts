import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { type EngineTest, openEngineTest } from './factories.ts'
import type { WebAnswer } from './fake-web.ts'
import { startRun } from './runs.ts'

describe('the engine on PostgreSQL', () => {
  let e: EngineTest
  before(async () => {
    e = await openEngineTest()
  })
  after(() => e.close())

  it('runs a chain to its end, step by step, and leaves nothing behind', async () => {
    const workflow = await e.publish(
      [
        {
          id: 'big',
          type: 'condition',
          config: { condition: { field: 'trigger.amount', operator: '>', value: 10 } },
        },
        { id: 'tell', type: 'notify', config: { title: 'Got {{ trigger.amount }}' } },
      ],
      ['start>big', 'big:true>tell'],
    )
    const one = await e.engine()
    const runId = await e.start(workflow, { amount: 12 })
    const run = await e.until(runId, 'completed', 'failed')
    assert.equal(run.status, 'completed')
    assert.deepEqual(
      run.stepList.map(step => [step.number, step.nodeId, step.status]),
      [
        [1, 'start', 'completed'],
        [2, 'big', 'completed'],
        [3, 'tell', 'completed'],
      ],
    )
    assert.equal(await e.count(`iam.notifications where title = 'Got 12'`), 1)
    await e.assertGone(runId)
    const small = await e.start(workflow, { amount: 3 })
    assert.deepEqual(
      (await e.until(small, 'completed')).stepList.map(step => step.nodeId),
      ['start', 'big'],
    )
    await one.stop()
  })

  it('waits as a row and goes on when the time has come', async () => {
    const workflow = await e.publish([
      { id: 'wait', type: 'wait', config: { duration: { amount: 0.3, unit: 'seconds' } } },
      { id: 'tell', type: 'notify', config: { title: 'Woken' } },
    ])
    const one = await e.engine()
    const runId = await e.start(workflow)
    const waiting = await e.until(runId, 'waiting')
    assert.ok(waiting.nextWakeAt)
    assert.equal(await e.count('flow.leases where run_id = $1', [runId]), 0)
    const done = await e.until(runId, 'completed')
    const step = done.stepList.find(entry => entry.nodeId === 'wait')
    assert.ok(Date.parse(step?.finishedAt ?? '') - Date.parse(step?.startedAt ?? '') >= 300)
    await e.assertGone(runId)
    await one.stop()
  })

  it('sends a stable idempotency key with every try of a request', async () => {
    const workflow = await e.publish([
      {
        id: 'call',
        type: 'http_request',
        config: { method: 'POST', url: e.web.url, body: '{"n": {{ trigger.n }}}' },
        retry: { attempts: 3, backoffMs: 100, growth: 'fixed' },
      },
    ])
    e.web.received.length = 0
    e.web.answer = async () =>
      e.web.received.length === 1 ? { status: 503, body: '{}' } : { status: 200, body: '{"ok":true}' }
    const one = await e.engine()
    const runId = await e.start(workflow, { n: 5 })
    const run = await e.until(runId, 'completed', 'failed')
    assert.equal(run.status, 'completed')
    assert.equal(e.web.received.length, 2)
    assert.equal(new Set(e.web.received.map(request => request.key)).size, 1)
    assert.equal(e.web.received[0]?.body, '{"n": 5}')
    assert.deepEqual(
      run.stepList.map(step => [step.nodeId, step.attempt, step.status]),
      [
        ['start', 1, 'completed'],
        ['call', 1, 'failed'],
        ['call', 2, 'completed'],
      ],
    )
    await one.stop()
  })

  it('takes over the run of a worker that died in a request, and fences the dead one off', async () => {
    const workflow = await e.publish([
      { id: 'call', type: 'http_request', config: { method: 'POST', url: e.web.url } },
      { id: 'mail', type: 'send_email', config: { to: 'a@example.com', subject: 'Once', text: 'Hello' } },
    ])
    e.web.received.length = 0
    const hang = Promise.withResolvers<WebAnswer>()
    const arrived = Promise.withResolvers<void>()
    e.web.answer = async () => {
      if (e.web.received.length > 1) return { status: 200, body: '{}' }
      arrived.resolve()
      return hang.promise
    }
    const zombie = await e.engine()
    const runId = await e.start(workflow)
    await arrived.promise
    // The heartbeat ends while the request goes on, like a process that is frozen past its lease.
    await zombie.heartbeat.stop()
    const heir = await e.engine()
    await e.until(runId, 'completed')
    hang.resolve({ status: 200, body: '{}' })
    await zombie.stop()
    await heir.stop()
    assert.equal(new Set(e.web.received.map(request => request.key)).size, 1)
    assert.equal(await e.count(`mail.messages where run_id = $1`, [runId]), 1)
    const run = await e.read(runId)
    assert.deepEqual(
      run.stepList.map(step => step.nodeId),
      ['start', 'call', 'mail'],
    )
    await e.assertGone(runId)
  })

  it('fails a run whose e-mail cannot be addressed, with the reason and a dead letter', async () => {
    const workflow = await e.publish([
      { id: 'mail', type: 'send_email', config: { to: '{{ trigger.to }}', subject: 'x', text: 'x' } },
    ])
    const one = await e.engine()
    const runId = await e.start(workflow, { to: 'a@example.com, b@example.com' })
    const run = await e.until(runId, 'failed')
    assert.equal(run.error?.nodeId, 'mail')
    assert.equal(run.stepList.at(-1)?.status, 'failed')
    assert.equal(await e.count('flow.dead_letters where run_id = $1', [runId]), 1)
    assert.equal(await e.count('mail.messages where run_id = $1', [runId]), 0)
    await e.assertGone(runId)
    await one.stop()
  })

  it('keeps the rest of a commit when one run in it is refused by the database', async () => {
    const workflow = await e.publish([
      {
        id: 'mail',
        type: 'send_email',
        config: { to: 'p@example.com', subject: 'Batch {{ trigger.n }}', text: 'x' },
      },
    ])
    // A refusal that no check of the node can foresee.
    await e.t.asSuperuser(
      `alter table mail.messages add constraint test_refusal check (subject <> 'Batch 7')`,
    )
    const runs = await Promise.all(Array.from({ length: 20 }, (_, index) => e.start(workflow, { n: index })))
    const one = await e.engine()
    const ended = await Promise.all(runs.map(runId => e.until(runId, 'completed', 'failed')))
    await one.stop()
    assert.deepEqual(
      ended.filter(run => run.status === 'failed').map(run => run.id),
      [runs[7]],
    )
    assert.equal(await e.count(`mail.messages where subject like 'Batch %'`), 19)
    assert.equal(ended[7]?.error?.code, 'effect.refused')
  })

  it('starts one run for one key, however often it is started at once', async () => {
    const workflow = await e.publish([])
    const same = { workflowId: workflow, trigger: 'manual', input: {}, idempotencyKey: 'same' }
    const started = await Promise.all(Array.from({ length: 20 }, () => e.asOwner(ctx => startRun(ctx, same))))
    assert.equal(new Set(started.map(entry => entry.runId)).size, 1)
    assert.equal(started.filter(entry => entry.isNew).length, 1)
    assert.equal(await e.count('flow.runs where workflow_id = $1', [workflow]), 1)
  })

  it('runs 400 runs on two workers, each step exactly once', async () => {
    const workflow = await e.publish([
      { id: 'tell', type: 'notify', config: { title: 'Run {{ trigger.n }}' } },
      { id: 'wait', type: 'wait', config: { duration: { amount: 0.05, unit: 'seconds' } } },
      {
        id: 'mail',
        type: 'send_email',
        config: { to: 'n{{ trigger.n }}@example.com', subject: 'Many', text: 'x' },
      },
    ])
    const workers = [await e.engine(), await e.engine()]
    const runs: string[] = []
    for (let n = 0; n < 400; n += 40) {
      const batch = await Promise.all(
        Array.from({ length: 40 }, (_, index) => e.start(workflow, { n: n + index })),
      )
      runs.push(...batch)
    }
    for (const runId of runs) await e.until(runId, 'completed')
    for (const worker of workers) await worker.stop()
    assert.equal(await e.count(`flow.runs where workflow_id = $1 and status = 'completed'`, [workflow]), 400)
    assert.equal(
      await e.count('flow.steps s join flow.runs r on r.id = s.run_id where r.workflow_id = $1', [workflow]),
      1600,
    )
    assert.equal(await e.count(`mail.messages where subject = 'Many'`), 400)
    assert.equal(await e.count(`iam.notifications where title like 'Run %'`), 400)
    assert.equal(await e.count('flow.leases'), 0)
    assert.equal(await e.count('flow.timers'), 0)
  })
})
