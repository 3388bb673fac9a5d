import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { ProblemError } from '#platform/contract/problem.ts'
import { newId } from '#platform/ids.ts'
import { nodeTypes } from '../nodes/catalogue.ts'
import { openTrialTest, type TrialTest } from './factories.ts'
import { isPinnable, listPins, PIN_BYTES_MAX, removePin, setPin } from './trial-api.ts'

describe('pins of a draft', () => {
  let t: TrialTest
  let workflowId: string
  before(async () => {
    t = await openTrialTest()
    const nodes = [
      { id: 'call', type: 'http_request', config: { url: 'https://api.example/x' } },
      { id: 'which', type: 'condition', config: { condition: { field: 'a', operator: 'is_empty' } } },
    ]
    workflowId = await t.draft(nodes, ['start>call', 'call>which'])
  })
  after(() => t.close())

  const pin = (nodeId: string, data: unknown) =>
    t.client.call(setPin, { params: { workflowId, nodeId }, body: { data } })
  const list = async () => (await t.client.call(listPins, { params: { workflowId } })).items

  it('are kept, replaced and taken away', async () => {
    await pin('call', { n: 1 })
    const again = await pin('call', [2])
    assert.equal(again.pinnedBy, t.engine.owner.userId)
    assert.deepEqual(
      (await list()).map(({ nodeId, data }) => [nodeId, data]),
      [['call', [2]]],
    )
    const remove = () => t.client.call(removePin, { params: { workflowId, nodeId: 'call' } })
    await remove()
    await assert.rejects(remove(), (error: unknown) => error instanceof ProblemError && error.status === 404)
    assert.deepEqual(await list(), [])
  })

  it('are of steps that give something, and of no more than fits', async () => {
    const refused = async (nodeId: string, data: unknown, code: string) =>
      assert.rejects(
        pin(nodeId, data),
        (error: unknown) => error instanceof ProblemError && error.code === code,
      )
    await refused('which', {}, 'flow.not_pinnable')
    await refused('start', 'no object', 'flow.not_pinnable')
    await refused('nowhere', {}, 'request.not_found')
    await refused('call', 'x'.repeat(PIN_BYTES_MAX), 'flow.pin_too_large')
    await pin('start', { lead: { name: 'Grace' } })
    assert.equal((await list()).length, 1)
  })

  it('cannot hold what comes out of many exits', () => {
    const types = [...nodeTypes.values()].filter(isPinnable).map(({ type }) => type)
    for (const deciding of ['condition', 'switch', 'filter', 'merge', 'loop', 'repeat', 'random_split'])
      assert.ok(!types.includes(deciding), deciding)
    for (const giving of ['manual', 'http_request', 'code', 'approval', 'set_fields'])
      assert.ok(types.includes(giving), giving)
  })

  it('do not grow without end, and those of the draft stay longest', async () => {
    await t.engine.asOwner(ctx =>
      ctx.db.query(
        `insert into flow.pins (org_id, workflow_id, node_id, data)
         select $1, $2, 'gone' || n, '1' from generate_series(1, 300) n`,
        [ctx.orgId, workflowId],
      ),
    )
    await pin('call', 1)
    assert.equal(await t.engine.count('flow.pins where workflow_id = $1', [workflowId]), 200)
    assert.deepEqual((await list()).map(({ nodeId }) => nodeId).sort(), ['call', 'start'])
  })

  it('of others are not shown to somebody who sees a part of the records', async () => {
    const sight = { owners: [t.engine.owner.userId], writable: [], readable: [] }
    const narrow = await t.other({ userId: newId(), visibility: { lead: sight } })
    assert.deepEqual((await narrow.call(listPins, { params: { workflowId } })).items, [])
    const own = await t.other({ visibility: { lead: sight } })
    assert.equal((await own.call(listPins, { params: { workflowId } })).items.length, 2)
  })
})
