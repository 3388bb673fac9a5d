import assert from 'node:assert/strict'
import { after, before, describe, it, test } from 'node:test'
import { crmModule } from '#modules/crm/index.ts'
import { makeOwner, type Person } from '#modules/iam/factories.ts'
import { iamModule } from '#modules/iam/index.ts'
import { intakeModule } from '#modules/intake/index.ts'
import { mailModule } from '#modules/mail/index.ts'
import { type Context, inOrganization } from '#platform/context.ts'
import { dispatchOnce } from '#platform/events/dispatch.ts'
import { publish } from '#platform/events/publish.ts'
import { startHeartbeat } from '#platform/jobs/heartbeat.ts'
import { type TestKit, testKit } from '#test/database.ts'
import { runEngine } from '../engine.ts'
import { eventReactions } from '../event-reactions.ts'
import { workflowSignal } from '../events.ts'
import { flowModule } from '../index.ts'
import { startRun } from '../runs.ts'
import { createWorkflow, publishWorkflow, saveDraft } from '../workflows.ts'
import { waitForEventConfig } from './wait-for-event.ts'

const modules = [iamModule, crmModule, mailModule, intakeModule, flowModule]
const hour = { amount: 1, unit: 'hours' }

test('settings that cannot work are refused where they are wrong', () => {
  const good = { event: 'workflow.signal', match: 'key', key: '{{ trigger.order }}', timeout: hour }
  const bad: [string, object][] = [
    ['event', { ...good, event: 'nothing.happened' }],
    ['event', { ...good, event: 'lead.created' }],
    ['match', { ...good, match: 'lead' }],
    ['match', { ...good, event: 'email.sent' }],
    ['key', { ...good, key: ' ' }],
    ['timeout', { ...good, timeout: { amount: 53, unit: 'weeks' } }],
    ['timeout', { ...good, timeout: { amount: 0, unit: 'days' } }],
    ['includeEarlier', { event: 'email.sent', includeEarlier: true, timeout: hour }],
  ]
  assert.ok(waitForEventConfig.safeParse(good).success)
  assert.ok(
    waitForEventConfig.safeParse({ event: 'email.sent', timeout: { amount: 366, unit: 'days' } }).success,
  )
  for (const [place, config] of bad) {
    const parsed = waitForEventConfig.safeParse(config)
    assert.deepEqual(
      parsed.error?.issues.map(({ path }) => path[0]),
      [place],
      JSON.stringify(config),
    )
  }
})

interface Step extends Record<string, unknown> {
  node_id: string
  status: string
  handle: string | null
  output: { event: { payload: unknown } } | null
  error: { code: string } | null
}

