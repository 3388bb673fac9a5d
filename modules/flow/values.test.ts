import assert from 'node:assert/strict'
import { after, afterEach, before, describe, it } from 'node:test'
import { controlRun, discardDeadLetters, retryRun } from './control.ts'
import { type EngineTest, openEngineTest } from './factories.ts'
import type { WebAnswer } from './fake-web.ts'

const ITEM = 'x'.repeat(200)
const items = (count: number) => Array.from({ length: count }, (_, n) => ({ n, text: ITEM }))
const set = (id: string, value: string) => ({
  id,
  type: 'set_fields',
  config: { fields: [{ name: id, value }] },
})

describe('long pieces of a run', () => {
  let e: EngineTest
  before(async () => {
    e = await openEngineTest()
  })
  afterEach(() => e.rest())
  after(() => e.close())

  const values = (runId: string) => e.count('flow.run_values where run_id = $1', [runId])
  const stateBytes = async (runId: string) =>
    (
      await e.t.asSuperuser<{ bytes: number }>(
        'select octet_length(state::text) as bytes from flow.run_states where run_id = $1',
        [runId],
      )
    )[0]?.bytes ?? 0
  const call = (id: string, path = id) => ({
    id,
    type: 'http_request',
    config: { method: 'POST', url: `${e.web.url}/${path}` },
  })

  /** A loop over items that asks for every one of them and sums up what came back. */
  const publishLoop = (atOnce = 1) =>
    e.publish(
      [
        {
          id: 'each',
          type: 'loop',
          config: { items: '{{ trigger.items }}', collect: '{{ nodes.ask.body.n }}', concurrency: atOnce },
        },
        call('ask', '{{ item.n }}'),
        set('count', '{{ nodes.each.results | size }}'),
      ],
      ['start>each', 'each:each>ask', 'each:done>count'],
    )
  const echo = async ({ path }: { path: string }): Promise<WebAnswer> => ({
    status: 200,
    body: `{"n":${path.slice(1)}}`,
  })
  const answerWith = (answer: (request: { path: string }) => Promise<WebAnswer>) => {
    e.web.received.length = 0
    e.web.answer = answer
  }

  it('are kept beside its state, which stays small while it loops over 1,000 items', async () => {
    const half = Promise.withResolvers<void>()
    const all = Promise.withResolvers<void>()
    answerWith(async request => {
      // Twenty rounds are held up, so that no other may start.
      if (e.web.received.length === 520) all.resolve()
      if (Number(request.path.slice(1)) >= 500) await half.promise
      return echo(request)
    })
    await e.engine()
    const runId = await e.start(await publishLoop(20), { items: items(1_000) })
    await all.promise
    const bytes = await stateBytes(runId)
    assert.ok(bytes > 0 && bytes < 20_000, `The state has ${bytes} bytes.`)
    // The pieces of items that have not started, and no longer those that have.
    assert.equal(await values(runId), 8)
    half.resolve()
    await e.until(runId, 'completed', 'failed')
    assert.equal(await e.count(`flow.steps where run_id = $1 and output = '{"count": 1000}'`, [runId]), 1)
    assert.equal(await values(runId), 0)
    await e.assertGone(runId)
  })

  it('are found again by another worker when the first one dies in the middle', async () => {
    const hang = Promise.withResolvers<WebAnswer>()
    const arrived = Promise.withResolvers<void>()
    let isDead = false
    answerWith(async request => {
      if (request.path !== '/150' || isDead) return echo(request)
      arrived.resolve()
      return hang.promise
    })
    const zombie = await e.engine()
    const runId = await e.start(await publishLoop(3), { items: items(300) })
    await arrived.promise
    isDead = true
    await zombie.heartbeat.stop()
    await e.engine()
    const run = await e.until(runId, 'completed', 'failed')
    hang.resolve({ status: 200, body: '{"n":-1}' })
    await zombie.stop()
    assert.equal(run.status, 'completed')
    const [row] = await e.t.asSuperuser<{ results: number[] }>(
      `select output->'results' as results from flow.steps where run_id = $1 and node_id = 'each'`,
      [runId],
    )
    assert.deepEqual(
      row?.results,
      Array.from({ length: 300 }, (_, n) => n),
    )
    assert.equal(await values(runId), 0)
    await e.assertGone(runId)
  })

  it('may look like what stands for them', async () => {
    const workflow = await e.publish([
      call('odd'),
      { id: 'nap', type: 'wait', config: { duration: { amount: 0.05, unit: 'seconds' } } },
      call('long'),
      { id: 'rest', type: 'wait', config: { duration: { amount: 0.05, unit: 'seconds' } } },
      set('same', '{{ nodes.odd.body | json }} {{ nodes.long.body | size }}'),
    ])
    const odd = '{"$value":"0"}'
    answerWith(async ({ path }) => ({
      status: 200,
      body: path === '/odd' ? odd : JSON.stringify(Array.from({ length: 2_000 }, () => ({ $value: '1' }))),
    }))
    await e.engine()
    const run = await e.until(await e.start(workflow), 'completed', 'failed')
    assert.deepEqual(run.stepList.at(-1)?.output, { same: `${odd} 2000` })
    assert.equal(await values(run.id), 0)
  })

  it('stay with a run that failed until it is taken up again, and go with it when it is discarded', async () => {
    const fail = async ({ path }: { path: string }) =>
      path === '/70' ? { status: 400, body: '{}' } : echo({ path })
    answerWith(fail)
    const workflow = await publishLoop()
    await e.engine()
    const [again, gone] = [
      await e.start(workflow, { items: items(200) }),
      await e.start(workflow, { items: items(200) }),
    ]
    for (const runId of [again, gone]) {
      await e.until(runId, 'failed')
      assert.equal(await values(runId), 2)
    }
    await e.asOwner(ctx => discardDeadLetters(ctx, [gone]))
    assert.equal(await values(gone), 0)
    e.web.answer = echo
    await e.asOwner(ctx => retryRun(ctx, again))
    const run = await e.until(again, 'completed', 'failed')
    assert.deepEqual(run.stepList.at(-1)?.output, { count: 200 })
    assert.equal(await values(again), 0)
  })

  it('go with a run that is cancelled', async () => {
    const arrived = Promise.withResolvers<void>()
    answerWith(() => {
      arrived.resolve()
      return Promise.withResolvers<never>().promise
    })
    await e.engine()
    const runId = await e.start(await publishLoop(), { items: items(200) })
    await arrived.promise
    assert.equal(await values(runId), 3)
    await e.asOwner(ctx => controlRun(ctx, runId, 'cancel'))
    await e.until(runId, 'cancelled')
    assert.equal(await values(runId), 0)
    await e.assertGone(runId)
  })
})
