import assert from 'node:assert/strict'
import { after, afterEach, before, describe, it } from 'node:test'
import { makeOwner } from '#modules/iam/factories.ts'
import { newId } from '#platform/ids.ts'
import { controlRun, controlRuns } from './control.ts'
import type { RunControl } from './control-api.ts'
import { assertRefused, type EngineTest, openEngineTest, stepsOf } from './factories.ts'

const wait = (id: string, amount: number, unit: string) => ({
  id,
  type: 'wait',
  config: { duration: { amount, unit } },
})
const tell = (id: string) => ({ id, type: 'notify', config: { title: id } })

describe('control of runs', () => {
  let e: EngineTest
  before(async () => {
    e = await openEngineTest()
  })
  afterEach(() => e.rest())
  after(() => e.close())

  const control = (runId: string, action: RunControl) => e.asOwner(ctx => controlRun(ctx, runId, action))
  const statusOf = async (runId: string) => (await e.read(runId)).status

  it('that no worker has seen yet: it is paused, resumed and cancelled before its first step', async () => {
    const workflow = await e.publish([tell('told')])
    const [paused, cancelled, both] = [
      await e.start(workflow),
      await e.start(workflow),
      await e.start(workflow),
    ]
    await control(paused, 'pause')
    await control(cancelled, 'cancel')
    await control(both, 'pause')
    await control(both, 'resume')
    await e.engine()
    assert.deepEqual(stepsOf(await e.until(paused, 'paused')), [])
    assert.deepEqual(stepsOf(await e.until(cancelled, 'cancelled')), [])
    assert.equal((await e.until(both, 'completed', 'paused')).status, 'completed')
    await control(paused, 'resume')
    assert.deepEqual(stepsOf(await e.until(paused, 'completed')), ['1 start completed', '2 told completed'])
    await e.assertGone(paused)
    await e.assertGone(cancelled)
  })

  it('that sleep: the wait is called off by a cancellation, and a paused one takes its end in without going on', async () => {
    const workflow = await e.publish([wait('nap', 1, 'seconds'), tell('awake')])
    const long = await e.publish([wait('nap', 5, 'days')])
    await e.engine()
    const [sleeper, paused] = [await e.start(long), await e.start(workflow)]
    await e.until(paused, 'waiting')
    await control(paused, 'pause')
    await e.until(sleeper, 'waiting')
    await control(sleeper, 'cancel')
    const run = await e.until(sleeper, 'cancelled')
    assert.deepEqual(stepsOf(run), ['1 start completed', '2 nap cancelled'])
    await e.assertGone(sleeper)
    // Its timer fires and is taken in while it is paused.
    await e.untilSeen(async () => (await e.count('flow.timers where run_id = $1', [paused])) === 0)
    await e.untilSeen(async () => (await e.count('flow.inbox where run_id = $1', [paused])) === 0)
    assert.deepEqual(stepsOf(await e.until(paused, 'paused')), ['1 start completed', '2 nap waiting'])
    await control(paused, 'resume')
    assert.equal(stepsOf(await e.until(paused, 'completed')).at(-1), '3 awake completed')
  })

  it('that are paused: a second pause changes nothing, a resumption goes on, a cancellation ends them', async () => {
    const workflow = await e.publish([wait('nap', 5, 'days')])
    await e.engine()
    const [first, second] = [await e.start(workflow), await e.start(workflow)]
    for (const runId of [first, second]) {
      await e.until(runId, 'waiting')
      await control(runId, 'pause')
      await e.until(runId, 'paused')
    }
    await control(first, 'pause')
    await control(first, 'resume')
    assert.ok((await e.until(first, 'waiting')).nextWakeAt)
    await control(second, 'cancel')
    await e.until(second, 'cancelled')
    await e.assertGone(second)
    await control(first, 'cancel')
    await e.until(first, 'cancelled')
  })

  it('that wait for a decision: it is withdrawn with them', async () => {
    const workflow = await e.publish([{ id: 'ask', type: 'approval', config: { title: 'May I?' } }])
    await e.engine()
    const runId = await e.start(workflow)
    await e.until(runId, 'waiting')
    await control(runId, 'pause')
    await e.until(runId, 'paused')
    assert.equal(await e.count(`flow.approvals where run_id = $1 and status = 'pending'`, [runId]), 1)
    await control(runId, 'cancel')
    await e.until(runId, 'cancelled')
    assert.equal(await e.count(`flow.approvals where run_id = $1 and status = 'withdrawn'`, [runId]), 1)
  })

  it('that queue for a place: they leave the queue when cancelled and keep their turn when paused', async () => {
    const limit = { runs: 1, perKey: null, overflow: 'queue' as const }
    const workflow = await e.publish([wait('nap', 5, 'days')], null, { limit })
    await e.engine()
    const holder = await e.start(workflow)
    await e.until(holder, 'waiting')
    const [cancelled, paused] = [await e.start(workflow), await e.start(workflow)]
    await control(cancelled, 'cancel')
    await control(paused, 'pause')
    assert.deepEqual(stepsOf(await e.until(cancelled, 'cancelled')), [])
    await e.assertGone(cancelled)
    await e.until(paused, 'paused')
    assert.equal(await e.count('flow.queued where run_id = $1', [paused]), 1)
    await control(paused, 'resume')
    await e.until(paused, 'pending')
    assert.deepEqual(stepsOf(await e.read(paused)), [])
    await control(holder, 'cancel')
    assert.equal((await e.until(paused, 'waiting')).steps, 2)
    await control(paused, 'cancel')
    await e.until(paused, 'cancelled')
  })

  it('in a slow call: it is cut off by a cancellation, and meanwhile the other branches go on', async () => {
    const workflow = await e.publish(
      [
        { id: 'call', type: 'http_request', config: { method: 'POST', url: e.web.url } },
        wait('nap', 0.1, 'seconds'),
        tell('rested'),
      ],
      ['start>call', 'start>nap', 'nap>rested'],
    )
    const never = Promise.withResolvers<never>()
    e.web.received.length = 0
    e.web.answer = () => never.promise
    await e.engine()
    const runId = await e.start(workflow)
    await e.untilSeen(async () => stepsOf(await e.read(runId)).includes('4 rested completed'))
    assert.equal(await statusOf(runId), 'running')
    await control(runId, 'pause')
    await e.until(runId, 'paused')
    await control(runId, 'resume')
    await e.until(runId, 'running')
    await control(runId, 'cancel')
    const run = await e.until(runId, 'cancelled')
    await e.web.received[0]?.cutOff
    assert.equal(e.web.received.length, 1)
    assert.ok(stepsOf(run).includes('2 call cancelled'))
    await e.assertGone(runId)
  })

  it('in the middle of endless work: they are cancelled before it is done', async () => {
    const workflow = await e.publish(
      [
        { id: 'many', type: 'loop', config: { items: '{{ trigger.rounds }}', maxItems: 10_000 } },
        { id: 'note', type: 'set_fields', config: { fields: [{ name: 'at', value: '{{ index }}' }] } },
      ],
      ['start>many', 'many:each>note'],
    )
    await e.engine()
    const runId = await e.start(workflow, { rounds: 10_000 })
    await e.until(runId, 'running', 'completed')
    await control(runId, 'cancel')
    const run = await e.until(runId, 'cancelled', 'completed')
    assert.equal(run.status, 'cancelled')
    assert.ok(run.steps < 10_000)
    await e.assertGone(runId)
  })

  it('with children three levels deep: all are cancelled with the first', async () => {
    const sub = (workflowId: string) => ({ id: 'sub', type: 'sub_workflow', config: { workflowId } })
    const leaf = await e.publish([wait('nap', 5, 'days')])
    const third = await e.publish([sub(leaf)])
    const second = await e.publish([sub(third)])
    const first = await e.publish([sub(second)])
    await e.engine()
    const runId = await e.start(first)
    const ids = await e.untilSeen(async () => {
      const rows = await e.t.asSuperuser<{ id: string; status: string }>(
        'select id, status from flow.runs where workflow_id = any($1) order by depth',
        [[first, second, third, leaf]],
      )
      return rows.length === 4 && rows.every(row => row.status === 'waiting') && rows.map(row => row.id)
    })
    await control(runId, 'cancel')
    for (const id of ids) {
      await e.until(id, 'cancelled')
      await e.untilSeen(async () => (await e.count('flow.ready where run_id = $1', [id])) === 0)
      await e.assertGone(id)
    }
  })

  it('by their ids or by their workflow: those that are over or foreign are passed over', async () => {
    const [workflow, other] = [
      await e.publish([wait('nap', 5, 'days')]),
      await e.publish([wait('nap', 5, 'days')]),
    ]
    const runs = [
      await e.start(workflow),
      await e.start(workflow),
      await e.start(workflow),
      await e.start(other),
    ]
    const stranger = await makeOwner(e.t.kit)
    await e.engine()
    for (const runId of runs) await e.until(runId, 'waiting')
    const [first = '', second = '', third = '', elsewhere = ''] = runs
    await control(first, 'cancel')
    await e.until(first, 'cancelled')
    const byIds = (ids: string[]) => e.asOwner(ctx => controlRuns(ctx, { runIds: ids }, 'cancel'))
    assert.deepEqual(await byIds([first, second, newId()]), { runs: 1, hasMore: false })
    await e.until(second, 'cancelled')
    const theirs = await e.as(stranger, ctx => controlRuns(ctx, { runIds: runs }, 'cancel'))
    assert.deepEqual(theirs, { runs: 0, hasMore: false })
    const ofWorkflow = {
      workflowId: workflow,
      statuses: ['waiting', 'cancelled'] as ('waiting' | 'cancelled')[],
    }
    assert.deepEqual(await e.asOwner(ctx => controlRuns(ctx, ofWorkflow, 'cancel')), {
      runs: 1,
      hasMore: false,
    })
    await e.until(third, 'cancelled')
    assert.equal(await statusOf(elsewhere), 'waiting')
    await control(elsewhere, 'cancel')
    await e.until(elsewhere, 'cancelled')
  })

  it('that are over or not ours is refused', async () => {
    const runId = await e.start(await e.publish([]))
    await e.engine()
    await e.until(runId, 'completed')
    for (const action of ['cancel', 'pause', 'resume'] as const)
      await assertRefused(control(runId, action), 'flow.run_over')
    const stranger = await makeOwner(e.t.kit)
    await assertRefused(
      e.as(stranger, ctx => controlRun(ctx, runId, 'cancel')),
      'request.not_found',
    )
    await assertRefused(control(newId(), 'cancel'), 'request.not_found')
  })

  it('that end just then leaves nothing behind', async () => {
    const workflow = await e.publish([])
    const runId = await e.start(workflow)
    // The news is there, but the run ends in the slice of whoever took it up before it came.
    await e.t.asSuperuser(`update flow.runs set status = 'completed', finished_at = now() where id = $1`, [
      runId,
    ])
    await e.t.asSuperuser(
      `insert into flow.inbox (org_id, run_id, id, input) values ($1, $2, $3, '{"kind":"cancel"}')`,
      [e.owner.orgId, runId, newId()],
    )
    const marker = await e.start(workflow)
    await e.engine()
    await e.until(marker, 'completed')
    await e.assertGone(runId)
    assert.deepEqual([await statusOf(runId), stepsOf(await e.read(runId))], ['completed', []])
  })
})