describe('a run that waits for an event', () => {
  let t: TestKit
  let owner: Person
  let stop: () => Promise<void>
  let startEngine: () => Promise<void>

  before(async () => {
    t = await testKit({ modules, reactions: eventReactions })
    owner = await makeOwner(t.kit)
    stop = async () => {}
    startEngine = async () => {
      const heartbeat = await startHeartbeat(t.kit.db, t.kit.log, 'test')
      const abort = new AbortController()
      const loop = runEngine(t.kit, heartbeat, abort.signal)
      stop = async () => {
        abort.abort()
        await loop
        await heartbeat.stop()
        stop = async () => {}
      }
    }
  })
  after(async () => {
    await stop()
    await t.close()
  })

  const inOrg = <T>(work: (ctx: Context) => Promise<T>) =>
    inOrganization(t.kit, { orgId: owner.orgId, actor: { type: 'user', userId: owner.userId } }, work)

  const makeWorkflow = (config: object) =>
    inOrg(async ctx => {
      const workflowId = await createWorkflow(ctx, { name: 'Waits' })
      const node = (id: string, type: string, settings: object = {}) => ({
        id,
        type,
        config: { ...settings },
        position: { x: 0, y: 0 },
      })
      const edge = (source: string, target: string, sourceHandle?: string) => ({
        id: `${source}-${target}`,
        source,
        target,
        enabled: true,
        ...(sourceHandle ? { sourceHandle } : {}),
      })
      await saveDraft(ctx, workflowId, {
        graph: {
          nodes: [
            node('start', 'manual'),
            node('wait', 'wait_for_event', config),
            node('came', 'notify', { title: 'Came: {{ nodes.wait.event.payload.payload }}' }),
            node('late', 'notify', { title: 'Too late' }),
          ],
          edges: [edge('start', 'wait'), edge('wait', 'came', 'happened'), edge('wait', 'late', 'timeout')],
        },
        revision: 0,
      })
      await publishWorkflow(ctx, workflowId)
      return workflowId
    })
  const start = async (workflowId: string, input: Record<string, string> = {}) =>
    (await inOrg(ctx => startRun(ctx, { workflowId, trigger: 'manual', input }))).runId
  const signal = async (key: string, payload: string) => {
    await inOrg(ctx =>
      publish(ctx, workflowSignal, {
        subjects: [{ type: 'signal', id: key }],
        payload: { name: 'test', key, payload },
      }),
    )
    await dispatchOnce(t.kit)
  }
  async function until<T>(look: () => Promise<T | undefined>): Promise<T> {
    for (;;) {
      const found = await look()
      if (found !== undefined) return found
      await t.kit.wake.wait('calm', 5)
    }
  }
  const isWaiting = (runId: string) =>
    until(async () => (await t.asSuperuser('select 1 from flow.waits where run_id = $1', [runId]))[0])
  const stepsOf = (runId: string) =>
    until(async () => {
      const over = await t.asSuperuser(
        `select 1 from flow.runs where id = $1 and status in ('completed', 'failed')`,
        [runId],
      )
      if (over.length === 0) return undefined
      return t.asSuperuser<Step>(
        'select node_id, status, handle, output, error from flow.steps where run_id = $1 order by number',
        [runId],
      )
    })
  const leftOf = async (runId: string) => {
    const counts = await t.asSuperuser<{ n: number }>(
      `select ((select count(*) from flow.waits where run_id = $1) + (select count(*) from flow.timers where run_id = $1)
        + (select count(*) from flow.inbox where run_id = $1))::int as n`,
      [runId],
    )
    return counts[0]?.n
  }
  const byKey = { event: 'workflow.signal', match: 'key', key: '{{ trigger.order }}', timeout: hour }

  it('goes on by the event with its key and knows what it said', async () => {
    await startEngine()
    const workflowId = await makeWorkflow(byKey)
    const [runId, otherRun] = [
      await start(workflowId, { order: '7' }),
      await start(workflowId, { order: '8' }),
    ]
    await Promise.all([isWaiting(runId), isWaiting(otherRun)])
    await signal('7', 'paid')
    const steps = await stepsOf(runId)
    assert.deepEqual(
      steps.map(({ node_id, status }) => [node_id, status]),
      [
        ['start', 'completed'],
        ['wait', 'completed'],
        ['came', 'completed'],
      ],
    )
    assert.deepEqual(steps[1]?.output?.event.payload, { name: 'test', key: '7', payload: 'paid' })
    const told = await t.asSuperuser(`select 1 from iam.notifications where title = 'Came: paid'`)
    assert.equal(told.length, 1)
    assert.equal(await leftOf(runId), 0)
    assert.equal((await t.asSuperuser('select 1 from flow.waits where run_id = $1', [otherRun])).length, 1)
    await stop()
  })

  it('goes on by the other exit when the event does not come in time, and then waits no more', async () => {
    await startEngine()
    const runId = await start(await makeWorkflow({ ...byKey, timeout: { amount: 0.05, unit: 'seconds' } }), {
      order: '9',
    })
    const steps = await stepsOf(runId)
    assert.deepEqual(
      steps.map(({ node_id }) => node_id),
      ['start', 'wait', 'late'],
    )
    await signal('9', 'too late')
    assert.equal(await leftOf(runId), 0)
    await stop()
  })

  it('takes a signal that came since the run was started only when it is told to', async () => {
    const [eager, patient] = [
      await makeWorkflow({ ...byKey, includeEarlier: true }),
      await makeWorkflow({ ...byKey, timeout: { amount: 0.05, unit: 'seconds' } }),
    ]
    await signal('early', 'before the run')
    const runs = [await start(eager, { order: 'early' }), await start(patient, { order: 'early' })]
    await signal('early', 'before the wait')
    await startEngine()
    const [first, second] = await Promise.all(runs.map(stepsOf))
    assert.deepEqual(
      first?.map(({ node_id }) => node_id),
      ['start', 'wait', 'came'],
    )
    assert.deepEqual(first?.[1]?.output?.event.payload, {
      name: 'test',
      key: 'early',
      payload: 'before the wait',
    })
    assert.deepEqual(
      second?.map(({ node_id }) => node_id),
      ['start', 'wait', 'late'],
    )
    await stop()
  })

  it('fails plainly when there is no lead or no key to wait by', async () => {
    await startEngine()
    const workflows = [await makeWorkflow({ event: 'email.sent', timeout: hour }), await makeWorkflow(byKey)]
    const codes: (string | undefined)[] = []
    for (const workflowId of workflows) codes.push((await stepsOf(await start(workflowId)))[1]?.error?.code)
    assert.deepEqual(codes, ['wait.no_lead', 'wait.no_key'])
    await stop()
  })
})
