import assert from 'node:assert/strict'
import { after, afterEach, before, describe, it } from 'node:test'
import type { Tx } from '#platform/db/database.ts'
import { newId } from '#platform/ids.ts'
import { startHeartbeat } from '#platform/jobs/heartbeat.ts'
import { type Checkpoint, storeCheckpoints } from './checkpoint.ts'
import { controlRun } from './control.ts'
import { type EngineTest, openEngineTest, stepsOf } from './factories.ts'
import type { WebAnswer } from './fake-web.ts'
import { HeldRun } from './held-run.ts'
import { plansOf } from './plans.ts'
import { claimRuns, recoverRuns } from './store.ts'

const mail = { id: 'mail', type: 'send_email', config: { to: 'a@example.com', subject: 'Once', text: 'x' } }
const nap = { id: 'nap', type: 'wait', config: { duration: { amount: 0.1, unit: 'seconds' } } }
const tell = (id: string) => ({ id, type: 'notify', config: { title: `${id} {{ trigger.n }}` } })

describe('runs whose worker is gone', () => {
  let e: EngineTest
  before(async () => {
    e = await openEngineTest()
  })
  afterEach(() => e.rest())
  after(() => e.close())

  const call = (more: object = {}) => ({
    id: 'call',
    type: 'http_request',
    config: { method: 'POST', url: e.web.url, ...more },
  })
  /** The first request waits for its answer, the others have theirs at once. */
  function holdFirst() {
    const answer = Promise.withResolvers<WebAnswer>()
    const arrived = Promise.withResolvers<void>()
    e.web.received.length = 0
    e.web.answer = async () => {
      arrived.resolve()
      return e.web.received.length === 1 ? answer.promise : { status: 200, body: '{}' }
    }
    return { arrived: arrived.promise, answer: () => answer.resolve({ status: 200, body: '{"late":true}' }) }
  }

  it('between its claim and its first slice: another one does it, and what the dead one does late does not count', async () => {
    const runId = await e.start(await e.publish([mail, nap, tell('rested')]), { n: 1 })
    const { kit } = e.t
    const dead = await startHeartbeat(kit.db, kit.log, 'dead')
    const claim = { orgId: e.owner.orgId, limit: 9, workerId: dead.workerId, claimId: newId() }
    const [claimed] = await kit.db.withOrg(e.owner.orgId, tx => claimRuns(tx, claim))
    assert.ok(claimed)
    const plan = (await plansOf(kit).get(claimed.orgId, [claimed.versionId])).get(claimed.versionId)
    const outcomes: string[] = []
    const driveLate = () =>
      new HeldRun(kit, claimed, {
        now: () => Date.now(),
        store: async checkpoint => {
          const outcome = (await storeCheckpoints(kit, [checkpoint])).get(checkpoint)
          outcomes.push(outcome?.kind ?? 'none')
          return outcome ?? { kind: 'fenced' }
        },
      }).drive(plan)
    await dead.stop()
    await e.engine()
    await e.until(runId, 'waiting', 'completed')
    await driveLate()
    const run = await e.until(runId, 'completed')
    await driveLate()
    assert.deepEqual(outcomes, ['fenced', 'fenced'])
    assert.deepEqual(stepsOf(run), [
      '1 start completed',
      '2 mail completed',
      '3 nap completed',
      '4 rested completed',
    ])
    assert.equal(await e.count('mail.messages where run_id = $1', [runId]), 1)
    assert.equal(await e.count(`iam.notifications where title = 'rested 1'`), 1)
    await e.assertGone(runId)
  })

  it('with slices of two claims in one commit: only that of the claim that holds the run is stored', async () => {
    const runId = await e.start(await e.publish([tell('a'), nap, tell('b')]), { n: 7 })
    const { kit } = e.t
    const { orgId } = e.owner
    const slices: Checkpoint[] = []
    for (const name of ['before', 'after']) {
      const worker = await startHeartbeat(kit.db, kit.log, name)
      const { workerId } = worker
      const claim = { orgId, limit: 9, workerId, claimId: newId() }
      const [claimed] = await kit.db.withOrg(orgId, tx => claimRuns(tx, claim))
      assert.ok(claimed)
      const plan = (await plansOf(kit).get(orgId, [claimed.versionId])).get(claimed.versionId)
      const store = async (checkpoint: Checkpoint) => {
        slices.push(checkpoint)
        return { kind: 'fenced' } as const
      }
      await new HeldRun(kit, claimed, { now: () => Date.now(), store }).drive(plan)
      await worker.stop()
      if (name === 'before') await kit.db.withOrg(orgId, tx => recoverRuns(tx, orgId, workerId))
    }
    const outcomes = await storeCheckpoints(kit, slices)
    assert.deepEqual(
      slices.map(slice => outcomes.get(slice)?.kind),
      ['fenced', 'stored'],
    )
    assert.equal(await e.count(`iam.notifications where title = 'a 7'`), 1)
    await e.engine()
    assert.equal((await e.until(runId, 'completed')).stepList.length, 4)
  })

  it('in a call while news comes: the news is taken in once, by whoever has the run', async () => {
    const workflow = await e.publish(
      [call(), nap, tell('rested'), mail],
      ['start>call', 'start>nap', 'nap>rested', 'call>mail'],
    )
    const held = holdFirst()
    const zombie = await e.engine()
    const runId = await e.start(workflow, { n: 2 })
    await held.arrived
    await zombie.heartbeat.stop()
    // The dead one still hears of the timer, and so does its heir.
    await e.engine()
    const run = await e.until(runId, 'completed', 'failed')
    held.answer()
    await zombie.stop()
    assert.deepEqual(
      [run.status, run.stepList.map(step => `${step.nodeId} ${step.status}`).sort()],
      [
        'completed',
        ['call completed', 'mail completed', 'nap completed', 'rested completed', 'start completed'],
      ],
    )
    // Of the two answers the one to the heir's call counts.
    const output = run.stepList.find(step => step.nodeId === 'call')?.output
    assert.match(JSON.stringify(output), /"body":\{\}/)
    assert.equal(await e.count(`iam.notifications where title = 'rested 2'`), 1)
    assert.equal(await e.count('mail.messages where run_id = $1', [runId]), 1)
    assert.equal(new Set(e.web.received.map(({ key }) => key)).size, 1)
    await e.assertGone(runId)
  })

  it('in a call when it is cancelled: it stays cancelled, whatever the call brings', async () => {
    const held = holdFirst()
    const zombie = await e.engine()
    const runId = await e.start(await e.publish([call(), mail]))
    await held.arrived
    await zombie.heartbeat.stop()
    await e.asOwner(ctx => controlRun(ctx, runId, 'cancel'))
    await e.engine()
    await e.until(runId, 'cancelled')
    held.answer()
    await zombie.stop()
    assert.deepEqual(stepsOf(await e.read(runId)), ['1 start completed', '2 call cancelled'])
    assert.equal(await e.count('mail.messages where run_id = $1', [runId]), 0)
    await e.assertGone(runId)
  })

  it('in a call that must not be made twice: it is not, and the step says that it is not known', async () => {
    const workflow = await e.publish(
      [call({ atMostOnce: true }), tell('unknown')],
      ['start>call', 'call:error>unknown'],
    )
    const held = holdFirst()
    const zombie = await e.engine()
    const runId = await e.start(workflow, { n: 3 })
    await held.arrived
    await zombie.heartbeat.stop()
    await e.engine()
    const run = await e.until(runId, 'completed', 'failed')
    held.answer()
    await zombie.stop()
    assert.equal(run.stepList.find(step => step.nodeId === 'call')?.error?.code, 'effect.unknown')
    assert.deepEqual([run.status, e.web.received.length], ['completed', 1])
  })

  it('again and again, without getting any further: it is set aside, and no step of it stays open', async () => {
    const held = holdFirst()
    const zombie = await e.engine()
    const runId = await e.start(await e.publish([tell('a'), call()]), { n: 8 })
    await held.arrived
    await zombie.heartbeat.stop()
    const { kit } = e.t
    const { orgId } = e.owner
    let { workerId } = zombie.heartbeat
    for (let death = 1; death <= 6; death++) {
      await kit.db.withOrg(orgId, tx => recoverRuns(tx, orgId, workerId))
      const worker = await startHeartbeat(kit.db, kit.log, `dies ${death}`)
      ;({ workerId } = worker)
      const claim = { orgId, limit: 9, workerId, claimId: newId() }
      const claimed = await kit.db.withOrg(orgId, tx => claimRuns(tx, claim))
      assert.deepEqual(
        claimed.map(run => run.recoveries),
        [death],
      )
      await worker.stop()
    }
    await e.engine()
    const run = await e.until(runId, 'failed', 'completed')
    held.answer()
    await zombie.stop()
    assert.deepEqual([run.status, run.error?.code, run.steps], ['failed', 'engine.set_aside', 3])
    assert.deepEqual(stepsOf(run), ['1 start completed', '2 a completed', '3 call cancelled'])
    await e.assertGone(runId)
  })

  it('again and again, but further on each time: those deaths are forgotten', async () => {
    const held = holdFirst()
    const runId = await e.start(await e.publish([tell('a'), call()]), { n: 9 })
    await e.t.asSuperuser('update flow.ready set recoveries = 5 where run_id = $1', [runId])
    const engine = await e.engine()
    await held.arrived
    assert.equal(await e.count('flow.leases where run_id = $1 and recoveries = 0', [runId]), 1)
    held.answer()
    await e.until(runId, 'completed')
    await engine.stop()
  })

  it('because what it has to store fails for reasons of its own: it is set aside, and the others of its commit are stored', async () => {
    const workflow = await e.publish([mail])
    const runs = [
      await e.start(workflow),
      await e.start(workflow),
      await e.start(workflow),
      await e.start(workflow),
    ]
    const [, bad = ''] = runs
    const { kit } = e.t
    /** A defect of ours that strikes whoever stores this run. */
    const struck = (tx: Tx) =>
      new Proxy(tx, {
        get(target, name) {
          const member = target[name as keyof Tx] as unknown
          if (typeof member !== 'function') return member
          return (...given: unknown[]) => {
            if (JSON.stringify(given).includes(bad)) throw new Error('A defect')
            return member.apply(target, given)
          }
        },
      })
    const withBatch: typeof kit.db.withBatch = work =>
      kit.db.withBatch(batch =>
        work({ inOrg: (orgId, inner) => batch.inOrg(orgId, tx => inner(struck(tx))) }),
      )
    await e.engine({ ...kit, db: { ...kit.db, withBatch } })
    const ended = await Promise.all(runs.map(runId => e.until(runId, 'completed', 'failed')))
    assert.deepEqual(
      ended.map(({ status }) => status),
      ['completed', 'failed', 'completed', 'completed'],
    )
    assert.deepEqual(
      [ended[1]?.error?.code, ended[1]?.error?.message],
      ['engine.set_aside', 'Progress could not be stored: Error: A defect'],
    )
    assert.equal(await e.count('mail.messages where run_id = any($1)', [runs]), 3)
  })

  it('because it stops: it lets go of the run, and the call is made again with its key', async () => {
    const held = holdFirst()
    const first = await e.engine()
    const runId = await e.start(await e.publish([call(), mail]))
    await held.arrived
    await first.stop()
    await e.web.received[0]?.cutOff
    assert.equal(await e.count('flow.ready where run_id = $1', [runId]), 1)
    await e.engine()
    await e.until(runId, 'completed', 'failed')
    assert.deepEqual([e.web.received.length, new Set(e.web.received.map(({ key }) => key)).size], [2, 1])
    assert.equal(await e.count('mail.messages where run_id = $1', [runId]), 1)
  })
})
