import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { ProblemError } from '#platform/contract/problem.ts'
import { newId } from '#platform/ids.ts'
import { randomSplitConfig } from '../nodes/random-split.ts'
import { openTrialTest, type TrialTest } from './factories.ts'
import { runDraft, setPin } from './trial-api.ts'

const LEAD = { lead: { id: newId(), name: 'Grace', email: 'grace@example.com', fields: { budget: '9000' } } }
const MAIL = { to: '{{ lead.email }}', subject: 'Thank you, {{ lead.name }}', text: 'Hello' }

function told(steps: readonly { nodeId: string; status: string; exits: readonly string[] }[]): string[] {
  return steps.map(({ nodeId, status, exits }) => `${nodeId} ${status} ${exits}`)
}

describe('running a draft', () => {
  let t: TrialTest
  before(async () => {
    t = await openTrialTest()
  })
  after(() => t.close())

  const run = (workflowId: string, body: object) => t.client.call(runDraft, { params: { workflowId }, body })

  it('says what would be done and does none of it, and skips waits with their time', async () => {
    const days = { id: 'days', type: 'wait', config: { duration: { amount: 2, unit: 'days' } } }
    const nodes = [
      { id: 'mail', type: 'send_email', config: MAIL },
      days,
      { id: 'tell', type: 'notify', config: { title: 'Done', roles: ['owner'] } },
    ]
    const workflowId = await t.draft(nodes, ['start>mail', 'mail>days', 'days>tell'])
    const messages = await t.engine.count('mail.messages')
    const tried = await run(workflowId, { input: LEAD })
    assert.deepEqual(told(tried.stepList), [
      'start completed out',
      'mail completed out',
      'days completed out',
      'tell completed out',
    ])
    assert.deepEqual(
      tried.effects.map(({ nodeId, title }) => [nodeId, title]),
      [
        ['mail', 'Would send an e-mail to grace@example.com'],
        ['tell', 'Would notify every owner in the app'],
      ],
    )
    assert.equal(tried.durationMs, 2 * 86_400_000)
    assert.deepEqual(
      tried.notes.map(({ kind, nodeId, until }) => [kind, nodeId, until]),
      [['skipped_wait', 'days', tried.finishedAt]],
    )
    assert.deepEqual([tried.status, tried.version, tried.inputOrigin], ['completed', 0, 'given'])
    assert.equal(await t.engine.count('mail.messages'), messages)
    assert.equal(await t.engine.count('flow.runs where workflow_id = $1', [workflowId]), 0)
  })

  it('asks no other system: a pin answers, else what was answered last, else an open gap', async () => {
    const call = { id: 'call', type: 'http_request', config: { url: `${t.engine.web.url}/a` } }
    const keep = {
      id: 'keep',
      type: 'set_fields',
      config: { fields: [{ name: 'x', value: '{{ nodes.call.body.x }}' }] },
    }
    const workflowId = await t.draft([call, keep], ['start>call', 'call>keep'])
    const requests = () => t.engine.web.received.length
    const before = requests()
    const gap = await run(workflowId, { input: {} })
    assert.deepEqual([gap.stepList[2]?.output, gap.notes[0]?.kind], [{ x: null }, 'gap'])
    assert.equal(requests(), before)
    await t.publish(workflowId)
    await t.engine.engine()
    t.engine.web.answer = async () => ({ status: 200, body: '{"x":7}' })
    await t.engine.until(await t.engine.start(workflowId), 'completed')
    await t.engine.rest()
    assert.equal(requests(), before + 1)
    const past = await run(workflowId, { input: {} })
    assert.deepEqual([past.stepList[2]?.output, past.notes[0]?.kind], [{ x: 7 }, 'from_run'])
    const data = { status: 200, headers: {}, body: { x: 'pinned' } }
    await t.client.call(setPin, { params: { workflowId, nodeId: 'call' }, body: { data } })
    const pinned = await run(workflowId, { input: {} })
    assert.deepEqual([pinned.stepList[2]?.output, pinned.notes[0]?.kind], [{ x: 'pinned' }, 'pinned'])
    assert.equal(requests(), before + 1)
  })

  it('leaves approvals and waits for events by the exit that was chosen, and says what it assumed', async () => {
    const nodes = [
      { id: 'ask', type: 'approval', config: { title: 'Send it?', timeout: { amount: 3, unit: 'days' } } },
      {
        id: 'yes',
        type: 'wait_for_event',
        config: { event: 'email.sent', timeout: { amount: 1, unit: 'days' } },
      },
      { id: 'no', type: 'notify', config: { title: 'No' } },
      { id: 'late', type: 'notify', config: { title: 'Late' } },
      { id: 'came', type: 'notify', config: { title: 'Came' } },
    ]
    const edges = [
      'start>ask',
      'ask:approved>yes',
      'ask:rejected>no',
      'ask:timeout>late',
      'yes:happened>came',
    ]
    const workflowId = await t.draft(nodes, edges)
    const walk = async (exits: Record<string, string>) => {
      const { stepList, notes } = await run(workflowId, { input: LEAD, exits })
      return [told(stepList).slice(1), notes.map(({ kind }) => kind)]
    }
    assert.deepEqual(await walk({}), [
      ['ask completed approved', 'yes completed timeout'],
      ['assumed', 'assumed', 'skipped_wait'],
    ])
    assert.deepEqual(await walk({ ask: 'rejected' }), [['ask completed rejected', 'no completed out'], []])
    assert.deepEqual(await walk({ ask: 'timeout' }), [
      ['ask completed timeout', 'late completed out'],
      ['skipped_wait'],
    ])
    assert.deepEqual(await walk({ yes: 'happened' }), [
      ['ask completed approved', 'yes completed happened', 'came completed out'],
      ['assumed'],
    ])
  })

  it('decides by chance as the run that it repeats did', async () => {
    const exits = [
      { id: 'a', label: 'A', weight: 50 },
      { id: 'b', label: 'B', weight: 50 },
    ]
    assert.ok(randomSplitConfig.safeParse({ exits }).success)
    const workflowId = await t.draft(
      [{ id: 'split', type: 'random_split', config: { exits } }],
      ['start>split'],
    )
    await t.publish(workflowId)
    await t.engine.engine()
    for (let n = 0; n < 6; n++) {
      const runId = await t.engine.start(workflowId)
      const real = await t.engine.until(runId, 'completed')
      const tried = await run(workflowId, { runId })
      assert.deepEqual(told(tried.stepList), told(real.stepList))
      assert.equal(tried.replayOf, runId)
    }
    await t.engine.rest()
  })

  it('runs code in the sandbox and ends what does not end, while others are served', async () => {
    const nodes = [
      {
        id: 'sum',
        type: 'code',
        config: { source: 'return { sum: input.a + 1 }', inputs: [{ name: 'a', value: '{{ trigger.a }}' }] },
      },
      { id: 'many', type: 'loop', config: { items: '900', concurrency: 1 } },
      { id: 'inner', type: 'loop', config: { items: '900', concurrency: 1 } },
      {
        id: 'text',
        type: 'set_fields',
        config: { fields: [{ name: 'x', value: '{{ vars.x }} {{ index }}' }] },
      },
    ]
    const workflowId = await t.draft(nodes, ['start>sum', 'sum>many', 'many:each>inner', 'inner:each>text'])
    const late = watchTurns()
    const tried = await run(workflowId, { input: { a: 41 } })
    const worst = late.stop()
    assert.deepEqual(tried.stepList[1]?.output, { sum: 42 })
    assert.deepEqual([tried.isStopped, tried.status, tried.notes.at(-1)?.kind], [true, 'running', 'stopped'])
    assert.ok(tried.stepList.length <= 2_000)
    assert.ok(late.turns > 5, `others had ${late.turns} turns, the longest wait was ${Math.round(worst)} ms`)
  })

  it('refuses a draft that could not run, and occasions that are not its own', async () => {
    const broken = await t.draft([{ id: 'mail', type: 'send_email', config: { to: '{{ ' } }], ['start>mail'])
    await assert.rejects(run(broken, { input: {} }), refused(422, 'flow.invalid_graph'))
    const workflowId = await t.draft([], [])
    await assert.rejects(run(workflowId, { runId: newId() }), refused(404, 'request.not_found'))
    await assert.rejects(run(workflowId, { eventId: newId() }), refused(404, 'request.not_found'))
    await assert.rejects(run(workflowId, { input: {}, runId: newId() }), refused(422, 'request.invalid'))
    const blind = await t.other({ can: permission => permission !== 'runs:read' })
    const params = { workflowId }
    await assert.rejects(
      blind.call(runDraft, { params, body: { runId: newId() } }),
      refused(403, 'request.forbidden'),
    )
    assert.equal((await blind.call(runDraft, { params, body: {} })).inputOrigin, 'made_up')
  })
})

function refused(status: number, code: string) {
  return (error: unknown) => error instanceof ProblemError && error.status === status && error.code === code
}

/** Counts how often the event loop comes round, and how long it took at most. */
function watchTurns() {
  let last = performance.now()
  let worst = 0
  const watch = {
    turns: 0,
    stop() {
      clearInterval(timer)
      return worst
    },
  }
  const timer = setInterval(() => {
    const now = performance.now()
    worst = Math.max(worst, now - last)
    last = now
    watch.turns += 1
  }, 1)
  return watch
}
