import assert from 'node:assert/strict'
import { after, afterEach, before, describe, it } from 'node:test'
import { newId } from '#platform/ids.ts'
import { DEPTH_MAX } from './children.ts'
import { controlRun, retryRun } from './control.ts'
import { ERROR_TRIGGER } from './error-workflow.ts'
import { type EngineTest, openEngineTest } from './factories.ts'
import { startRuns } from './fresh-runs.ts'
import { setAside } from './set-aside.ts'
import { claimRuns } from './store.ts'
import { WorkflowSettings } from './workflow-settings.ts'
import { setWorkflowSettings, setWorkflowStatus } from './workflow-status.ts'

const FAIL = { id: 'bad', type: 'fail', config: { message: 'No {{ trigger.n }}' } }
const nap = { id: 'nap', type: 'wait', config: { duration: { amount: 5, unit: 'days' } } }

describe('a workflow that looks after failures', () => {
  let e: EngineTest
  before(async () => {
    e = await openEngineTest()
  })
  afterEach(() => e.rest())
  after(() => e.close())

  const failing = (errorWorkflowId: string) => e.publish([FAIL], null, { errorWorkflowId })
  /** Runs that were started by failures of others, the first one first. */
  const carers = (workflowId: string) =>
    e.t.asSuperuser<{
      id: string
      status: string
      input: { error: { message: string }; failedRun: { id: string } }
    }>('select id, status, input from flow.runs where workflow_id = $1 and trigger_type = $2 order by id', [
      workflowId,
      ERROR_TRIGGER,
    ])
  const set = (workflowId: string, settings: object) =>
    e.asOwner(ctx => setWorkflowSettings(ctx, workflowId, WorkflowSettings.parse(settings)))

  it('is started once for a failure, and knows what failed', async () => {
    const carer = await e.publish([
      { id: 'told', type: 'notify', config: { title: '{{ trigger.error.message }}' } },
    ])
    const workflow = await failing(carer)
    await e.engine()
    const runId = await e.start(workflow, { n: 7 })
    const run = await e.until(runId, 'failed')
    const [started, ...others] = await carers(carer)
    assert.deepEqual(others, [])
    assert.deepEqual(started?.input, {
      error: { code: run.error?.code, message: 'No 7', nodeId: 'bad', step: 2 },
      failedRun: { id: runId, input: { n: 7 } },
      workflow: { id: workflow, name: 'Test' },
    })
    await e.until(started?.id ?? '', 'completed')
    assert.equal(await e.count(`iam.notifications where title = 'No 7'`), 1)
  })

  it('is started again when a run that was retried fails again', async () => {
    const carer = await e.publish([])
    const workflow = await failing(carer)
    await e.engine()
    const runId = await e.start(workflow)
    await e.until(runId, 'failed')
    await e.asOwner(ctx => retryRun(ctx, runId))
    await e.untilSeen(async () => (await carers(carer)).length === 2)
    assert.deepEqual(
      (await carers(carer)).map(({ input }) => input.failedRun.id),
      [runId, runId],
    )
  })

  it('is started for runs that fail before they are stored, and for those that are set aside', async () => {
    const carer = await e.publish([])
    const workflow = await e.publish(
      [
        {
          id: 'ask',
          type: 'condition',
          config: { condition: { field: 'trigger.fail', operator: '=', value: true } },
        },
        FAIL,
        nap,
      ],
      ['start>ask', 'ask:true>bad', 'ask:false>nap'],
      { errorWorkflowId: carer },
    )
    const given = (fail: boolean) => ({ workflowId: workflow, trigger: 'manual', input: { fail } })
    const [failed] = await e.asOwner(ctx => startRuns(ctx, [given(true)]))
    assert.deepEqual(
      (await carers(carer)).map(({ input }) => input.failedRun.id),
      [failed?.runId],
    )
    const runId = await e.start(workflow, { fail: false })
    const claim = { orgId: e.owner.orgId, limit: 9, workerId: newId(), claimId: newId() }
    const held = await e.t.kit.db.withOrg(e.owner.orgId, tx => claimRuns(tx, claim))
    const run = held.find(one => one.runId === runId)
    assert.ok(run)
    await setAside(e.t.kit, run, 'It stopped the program.')
    const second = (await carers(carer))[1]
    assert.deepEqual(
      [second?.input.failedRun.id, second?.input.error.message],
      [runId, 'It stopped the program.'],
    )
    await e.t.asSuperuser('delete from flow.leases')
    await e.t.asSuperuser('delete from flow.ready')
  })

  it('is not started by its own failures, nor by runs that complete or are cancelled', async () => {
    const carer = await e.publish([FAIL])
    await set(carer, { errorWorkflowId: await e.publish([]) })
    const workflow = await failing(carer)
    const other = await e.publish([nap], null, { errorWorkflowId: carer })
    await e.engine()
    const [failed, cancelled] = [await e.start(workflow), await e.start(other)]
    await e.until(failed, 'failed')
    await e.until(cancelled, 'waiting')
    await e.asOwner(ctx => controlRun(ctx, cancelled, 'cancel'))
    await e.until(cancelled, 'cancelled')
    const [started, ...others] = await carers(carer)
    await e.until(started?.id ?? '', 'failed')
    assert.deepEqual(others, [])
    const all = await e.count('flow.runs where trigger_type = $1 and input->$2->>$3 = $4', [
      ERROR_TRIGGER,
      'failedRun',
      'id',
      started?.id,
    ])
    assert.equal(all, 0)
  })

  it('does not go round for ever when what it starts fails and is looked after by it', async () => {
    const carer = await e.publish([])
    const helper = await failing(carer)
    await e.republish(carer, [{ id: 'sub', type: 'sub_workflow', config: { workflowId: helper } }])
    await e.engine()
    await e.start(helper)
    await e.untilSeen(async () => {
      const open = await e.count(
        `flow.runs where workflow_id = any($1) and status not in ('completed', 'failed', 'cancelled')`,
        [[carer, helper]],
      )
      return open === 0
    })
    const runs = await e.count('flow.runs where workflow_id = any($1)', [[carer, helper]])
    assert.ok(runs > 2 && runs <= DEPTH_MAX + 1, `${runs} runs`)
  })

  it('is passed over while it is not running', async () => {
    const carer = await e.publish([])
    const workflow = await failing(carer)
    await e.asOwner(ctx => setWorkflowStatus(ctx, carer, 'paused'))
    await e.engine()
    await e.until(await e.start(workflow), 'failed')
    assert.deepEqual(await carers(carer), [])
    await e.asOwner(ctx => setWorkflowStatus(ctx, carer, 'active'))
    await e.until(await e.start(workflow), 'failed')
    assert.equal((await carers(carer)).length, 1)
  })

  it('keeps to its limit, and what is beyond it waits even if it would be refused otherwise', async () => {
    const limit = { runs: 1, perKey: null, overflow: 'refuse' }
    const carer = await e.publish([nap])
    await set(carer, { limit })
    const workflow = await failing(carer)
    await e.engine()
    for (const n of [1, 2, 3]) await e.until(await e.start(workflow, { n }), 'failed')
    const [first, second, third] = await carers(carer)
    await e.until(first?.id ?? '', 'waiting')
    await e.until(await e.start(await e.publish([])), 'completed')
    assert.deepEqual(
      (await carers(carer)).map(({ status }) => status),
      ['waiting', 'pending', 'pending'],
    )
    await e.asOwner(ctx => controlRun(ctx, first?.id ?? '', 'cancel'))
    await e.until(second?.id ?? '', 'waiting')
    assert.equal((await e.read(third?.id ?? '')).status, 'pending')
  })
})
