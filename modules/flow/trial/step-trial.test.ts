import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { ProblemError } from '#platform/contract/problem.ts'
import { newId } from '#platform/ids.ts'
import { openTrialTest, type TrialTest } from './factories.ts'
import { listVariables, setPin, testNode } from './trial-api.ts'

const value = (name: string, text: string) => ({ fields: [{ name, value: text }] })
const EVERYTHING = { trigger: { lead: { name: 'Grace' } } }

describe('trying one step', () => {
  let t: TrialTest
  before(async () => {
    t = await openTrialTest()
    t.engine.web.answer = async ({ body }) => ({
      status: body === '{"fail":true}' ? 404 : 200,
      body: '{"ok":1}',
    })
  })
  after(() => t.close())

  const tryStep = (workflowId: string, body: Parameters<typeof t.client.call<typeof testNode>>[1]['body']) =>
    t.client.call(testNode, { params: { workflowId }, body })

  it('runs it on what steps before would leave, and on what is given in their place', async () => {
    const nodes = [
      { id: 'hello', type: 'set_fields', config: value('hello', 'Hello {{ lead.name }}') },
      { id: 'call', type: 'http_request', config: { url: 'https://api.example/x' } },
      {
        id: 'last',
        type: 'format',
        config: { values: [{ name: 'text', value: '{{ vars.hello }} {{ nodes.call.body.n }}' }] },
      },
    ]
    const workflowId = await t.draft(nodes, ['start>hello', 'hello>call', 'call>last'])
    const tried = await tryStep(workflowId, { nodeId: 'last', input: EVERYTHING })
    assert.deepEqual(
      [tried.status, tried.output, tried.exits],
      ['completed', { text: 'Hello Grace ' }, ['out']],
    )
    const given = { ...EVERYTHING, vars: { hello: 'Good day' }, nodes: { call: { body: { n: 5 } } } }
    assert.deepEqual((await tryStep(workflowId, { nodeId: 'last', input: given })).output, {
      text: 'Good day 5',
    })
    const pin = { status: 200, headers: {}, body: { n: 9 } }
    await t.client.call(setPin, { params: { workflowId, nodeId: 'call' }, body: { data: pin } })
    await t.client.call(setPin, {
      params: { workflowId, nodeId: 'start' },
      body: { data: { lead: { name: 'Ada' } } },
    })
    assert.deepEqual((await tryStep(workflowId, { nodeId: 'last' })).output, { text: 'Hello Ada 9' })
  })

  it('takes settings that are not saved, and names what is wrong with them', async () => {
    const workflowId = await t.draft([{ id: 'a', type: 'set_fields', config: value('x', '1') }], ['start>a'])
    const node = {
      id: 'a',
      type: 'condition',
      config: { condition: { field: 'lead.name', operator: 'equals', value: 'Grace' } },
    }
    const tried = await tryStep(workflowId, { nodeId: 'a', node, input: EVERYTHING })
    assert.deepEqual([tried.exits, tried.output], [['true'], { result: true }])
    const wrong = { id: 'a', type: 'send_email', config: { to: '{{ lead.', subject: '', text: '' } }
    await assert.rejects(
      tryStep(workflowId, { nodeId: 'a', node: wrong }),
      refused(422, 'flow.invalid_graph'),
    )
    await assert.rejects(tryStep(workflowId, { nodeId: 'gone' }), refused(422, 'flow.no_such_step'))
    await assert.rejects(tryStep(newId(), { nodeId: 'a' }), refused(404, 'request.not_found'))
  })

  it('says what a step would do, what it fails with, and where a loop would go', async () => {
    const nodes = [
      { id: 'mail', type: 'send_email', config: { to: '{{ lead.email }}', subject: 'Hi', text: 'Hello' } },
      { id: 'each', type: 'loop', config: { items: '{{ trigger.list }}' } },
      {
        id: 'say',
        type: 'format',
        config: { values: [{ name: 'x', value: '{{ item.n }}/{{ index }}/{{ loops.each.item.n }}' }] },
      },
    ]
    const workflowId = await t.draft(nodes, ['start>mail', 'start>each', 'each:each>say'])
    const trigger = { lead: { email: 'grace@example.com' }, list: [{ n: 7 }, { n: 8 }] }
    const mail = await tryStep(workflowId, { nodeId: 'mail', input: { trigger } })
    assert.deepEqual(
      mail.effects.map(({ title }) => title),
      ['Would send an e-mail to grace@example.com'],
    )
    const failed = await tryStep(workflowId, {
      nodeId: 'mail',
      input: { trigger: { lead: { email: 'nobody' } } },
    })
    assert.deepEqual(
      [failed.status, failed.error?.code, failed.effects],
      ['failed', 'mail.invalid_recipient', []],
    )
    assert.equal(await t.engine.count('mail.messages'), 0)
    await t.client.call(setPin, { params: { workflowId, nodeId: 'start' }, body: { data: trigger } })
    assert.deepEqual((await tryStep(workflowId, { nodeId: 'say' })).output, { x: '7/0/7' })
    const other = await tryStep(workflowId, { nodeId: 'say', input: { item: { n: 'x' }, index: 3 } })
    assert.deepEqual(other.output, { x: 'x/3/x' })
    const loop = await tryStep(workflowId, { nodeId: 'each' })
    assert.deepEqual([loop.status, loop.output], ['completed', { rounds: 2, failed: 0 }])
  })

  it('makes a request only when it is asked to for real, once, and takes a pin for its answer otherwise', async () => {
    const call = {
      id: 'call',
      type: 'http_request',
      config: {
        method: 'POST',
        url: `${t.engine.web.url}/x`,
        body: '{"fail":{{ trigger.fail | default: false }} }',
      },
    }
    const workflowId = await t.draft([call], ['start>call'])
    const before = t.engine.web.received.length
    const gap = await tryStep(workflowId, { nodeId: 'call' })
    assert.deepEqual(
      [gap.status, gap.notes[0]?.kind, t.engine.web.received.length],
      ['completed', 'gap', before],
    )
    const data = { status: 201, headers: {}, body: 'pinned' }
    await t.client.call(setPin, { params: { workflowId, nodeId: 'call' }, body: { data } })
    assert.deepEqual((await tryStep(workflowId, { nodeId: 'call' })).output, data)
    assert.equal(t.engine.web.received.length, before)
    const real = await tryStep(workflowId, { nodeId: 'call', isForReal: true })
    assert.deepEqual([(real.output as { body: unknown }).body, real.notes[0]?.kind], [{ ok: 1 }, 'for_real'])
    assert.equal(t.engine.web.received.length, before + 1)
    assert.match(t.engine.web.received.at(-1)?.key ?? '', /^[0-9a-f]{64}$/)
  })

  it('runs code, and nothing else of it is repeated when it fails', async () => {
    const source =
      'console.log("seen", input.n); if (input.n > 1) throw new Error("too many"); return input.n'
    const config = { source, inputs: [{ name: 'n', value: '{{ trigger.n }}' }] }
    const workflowId = await t.draft([{ id: 'code', type: 'code', config }], ['start>code'])
    assert.equal((await tryStep(workflowId, { nodeId: 'code', input: { trigger: { n: 1 } } })).output, 1)
    const failed = await tryStep(workflowId, { nodeId: 'code', input: { trigger: { n: 2 } } })
    assert.deepEqual([failed.status, failed.error?.code, failed.step.attempt], ['failed', 'code.thrown', 1])
  })

  it('a wait is over at once, and a trigger gives what a run would be started with', async () => {
    const wait = { id: 'wait', type: 'wait', config: { duration: { amount: 3, unit: 'hours' } } }
    const workflowId = await t.draft([wait], ['start>wait'], {
      type: 'schedule',
      config: { cron: '0 9 * * *', timeZone: 'UTC' },
    })
    const waited = await tryStep(workflowId, { nodeId: 'wait' })
    assert.deepEqual([waited.status, waited.notes[0]?.kind], ['completed', 'skipped_wait'])
    const trigger = await tryStep(workflowId, { nodeId: 'start' })
    assert.deepEqual(Object.keys(trigger.output as object), ['schedule'])
  })
})

