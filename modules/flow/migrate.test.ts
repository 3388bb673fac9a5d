import assert from 'node:assert/strict'
import { after, afterEach, before, describe, it } from 'node:test'
import { decideApproval } from './approvals.ts'
import { assertRefused, type EngineTest, openEngineTest, stepsOf } from './factories.ts'
import type { WebAnswer } from './fake-web.ts'
import { migrateRuns } from './migrate-runs.ts'

const ask = (id = 'ask') => ({ id, type: 'approval', config: { title: 'Go on?' } })
const set = (id: string, value: unknown = id) => ({
  id,
  type: 'set_fields',
  config: { fields: [{ name: id, value }] },
})
const merge = { id: 'join', type: 'merge' }

describe('runs under way and a new version', () => {
  let e: EngineTest
  before(async () => {
    e = await openEngineTest()
  })
  afterEach(() => e.rest())
  after(() => e.close())

  const migrate = (workflowId: string, nodes: Record<string, string> = {}, fromVersion = 1) =>
    e.asOwner(ctx => migrateRuns(ctx, workflowId, { fromVersion, nodes }))
  /** Decides what the run asks. */
  async function approve(runId: string): Promise<void> {
    const [row] = await e.t.asSuperuser<{ id: string }>('select id from flow.approvals where run_id = $1', [
      runId,
    ])
    await e.asOwner(ctx => decideApproval(ctx, row?.id ?? '', { decision: 'approved', comment: '' }))
  }
  /** A run of a new workflow that waits for a decision. */
  async function waiting(...publish: Parameters<EngineTest['publish']>): Promise<[string, string]> {
    const workflow = await e.publish(...publish)
    await e.engine()
    const runId = await e.start(workflow)
    await e.until(runId, 'waiting')
    return [workflow, runId]
  }
  const untilItSays = (runId: string, text: RegExp) =>
    e.untilSeen(async () => (await e.read(runId)).logs.some(({ message }) => text.test(message)))
  /** Edges of a chain in which the decision's exit is named. */
  const behind = (...ids: string[]) =>
    ids.map((id, index) => (index === 0 ? `ask:approved>${id}` : `${ids[index - 1]}>${id}`))

  it('those that wait go on with it where they stand', async () => {
    const [workflow, runId] = await waiting([ask(), set('old')], ['start>ask', ...behind('old')])
    const stays = await e.start(workflow)
    await e.until(stays, 'waiting')
    await e.republish(workflow, [ask(), set('new'), set('more')], ['start>ask', ...behind('new', 'more')])
    assert.equal(await migrate(workflow), 2)
    await untilItSays(runId, /^Moved to the published version\.$/)
    assert.equal((await e.read(runId)).version, 2)
    await approve(runId)
    const run = await e.until(runId, 'completed', 'failed')
    assert.deepEqual(stepsOf(run).slice(2), ['3 new completed', '4 more completed'])
    // Asked again, there is nobody left.
    assert.deepEqual([await migrate(workflow), await migrate(workflow, {}, 2)], [0, 0])
  })

  it('those that were not asked keep theirs', async () => {
    const [workflow, runId] = await waiting([ask(), set('old')], ['start>ask', ...behind('old')])
    await e.republish(workflow, [ask(), set('new')], ['start>ask', ...behind('new')])
    await approve(runId)
    const run = await e.until(runId, 'completed')
    assert.deepEqual([run.version, stepsOf(run).at(-1)], [1, '3 old completed'])
  })

  it('what they know is found under new names', async () => {
    const [workflow, runId] = await waiting(
      [
        set('first', 'kept'),
        { id: 'call', type: 'http_request', config: { url: `${e.web.url}/x` } },
        ask(),
        set('seen', '{{ nodes.call.status }}'),
      ],
      ['start>first', 'first>call', 'call>ask', ...behind('seen')],
    )
    await e.republish(
      workflow,
      [
        set('first', 'kept'),
        { id: 'fetch', type: 'http_request', config: { url: `${e.web.url}/y` } },
        ask(),
        set('seen', '{{ nodes.fetch.status }} {{ vars.first }}'),
      ],
      ['start>first', 'first>fetch', 'fetch>ask', ...behind('seen')],
    )
    await migrate(workflow, { call: 'fetch' })
    await untilItSays(runId, /^Moved/)
    await approve(runId)
    assert.deepEqual((await e.until(runId, 'completed', 'failed')).stepList.at(-1)?.output, {
      seen: '200 kept',
    })
  })

  it('those that cannot move stay and say why', async () => {
    const cases: [
      nodes: Parameters<EngineTest['publish']>[0],
      edges: string[],
      names: Record<string, string>,
      why: RegExp,
    ][] = [
      [
        [set('other')],
        ['start>other'],
        {},
        /Stayed on its version\. The new version has no step "ask", where the run stands\./,
      ],
      [
        [{ id: 'ask', type: 'wait', config: { duration: { amount: 1, unit: 'days' } } }],
        ['start>ask'],
        {},
        /"ask" is another kind of step/,
      ],
      [
        [ask('question')],
        ['start>question'],
        { ask: 'question' },
        /The run waits at "ask", which must keep its name\./,
      ],
    ]
    for (const [nodes, edges, names, why] of cases) {
      const [workflow, runId] = await waiting([ask(), set('old')], ['start>ask', ...behind('old')])
      await e.republish(workflow, nodes, edges)
      assert.equal(await migrate(workflow, names), 1)
      await untilItSays(runId, why)
      await approve(runId)
      const run = await e.until(runId, 'completed', 'failed')
      assert.deepEqual([run.version, stepsOf(run).at(-1)], [1, '3 old completed'])
      await e.rest()
    }
  })

  it('branches that have come to a merge are not forgotten, nor counted into another one', async () => {
    const edges = ['start>a', 'start>ask', 'a>join', 'ask:approved>join', 'join>end']
    const [workflow, runId] = await waiting([set('a'), ask(), merge, set('end')], edges)
    await e.republish(workflow, [set('a'), ask(), merge, set('end', 'new')], edges)
    await migrate(workflow)
    await untilItSays(runId, /^Moved/)
    await e.republish(
      workflow,
      [set('a'), set('b'), ask(), merge, set('end')],
      [...edges, 'start>b', 'b>join'],
    )
    await migrate(workflow, {}, 2)
    await untilItSays(runId, /Other branches lead to "join" in the new version/)
    await approve(runId)
    const run = await e.until(runId, 'completed', 'failed')
    assert.deepEqual([run.version, run.stepList.at(-1)?.output], [2, { end: 'new' }])
  })

  it('those that have not begun begin on it', async () => {
    const limit = { runs: 1, perKey: null, overflow: 'queue' as const }
    const [workflow, holder] = await waiting([ask(), set('old')], ['start>ask', ...behind('old')], { limit })
    const queued = await e.start(workflow)
    const plain = await e.publish([set('old')])
    await e.rest()
    const pending = await e.start(plain)
    await e.republish(plain, [set('new')])
    await e.republish(workflow, [set('new')])
    assert.equal(await migrate(plain), 1)
    assert.equal(await migrate(workflow), 2)
    await e.engine()
    const run = await e.until(pending, 'completed')
    assert.deepEqual([run.version, stepsOf(run)], [2, ['1 start completed', '2 new completed']])
    await untilItSays(queued, /^Moved/)
    assert.equal((await e.read(queued)).status, 'pending')
    await approve(holder)
    const next = await e.until(queued, 'completed')
    assert.deepEqual([next.version, stepsOf(next)], [2, ['1 start completed', '2 new completed']])
    assert.equal((await e.read(holder)).version, 1)
  })

  it('those in a call move while it is under way, and its answer finds them', async () => {
    const call = { id: 'call', type: 'http_request', config: { method: 'POST', url: e.web.url } }
    const hang = Promise.withResolvers<WebAnswer>()
    const arrived = Promise.withResolvers<void>()
    e.web.received.length = 0
    e.web.answer = () => {
      arrived.resolve()
      return hang.promise
    }
    const workflow = await e.publish([call, set('old')])
    await e.engine()
    const runId = await e.start(workflow)
    await arrived.promise
    await e.republish(workflow, [call, set('new')])
    await migrate(workflow)
    await untilItSays(runId, /^Moved/)
    hang.resolve({ status: 200, body: '{}' })
    assert.equal(stepsOf(await e.until(runId, 'completed')).at(-1), '3 new completed')
    assert.equal(e.web.received.length, 1)
    await e.assertGone(runId)
  })

  it('is refused for what is not there', async () => {
    const workflow = await e.publish([])
    await assertRefused(migrate(workflow, {}, 2), 'request.not_found')
    assert.equal(await migrate(workflow), 0)
  })
})
