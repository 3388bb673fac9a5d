import assert from 'node:assert/strict'
import { after, afterEach, before, describe, it } from 'node:test'
import { makeOwner } from '#modules/iam/factories.ts'
import { newId } from '#platform/ids.ts'
import { assertRefused, type EngineTest, openEngineTest, stepsOf } from './factories.ts'
import { startRuns } from './fresh-runs.ts'
import type { StartRun } from './runs.ts'
import { startSoon } from './start-soon.ts'
import { createWorkflow, publishWorkflow, saveDraft } from './workflows.ts'

const note = { id: 'note', type: 'set_fields', config: { fields: [{ name: 'n', value: '{{ trigger.n }}' }] } }
const nap = { id: 'nap', type: 'wait', config: { duration: { amount: 5, unit: 'days' } } }
const mail = (subject: string) => ({
  id: 'mail',
  type: 'send_email',
  config: { to: 'a@example.com', subject, text: 'x' },
})

describe('many runs started at once', () => {
  let e: EngineTest
  before(async () => {
    e = await openEngineTest()
  })
  afterEach(() => e.rest())
  after(() => e.close())

  const given = (workflowId: string, n: number, more: Partial<StartRun> = {}): StartRun => ({
    workflowId,
    trigger: 'manual',
    input: { n },
    ...more,
  })
  const startAll = (starts: readonly StartRun[]) => e.asOwner(ctx => startRuns(ctx, starts))
  const soon = (start: StartRun, orgId = e.owner.orgId) =>
    startSoon(e.t.kit, orgId, { type: 'system', name: 'test' }, start)
  const runsOf = (workflowId: string) => e.count('flow.runs where workflow_id = $1', [workflowId])

  it('go as far as they can before they are stored: to their end, or to where they wait', async () => {
    const [short, long] = [await e.publish([note]), await e.publish([note, nap])]
    const started = await startAll([given(short, 1), given(long, 2)])
    const [done, waiting] = await Promise.all(started.map(({ runId }) => e.read(runId)))
    assert.deepEqual([done?.status, done?.steps, done?.stepList.at(-1)?.output], ['completed', 2, { n: 1 }])
    assert.deepEqual([waiting?.status, waiting?.steps], ['waiting', 3])
    assert.ok(waiting?.nextWakeAt && done?.finishedAt && done.startedAt)
    await e.assertGone(done?.id ?? '')
    for (const table of ['ready', 'leases']) assert.equal(await e.count(`flow.${table}`), 0, table)
  })

  it('are one run for one key, in one call and against those before, in the order given', async () => {
    const workflow = await e.publish([note])
    const key = (idempotencyKey: string) => ({ idempotencyKey })
    const [first] = await startAll([given(workflow, 0, key('a'))])
    const started = await startAll([
      given(workflow, 1, key('b')),
      given(workflow, 2, key('a')),
      given(workflow, 3),
      given(workflow, 4, key('b')),
    ])
    assert.deepEqual(
      started.map(({ isNew }) => isNew),
      [true, false, true, false],
    )
    assert.deepEqual([started[1]?.runId, started[3]?.runId], [first?.runId, started[0]?.runId])
    assert.deepEqual((await e.read(started[0]?.runId ?? '')).input, { n: 1 })
    assert.equal(await runsOf(workflow), 3)
    const steps = 'flow.steps s join flow.runs r on r.id = s.run_id where r.workflow_id = $1'
    assert.equal(await e.count(steps, [workflow]), 6)
  })

  it('have their effects in the same commit, or none of it happens', async () => {
    const workflow = await e.publish([mail('Fresh {{ trigger.n }}')])
    const mails = `mail.messages where subject like 'Fresh %'`
    const runs = Array.from({ length: 20 }, (_, n) => given(workflow, n))
    const failing = e.asOwner(async ctx => {
      await startRuns(ctx, runs)
      throw new Error('The caller changed its mind.')
    })
    await assert.rejects(failing, /changed its mind/)
    assert.deepEqual([await runsOf(workflow), await e.count(mails)], [0, 0])
    const started = await startAll(runs)
    assert.equal(await e.count(mails), 20)
    assert.equal((await e.read(started[3]?.runId ?? '')).status, 'completed')
  })

  it('are all there when the database refuses the effect of one, which fails alone', async () => {
    const [mailing, plain] = [await e.publish([mail('Try {{ trigger.n }}')]), await e.publish([note])]
    await e.t.asSuperuser(`alter table mail.messages add constraint test_refusal check (subject <> 'Try 7')`)
    const starts = Array.from({ length: 20 }, (_, n) => given(n % 2 === 0 ? plain : mailing, n))
    const started = await startAll(starts)
    const statuses = async () => Promise.all(started.map(async ({ runId }) => (await e.read(runId)).status))
    // Those with effects are left for a worker; the others are done.
    assert.deepEqual(
      await statuses(),
      starts.map((_, n) => (n % 2 === 0 ? 'completed' : 'pending')),
    )
    await e.engine()
    for (const { runId } of started) await e.until(runId, 'completed', 'failed')
    assert.deepEqual(
      await statuses(),
      starts.map((_, n) => (n === 7 ? 'failed' : 'completed')),
    )
    const failed = await e.read(started[7]?.runId ?? '')
    assert.deepEqual(
      [failed.error?.code, stepsOf(failed)],
      ['effect.refused', ['1 start completed', '2 mail failed']],
    )
    assert.equal(await e.count('flow.dead_letters where run_id = $1', [failed.id]), 1)
    assert.equal(await e.count(`mail.messages where subject like 'Try %'`), 9)
  })

  it('whose first step is a call leave it to a worker, which makes it once', async () => {
    const workflow = await e.publish([
      { id: 'call', type: 'http_request', config: { method: 'POST', url: `${e.web.url}/{{ trigger.n }}` } },
    ])
    e.web.received.length = 0
    const started = await startAll([given(workflow, 1), given(workflow, 2)])
    assert.deepEqual(stepsOf(await e.read(started[0]?.runId ?? '')), ['1 start completed', '2 call running'])
    assert.equal(e.web.received.length, 0)
    await e.engine()
    for (const { runId } of started) {
      assert.deepEqual(stepsOf(await e.until(runId, 'completed')), ['1 start completed', '2 call completed'])
      await e.assertGone(runId)
    }
    assert.deepEqual(e.web.received.map(({ path }) => path).sort(), ['/1', '/2'])
  })

  it('whose workflow is limited wait for their place, and are refused together', async () => {
    const limit = { runs: 1, perKey: null, overflow: 'queue' as const }
    const [limited, plain] = [await e.publish([note, nap], null, { limit }), await e.publish([note])]
    const started = await startAll([given(limited, 1), given(plain, 2), given(limited, 3)])
    const statuses = () => Promise.all(started.map(async ({ runId }) => (await e.read(runId)).status))
    assert.deepEqual(await statuses(), ['pending', 'completed', 'pending'])
    await e.engine()
    await e.until(started[0]?.runId ?? '', 'waiting')
    assert.deepEqual(await statuses(), ['waiting', 'completed', 'pending'])
    const refusing = await e.publish([nap], null, { limit: { ...limit, overflow: 'refuse' } })
    await assertRefused(
      startAll([given(plain, 4), given(refusing, 5), given(refusing, 6)]),
      'flow.limit_reached',
    )
    assert.deepEqual([await runsOf(plain), await runsOf(refusing)], [1, 0])
  })

  it('are refused together when one of them cannot be started', async () => {
    const [workflow, paused] = [await e.publish([note]), await e.publish([note])]
    await e.t.asSuperuser(`update flow.workflows set status = 'paused' where id = $1`, [paused])
    await assertRefused(startAll([given(workflow, 1), given(paused, 2)]), 'flow.not_published')
    await assertRefused(startAll([given(workflow, 1), given(newId(), 2)]), 'request.not_found')
    assert.deepEqual(await startAll([]), [])
    assert.equal(await runsOf(workflow), 0)
  })

  it('may be ten thousand, each of them once', async () => {
    const workflow = await e.publish([note])
    const starts = Array.from({ length: 10_000 }, (_, n) =>
      given(workflow, n, { idempotencyKey: `k${n % 9_990}` }),
    )
    const started = await startAll(starts)
    assert.equal(started.filter(({ isNew }) => isNew).length, 9_990)
    assert.equal(new Set(started.map(({ runId }) => runId)).size, 9_990)
    assert.equal(await runsOf(workflow), 9_990)
    const [numbers] = await e.t.asSuperuser<{ n: number }>(
      `select count(distinct input->>'n')::int as n from flow.runs where workflow_id = $1 and status = 'completed'`,
      [workflow],
    )
    assert.equal(numbers?.n, 9_990)
  })

  it('that share a commit do not share their errors', async () => {
    const workflow = await e.publish([note])
    const refusing = await e.publish([nap], null, { limit: { runs: 2, perKey: null, overflow: 'refuse' } })
    const other = await openOther()
    const answers = await Promise.allSettled([
      soon(given(workflow, 1)),
      soon(given(newId(), 2)),
      ...Array.from({ length: 4 }, () => soon(given(refusing, 3))),
      soon(given(other.workflowId, 4), other.orgId),
      // Another organization's workflow is not there.
      soon(given(workflow, 5), other.orgId),
    ])
    assert.deepEqual(
      answers.map(answer => (answer.status === 'fulfilled' ? 'started' : answer.reason.code)),
      [
        'started',
        'request.not_found',
        'started',
        'started',
        'flow.limit_reached',
        'flow.limit_reached',
        'started',
        'request.not_found',
      ],
    )
    assert.deepEqual(
      [await runsOf(workflow), await runsOf(refusing), await runsOf(other.workflowId)],
      [1, 2, 1],
    )
  })

  it('are not started again when the answer to their commit was lost', async () => {
    const workflow = await e.publish([note])
    const { db } = e.t.kit
    const lossy = {
      ...e.t.kit,
      db: {
        ...db,
        async withBatch(...given: Parameters<typeof db.withBatch>) {
          await db.withBatch(...given)
          throw new Error('Connection terminated unexpectedly')
        },
      },
    } as typeof e.t.kit
    const actor = { type: 'system', name: 'test' } as const
    const answers = await Promise.allSettled([
      startSoon(lossy, e.owner.orgId, actor, given(workflow, 1)),
      startSoon(lossy, e.owner.orgId, actor, given(workflow, 2)),
    ])
    assert.deepEqual(
      answers.map(({ status }) => status),
      ['rejected', 'rejected'],
    )
    assert.equal(await runsOf(workflow), 2)
  })

  /** A workflow of another organization. */
  async function openOther(): Promise<{ orgId: string; workflowId: string }> {
    const { orgId, userId } = await makeOwner(e.t.kit)
    const workflowId = await e.as({ orgId, userId }, async ctx => {
      const id = await createWorkflow(ctx, { name: 'Theirs' })
      const start = { id: 'start', type: 'manual', config: {}, position: { x: 0, y: 0 } }
      await saveDraft(ctx, id, { graph: { nodes: [start], edges: [] }, revision: 0 })
      await publishWorkflow(ctx, id)
      return id
    })
    return { orgId, workflowId }
  }
})
