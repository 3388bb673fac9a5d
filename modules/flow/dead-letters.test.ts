import assert from 'node:assert/strict'
import { after, afterEach, before, describe, it } from 'node:test'
import { makeOwner } from '#modules/iam/factories.ts'
import { newId } from '#platform/ids.ts'
import { controlRun, discardDeadLetters, listDeadLetters, retryRun, retryRuns } from './control.ts'
import { assertRefused, type EngineTest, openEngineTest, stepsOf } from './factories.ts'
import { setAside } from './set-aside.ts'
import { claimRuns } from './store.ts'

const DOWN = { status: 400, body: '{}' }
const UP = { status: 200, body: '{}' }

const mail = (id: string, subject = id) => ({
  id,
  type: 'send_email',
  config: { to: 'a@example.com', subject, text: 'x' },
})
const nap = { id: 'nap', type: 'wait', config: { duration: { amount: 5, unit: 'days' } } }

describe('runs that failed for good', () => {
  let e: EngineTest
  before(async () => {
    e = await openEngineTest()
  })
  afterEach(() => e.rest())
  after(() => e.close())

  const call = (id: string) => ({
    id,
    type: 'http_request',
    config: { method: 'POST', url: `${e.web.url}/${id}` },
  })
  const retry = (runId: string) => e.asOwner(ctx => retryRun(ctx, runId))
  const letters = (runId: string) => e.count('flow.dead_letters where run_id = $1', [runId])
  const keysOf = (path: string) =>
    e.web.received.filter(request => request.path === path).map(({ key }) => key)

  /** Puts a run that waits or is pending into a worker's hands and sets it aside there. */
  async function giveUp(runId: string): Promise<void> {
    const { orgId } = e.owner
    await e.t.asSuperuser('insert into flow.ready (org_id, run_id) values ($1, $2) on conflict do nothing', [
      orgId,
      runId,
    ])
    const claim = { orgId, limit: 100, workerId: newId(), claimId: newId() }
    const [run, ...others] = await e.t.kit.db.withOrg(orgId, tx => claimRuns(tx, claim))
    assert.deepEqual([run?.runId, others], [runId, []])
    if (run) await setAside(e.t.kit, run, 'It stopped the program.')
  }

  it('go on at the step that failed: what was done is not done again, and the call keeps its key', async () => {
    const workflow = await e.publish([mail('before'), call('once'), mail('behind')])
    e.web.answer = async () => DOWN
    await e.engine()
    const runId = await e.start(workflow)
    const failed = await e.until(runId, 'failed')
    assert.deepEqual([failed.error?.nodeId, await letters(runId)], ['once', 1])
    e.web.answer = async () => UP
    assert.deepEqual(await retry(runId), { runId, status: 'pending' })
    const run = await e.until(runId, 'completed')
    assert.deepEqual([run.error, await letters(runId)], [null, 0])
    assert.deepEqual(stepsOf(run), [
      '1 start completed',
      '2 before completed',
      '3 once failed',
      '3 once completed (2)',
      '4 behind completed',
    ])
    assert.equal(new Set(keysOf('/once')).size, 1)
    assert.equal(await e.count('mail.messages where run_id = $1', [runId]), 2)
    await e.assertGone(runId)
  })

  it('can fail and be retried again and again', async () => {
    const workflow = await e.publish([call('often')])
    e.web.answer = async () => DOWN
    await e.engine()
    const runId = await e.start(workflow)
    for (const attempt of [1, 2, 3]) {
      const run = await e.until(runId, 'failed')
      assert.equal(run.stepList.at(-1)?.attempt, attempt)
      e.web.answer = async () => (attempt === 3 ? UP : DOWN)
      await retry(runId)
    }
    await e.until(runId, 'completed')
  })

  it('take up every branch: those that failed, those that slept and those that were never reached', async () => {
    const workflow = await e.publish(
      [call('a'), call('b'), nap, mail('done'), { id: 'all', type: 'merge' }],
      ['start>a', 'start>b', 'start>nap', 'a>all', 'b>all', 'all>done'],
    )
    const first = Promise.withResolvers<void>()
    e.web.received.length = 0
    // Both are under way when the first one fails and calls the other one off.
    e.web.answer = async () => {
      if (e.web.received.length === 2) first.resolve()
      await first.promise
      return DOWN
    }
    await e.engine()
    const runId = await e.start(workflow)
    const failed = await e.until(runId, 'failed')
    assert.equal(failed.stepList.filter(step => step.status === 'cancelled').length, 2)
    e.web.answer = async () => UP
    await retry(runId)
    const run = await e.until(runId, 'waiting')
    assert.ok(run.nextWakeAt)
    assert.deepEqual(
      stepsOf(
        await e.untilSeen(async () => {
          const now = await e.read(runId)
          return now.stepList.some(step => step.nodeId === 'done') && now
        }),
      ).filter(step => /nap|done/.test(step)),
      ['4 nap waiting', '6 done completed'],
    )
    assert.deepEqual([new Set(keysOf('/a')).size, new Set(keysOf('/b')).size], [1, 1])
  })

  it('are retried once when they are retried twice at once', async () => {
    const workflow = await e.publish([call('twice')])
    e.web.answer = async () => DOWN
    await e.engine()
    const runId = await e.start(workflow)
    await e.until(runId, 'failed')
    e.web.answer = async () => UP
    e.web.received.length = 0
    const tries = await Promise.allSettled([retry(runId), retry(runId), retry(runId)])
    assert.equal(tries.filter(({ status }) => status === 'fulfilled').length, 1)
    await e.until(runId, 'completed')
    assert.equal(keysOf('/twice').length, 1)
    await assertRefused(retry(runId), 'flow.run_not_failed')
  })

  it('that were set aside before they had begun begin anew', async () => {
    const runId = await e.start(await e.publish([mail('fresh')]))
    await giveUp(runId)
    assert.equal((await e.read(runId)).status, 'failed')
    await retry(runId)
    await e.engine()
    assert.deepEqual(stepsOf(await e.until(runId, 'completed')), ['1 start completed', '2 fresh completed'])
    assert.equal(await e.count('mail.messages where run_id = $1', [runId]), 1)
  })

  it('that were set aside later go on with what they had', async () => {
    const workflow = await e.publish(
      [
        mail('sent'),
        nap,
        { id: 'ask', type: 'approval', config: { title: 'Go on?' } },
        { id: 'sub', type: 'sub_workflow', config: { workflowId: await e.publish([nap]) } },
      ],
      ['start>sent', 'sent>nap', 'sent>ask', 'sent>sub'],
    )
    const children = (status: string) =>
      e.count('flow.runs where parent_run_id = $1 and status = $2', [runId, status])
    await e.engine()
    const runId = await e.start(workflow)
    await e.untilSeen(async () => (await children('waiting')) === 1)
    await e.rest()
    await giveUp(runId)
    const withdrawn = `flow.approvals where run_id = $1 and status = 'withdrawn'`
    assert.equal(await e.count(withdrawn, [runId]), 1)
    await retry(runId)
    await e.engine()
    const run = await e.until(runId, 'waiting')
    assert.ok(run.nextWakeAt)
    assert.equal(await e.count('mail.messages where run_id = $1', [runId]), 1)
    assert.equal(await e.count(`flow.approvals where run_id = $1 and status = 'pending'`, [runId]), 1)
    // It has another child, and the one nobody waits for any more is over.
    await e.untilSeen(async () => (await children('waiting')) === 1 && (await children('cancelled')) === 1)
  })

  it('that were set aside in a call make it again, once and with the same key', async () => {
    const workflow = await e.publish([call('cut')])
    const hang = Promise.withResolvers<typeof UP>()
    const arrived = Promise.withResolvers<void>()
    e.web.received.length = 0
    e.web.answer = () => {
      arrived.resolve()
      return hang.promise
    }
    const zombie = await e.engine()
    const runId = await e.start(workflow)
    await arrived.promise
    await zombie.heartbeat.stop()
    await e.t.asSuperuser('delete from flow.leases where run_id = $1', [runId])
    await giveUp(runId)
    hang.resolve(UP)
    await e.rest()
    e.web.answer = async () => UP
    e.web.received.length = 0
    await retry(runId)
    await e.engine()
    const run = await e.until(runId, 'completed', 'failed')
    assert.deepEqual([run.status, keysOf('/cut').length], ['completed', 1])
  })

  it('in the middle of a loop go on with the round that failed', async () => {
    const workflow = await e.publish(
      [
        {
          id: 'each',
          type: 'loop',
          config: { items: '{{ trigger.items }}', collect: '{{ nodes.ask.status }}' },
        },
        { ...call('ask'), config: { method: 'POST', url: `${e.web.url}/{{ item }}` } },
        {
          id: 'sum',
          type: 'set_fields',
          config: { fields: [{ name: 'all', value: '{{ nodes.each.results }}' }] },
        },
      ],
      ['start>each', 'each:each>ask', 'each:done>sum'],
    )
    e.web.received.length = 0
    e.web.answer = async ({ path }) => (path === '/c' ? DOWN : UP)
    await e.engine()
    const runId = await e.start(workflow, { items: ['a', 'b', 'c', 'd'] })
    await e.until(runId, 'failed')
    e.web.answer = async () => UP
    await retry(runId)
    const run = await e.until(runId, 'completed')
    assert.deepEqual(
      e.web.received.map(({ path }) => path),
      ['/a', '/b', '/c', '/c', '/d'],
    )
    assert.deepEqual(run.stepList.at(-1)?.output, { all: [200, 200, 200, 200] })
    await e.assertGone(runId)
  })

  it('are listed, retried together by workflow and step, and discarded', async () => {
    const workflow = await e.publish([call('bulk')])
    const other = await e.publish([call('other')])
    e.web.answer = async () => DOWN
    await e.engine()
    const runs = [await e.start(workflow), await e.start(workflow), await e.start(workflow)]
    const elsewhere = await e.start(other)
    for (const runId of [...runs, elsewhere]) await e.until(runId, 'failed')
    const list = () => e.asOwner(ctx => listDeadLetters(ctx, { workflowId: workflow, limit: 2 }))
    const page = await list()
    assert.deepEqual(
      page.items.map(letter => [letter.runId, letter.nodeId]),
      [
        [runs[2], 'bulk'],
        [runs[1], 'bulk'],
      ],
    )
    assert.notEqual(page.nextCursor, null)
    const stranger = await makeOwner(e.t.kit)
    assert.equal(await e.as(stranger, ctx => discardDeadLetters(ctx, runs)), 0)
    assert.deepEqual(await e.as(stranger, ctx => retryRuns(ctx, { runIds: runs })), {
      runs: 0,
      hasMore: false,
    })
    assert.equal(await e.asOwner(ctx => discardDeadLetters(ctx, [runs[0] ?? '', newId()])), 1)
    await assertRefused(retry(runs[0] ?? ''), 'flow.run_not_failed')
    await assertRefused(
      e.as(stranger, ctx => retryRun(ctx, runs[1] ?? '')),
      'request.not_found',
    )
    e.web.answer = async () => UP
    const many = (nodeId: string) => e.asOwner(ctx => retryRuns(ctx, { workflowId: workflow, nodeId }))
    assert.deepEqual(await many('start'), { runs: 0, hasMore: false })
    assert.deepEqual(await many('bulk'), { runs: 2, hasMore: false })
    for (const runId of runs.slice(1)) await e.until(runId, 'completed')
    assert.deepEqual(
      [(await e.read(runs[0] ?? '')).status, (await e.read(elsewhere)).status],
      ['failed', 'failed'],
    )
    assert.deepEqual((await list()).items, [])
  })

  it('of a workflow with a limit wait for their place again', async () => {
    const limit = { runs: 1, perKey: null, overflow: 'refuse' as const }
    const workflow = await e.publish([call('first'), nap], null, { limit })
    e.web.answer = async () => DOWN
    await e.engine()
    const failed = await e.start(workflow)
    await e.until(failed, 'failed')
    await e.assertGone(failed)
    e.web.answer = async () => UP
    const holder = await e.start(workflow)
    await e.until(holder, 'waiting')
    e.web.received.length = 0
    await retry(failed)
    await e.untilSeen(async () => (await e.count('flow.inbox where run_id = $1', [failed])) === 0)
    await e.until(failed, 'pending')
    assert.equal(e.web.received.length, 0)
    await e.asOwner(ctx => controlRun(ctx, holder, 'cancel'))
    await e.until(failed, 'waiting')
    assert.equal(e.web.received.length, 1)
  })
})