describe('what a step can read', () => {
  let t: TrialTest
  before(async () => {
    t = await openTrialTest()
  })
  after(() => t.close())

  const list = async (workflowId: string, nodeId: string, after: 'true' | 'false' = 'false') => {
    const found = await t.client.call(listVariables, { params: { workflowId }, query: { nodeId, after } })
    const by = Object.fromEntries(found.items.map(({ path, sample, origin }) => [path, [sample, origin]]))
    return { by, found }
  }

  it('has samples of what is pinned, else of the last run, else made up', async () => {
    const nodes = [
      { id: 'set', type: 'set_fields', label: 'Greet', config: value('hello', 'Hello {{ lead.name }}') },
      { id: 'call', type: 'http_request', config: { url: `${t.engine.web.url}/x` } },
      { id: 'end', type: 'notify', config: { title: 'x' } },
    ]
    const workflowId = await t.draft(nodes, ['start>set', 'set>call', 'call>end'])
    const { by: empty, found } = await list(workflowId, 'end')
    assert.deepEqual(empty['vars.hello'], ['Hello ', 'draft'])
    assert.deepEqual(empty['nodes.call.status'], [200, 'made_up'])
    assert.equal(found.items.find(({ path }) => path === 'nodes.set.hello')?.group, 'Greet')
    await t.publish(workflowId)
    await t.engine.engine()
    t.engine.web.answer = async () => ({ status: 202, body: '{"list":[{"a b":1}]}' })
    await t.engine.until(await t.engine.start(workflowId, { lead: { name: 'Grace' } }), 'completed')
    const { by: real } = await list(workflowId, 'end')
    assert.deepEqual(real['lead.name'], ['Grace', 'run'])
    assert.deepEqual(real['vars.hello'], ['Hello Grace', 'draft'])
    assert.deepEqual(real['nodes.call.status'], [202, 'run'])
    assert.deepEqual(real['nodes.call.body.list[0]["a b"]'], [1, 'run'])
    const data = { status: 204, headers: {}, body: null }
    await t.client.call(setPin, { params: { workflowId, nodeId: 'call' }, body: { data } })
    const { by: pinned, found: all } = await list(workflowId, 'end')
    assert.deepEqual(pinned['nodes.call.status'], [204, 'pin'])
    assert.deepEqual((all.scope.nodes as Record<string, unknown>).call, data)
    // Only what comes before a step can be read by it, and its own with what comes after it.
    assert.equal('nodes.call.status' in (await list(workflowId, 'call')).by, false)
    assert.equal('nodes.call.status' in (await list(workflowId, 'call', 'true')).by, true)
    assert.equal('vars.hello' in (await list(workflowId, 'set')).by, false)
  })

  it('knows the item of the loops a step is in, and nothing of rounds that are over', async () => {
    const nodes = [
      { id: 'outer', type: 'loop', config: { items: '{{ trigger.rows }}' } },
      { id: 'inner', type: 'loop', config: { items: '{{ item.cells }}' } },
      { id: 'cell', type: 'format', config: { values: [{ name: 'x', value: '{{ item }}' }] } },
      { id: 'done', type: 'notify', config: { title: 'x' } },
    ]
    const edges = ['start>outer', 'outer:each>inner', 'inner:each>cell', 'outer:done>done']
    const workflowId = await t.draft(nodes, edges)
    const data = { rows: [{ cells: ['a', 'b'] }, { cells: [] }] }
    await t.client.call(setPin, { params: { workflowId, nodeId: 'start' }, body: { data } })
    const { by } = await list(workflowId, 'cell')
    assert.deepEqual([by.item?.[0], by.index?.[0], by['loops.outer.item.cells']?.[0]], ['a', 0, ['a', 'b']])
    const { by: after } = await list(workflowId, 'done')
    assert.deepEqual(
      ['item' in after, 'nodes.cell.x' in after, after['nodes.outer.rounds']?.[0]],
      [false, false, 2],
    )
  })

  it('shows nothing of runs to who may not see them', async () => {
    const workflowId = await t.draft([{ id: 'end', type: 'notify', config: { title: 'x' } }], ['start>end'])
    await t.publish(workflowId)
    await t.engine.start(workflowId, { secret: 'of a run' })
    const query = { nodeId: 'end' } as const
    const params = { workflowId }
    const seen = await t.client.call(listVariables, { params, query })
    assert.ok(seen.items.some(({ path }) => path === 'secret'))
    const blind = await t.other({ can: permission => permission !== 'runs:read' })
    const { items, scope } = await blind.call(listVariables, { params, query })
    assert.ok(!JSON.stringify([items, scope]).includes('of a run'))
  })
})

function refused(status: number, code: string) {
  return (error: unknown) => error instanceof ProblemError && error.status === status && error.code === code
}
