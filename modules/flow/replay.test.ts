import assert from 'node:assert/strict'
import { after, afterEach, before, describe, it } from 'node:test'
import { makeOwner } from '#modules/iam/factories.ts'
import { newId } from '#platform/ids.ts'
import { controlRun } from './control.ts'
import { assertRefused, type EngineTest, openEngineTest, stepsOf } from './factories.ts'
import { type Replay, replayRun } from './replay.ts'

const FROM_TRIGGER: Replay = { fromStep: null, version: 'same' }

const set = (id: string, value: unknown = id) => ({
  id,
  type: 'set_fields',
  config: { fields: [{ name: id, value }] },
})
const merge = (config: object) => ({ id: 'join', type: 'merge', config: { ...config } })

describe('runs that repeat others', () => {
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
  const replay = (runId: string, from: Partial<Replay>) =>
    e.asOwner(ctx => replayRun(ctx, runId, { ...FROM_TRIGGER, ...from }))
  const pathsAsked = () => e.web.received.map(({ path }) => path).sort()

  /** Runs a workflow to its end and gives the run. */
  async function finished(workflowId: string, input = {}) {
    await e.engine()
    return e.until(await e.start(workflowId, input), 'completed', 'failed')
  }
  /** The number of the node's last step. */
  function stepOf(run: Awaited<ReturnType<EngineTest['read']>>, nodeId: string): number {
    return run.stepList.findLast(step => step.nodeId === nodeId)?.number ?? 0
  }

  it('from the trigger: the same input, or another one', async () => {
    const workflow = await e.publish([set('seen', '{{ trigger.n }}')])
    const run = await finished(workflow, { n: 1 })
    const [same, other] = [await replay(run.id, {}), await replay(run.id, { input: { n: 2 } })]
    const [again, changed] = [await e.until(same, 'completed'), await e.until(other, 'completed')]
    assert.deepEqual(again.stepList.at(-1)?.output, { seen: 1 })
    assert.deepEqual(changed.stepList.at(-1)?.output, { seen: 2 })
    assert.deepEqual([again.replayOf, changed.replayOf], [run.id, run.id])
  })

  it('from a step: what came before is known and not done again', async () => {
    const workflow = await e.publish([
      call('first'),
      set('kept', '{{ nodes.first.status }}'),
      call('second'),
      set('result', '{{ vars.kept }} {{ nodes.first.body.name }}'),
    ])
    e.web.answer = async () => ({ status: 200, body: '{"name":"Ada"}' })
    const run = await finished(workflow)
    e.web.received.length = 0
    const again = await e.until(await replay(run.id, { fromStep: stepOf(run, 'second') }), 'completed')
    assert.deepEqual(pathsAsked(), ['/second'])
    assert.deepEqual(stepsOf(again), ['1 second completed', '2 result completed'])
    assert.deepEqual(again.stepList.at(-1)?.output, { result: '200 Ada' })
    const vars = { kept: 'changed' }
    const changed = await e.until(
      await replay(run.id, { fromStep: stepOf(run, 'second'), vars }),
      'completed',
    )
    assert.deepEqual(changed.stepList.at(-1)?.output, { result: 'changed Ada' })
  })

  it('from a step behind a failure that was taken up: its error is known', async () => {
    const workflow = await e.publish(
      [
        call('risky'),
        set('why', '{{ nodes.risky.error.code }}'),
        merge({ mode: 'count', count: 2 }),
        set('end'),
      ],
      ['start>risky', 'start>why', 'risky:error>join', 'why>join', 'join>end'],
    )
    e.web.answer = async () => ({ status: 400, body: '{}' })
    const chain = await e.publish(
      [call('risky'), set('why', '{{ nodes.risky.error.code }}')],
      ['start>risky', 'risky:error>why'],
    )
    const failed = await finished(chain)
    const again = await e.until(
      await replay(failed.id, { fromStep: stepOf(failed, 'why') }),
      'completed',
      'failed',
    )
    assert.deepEqual(again.stepList.at(-1)?.output, { why: 'http.status' })
    await e.rest()
    const joined = await finished(workflow)
    assert.equal(joined.stepList.find(step => step.nodeId === 'join')?.exits.join(), 'out')
    const end = await e.until(
      await replay(joined.id, { fromStep: stepOf(joined, 'why') }),
      'completed',
      'failed',
    )
    assert.deepEqual(stepsOf(end), ['1 why completed', '2 join completed', '3 end completed'])
  })

  for (const config of [{ mode: 'all' }, { mode: 'any' }, { mode: 'count', count: 2 }]) {
    it(`from a branch before a merge of ${config.mode}: the merge goes on once`, async () => {
      const isCounted = config.mode === 'count'
      const edges = ['start>a', 'start>b', 'start>c', 'a>join', 'b>join', 'c>join', 'join>end']
      const workflow = await e.publish(
        [call('a'), call('b'), call('c'), merge(config), set('end'), ...(isCounted ? [set('short')] : [])],
        [...edges, ...(isCounted ? ['join:short>short'] : [])],
      )
      e.web.answer = async () => ({ status: 200, body: '{}' })
      const run = await finished(workflow)
      e.web.received.length = 0
      // Its two neighbours have lower numbers and are done; they count as having come.
      const again = await e.until(await replay(run.id, { fromStep: stepOf(run, 'c') }), 'completed', 'failed')
      assert.deepEqual(stepsOf(again), ['1 c completed', '2 join completed', '3 end completed'])
      assert.deepEqual(pathsAsked(), ['/c'])
      // Those with higher numbers were not before it: nothing of them is there, and nothing waits for them.
      const alone = await e.until(await replay(run.id, { fromStep: stepOf(run, 'a') }), 'completed', 'failed')
      const exit = isCounted ? 'short' : 'end'
      assert.deepEqual(stepsOf(alone), ['1 a completed', '2 join completed', `3 ${exit} completed`])
      // From the merge itself it goes the way it went.
      const onwards = await e.until(
        await replay(run.id, { fromStep: stepOf(run, 'join') }),
        'completed',
        'failed',
      )
      assert.deepEqual(stepsOf(onwards), ['1 join completed', '2 end completed'])
    })
  }

  it('from a step behind a loop: what the rounds wrote is known, and the loop is repeated only as a whole', async () => {
    const workflow = await e.publish(
      [
        { id: 'each', type: 'loop', config: { items: '{{ trigger.items }}', collect: '{{ item }}' } },
        set('last', '{{ item }}'),
        set('all', '{{ vars.last }} of {{ nodes.each.results | size }}'),
      ],
      ['start>each', 'each:each>last', 'each:done>all'],
    )
    const run = await finished(workflow, { items: ['x', 'y'] })
    assert.deepEqual(run.stepList.at(-1)?.output, { all: 'y of 2' })
    const again = await e.until(await replay(run.id, { fromStep: stepOf(run, 'all') }), 'completed', 'failed')
    assert.deepEqual(stepsOf(again), ['1 all completed'])
    assert.deepEqual(again.stepList.at(-1)?.output, { all: 'y of 2' })
    const whole = await e.until(
      await replay(run.id, { fromStep: stepOf(run, 'each'), input: { items: ['z'] } }),
      'completed',
    )
    assert.deepEqual(whole.stepList.at(-1)?.output, { all: 'z of 1' })
    await assertRefused(replay(run.id, { fromStep: stepOf(run, 'last') }), 'flow.step_not_repeatable')
  })

  it('on the latest version, as far as it still has the step', async () => {
    const workflow = await e.publish([set('a', 'old'), set('b', 'old')])
    const run = await finished(workflow)
    await e.republish(workflow, [set('a', 'new'), set('c', 'new')])
    const outputs = async (from: Partial<Replay>) => {
      const { stepList, version } = await e.until(await replay(run.id, from), 'completed')
      return [version, ...stepList.slice(-2).map(step => JSON.stringify(step.output))]
    }
    assert.deepEqual(await outputs({}), [1, '{"a":"old"}', '{"b":"old"}'])
    assert.deepEqual(await outputs({ version: 'latest' }), [2, '{"a":"new"}', '{"c":"new"}'])
    const [fromA, fromB] = [stepOf(run, 'a'), stepOf(run, 'b')]
    assert.deepEqual(await outputs({ version: 'latest', fromStep: fromA }), [2, '{"a":"new"}', '{"c":"new"}'])
    await assertRefused(replay(run.id, { version: 'latest', fromStep: fromB }), 'flow.step_not_repeatable')
  })

  it('within the limit of their workflow', async () => {
    const nap = { id: 'nap', type: 'wait', config: { duration: { amount: 5, unit: 'days' } } }
    const limit = { runs: 1, perKey: null, overflow: 'queue' as const }
    const workflow = await e.publish([set('a'), nap], null, { limit })
    await e.engine()
    const first = await e.start(workflow)
    const run = await e.until(first, 'waiting')
    const second = await replay(first, { fromStep: stepOf(run, 'nap') })
    const marker = await e.start(await e.publish([]))
    await e.until(marker, 'completed')
    assert.equal((await e.read(second)).status, 'pending')
    await e.asOwner(ctx => controlRun(ctx, first, 'cancel'))
    assert.deepEqual(stepsOf(await e.until(second, 'waiting')), ['1 nap waiting'])
  })

  it('are refused for what is not there or not ours', async () => {
    const run = await finished(await e.publish([set('a')]))
    const stranger = await makeOwner(e.t.kit)
    await assertRefused(replay(newId(), {}), 'request.not_found')
    await assertRefused(replay(run.id, { fromStep: 99 }), 'request.not_found')
    await assertRefused(
      e.as(stranger, ctx => replayRun(ctx, run.id, FROM_TRIGGER)),
      'request.not_found',
    )
  })
})
