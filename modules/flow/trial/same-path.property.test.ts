import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { switchFeatures } from '#modules/iam/contract.ts'
import { iamModule } from '#modules/iam/index.ts'
import { Seeded } from '#platform/seeded.ts'
import { signedInAs, type TestServer, testServer } from '#test/http.ts'
import { type EngineTest, openEngineTest } from '../factories.ts'
import { type Graph, graphSchema } from '../graph.ts'
import { flowModule } from '../index.ts'
import { RUN_INPUT, randomGraph, type Sketch } from '../simulation/random-graph.ts'
import { createWorkflow, publishWorkflow, saveDraft } from '../workflows.ts'
import { dryRun, runDraft } from './trial-api.ts'

const GRAPHS = 48
const NODES_MAX = 14

interface Told {
  readonly nodeId: string
  readonly path: string
  readonly attempt: number
  readonly status: string
  readonly exits: readonly string[]
}

/** What a run did, whatever the order in which branches beside each other did it. */
function walked(steps: readonly Told[]): string[] {
  return steps
    .map(({ nodeId, path, attempt, status, exits }) => `${path}/${nodeId} ${attempt} ${status} ${exits}`)
    .sort()
}

/** The exits of steps that were over, by place; where another branch fails first, they are all that is sure. */
function exitsTaken(steps: readonly Told[]): Map<string, string> {
  const over = steps.filter(({ status }) => status === 'completed' || status === 'failed')
  return new Map(
    over.map(step => [`${step.path}/${step.nodeId} ${step.attempt}`, `${step.status} ${step.exits}`]),
  )
}

/** The drawn graph without what depends on which of two branches is faster, and with waits that a test can wait for. */
function tamed(sketch: Sketch, { url, child }: { url: string; child: string }): Graph {
  const graph = graphSchema.parse({ nodes: sketch.nodes, edges: sketch.edges })
  const replaced = graph.nodes.map(node => {
    const { config, id } = node
    switch (node.type) {
      case 'merge':
        return { ...node, config: { mode: 'all' } }
      case 'stop':
        return { ...node, type: 'notify', config: { title: 'On the way' } }
      case 'wait':
        return { ...node, config: { duration: { amount: 0.05, unit: 'seconds' } } }
      case 'http_request':
        return { ...node, config: { ...config, url: `${url}/${id}` } }
      case 'sub_workflow':
        return { ...node, config: { ...config, workflowId: child } }
      case 'approval':
      case 'wait_for_event':
        return { ...node, config: { ...config, timeout: { amount: 0.05, unit: 'seconds' } } }
      default:
        return node
    }
  })
  // A merge that waits for all its branches has one exit.
  const edges = graph.edges.map(edge =>
    edge.sourceHandle === 'short' ? { ...edge, sourceHandle: 'out' } : edge,
  )
  return { nodes: replaced, edges }
}

describe('a draft that is tried out', () => {
  let engine: EngineTest
  let server: TestServer
  let child = ''
  before(async () => {
    engine = await openEngineTest()
    const { orgId, userId } = engine.owner
    server = await testServer(engine.t, [iamModule, flowModule], signedInAs(orgId, userId))
    await server.client().call(switchFeatures, { body: { code: true } })
    child = await engine.publish([{ id: 'done', type: 'stop', config: {} }])
    // A third of the places always fail, some of them only at first.
    engine.web.answer = async ({ path }) => {
      const roll = [...path].reduce((sum, letter) => sum + (letter.codePointAt(0) ?? 0), 0) % 6
      const times = engine.web.received.filter(({ path: other }) => other === path).length
      if (roll === 0) return { status: 404, body: '{}' }
      if (roll === 1 && times % 2 === 1) return { status: 503, body: '{}' }
      return { status: 200, body: JSON.stringify({ roll }) }
    }
  })
  after(async () => {
    await server.close()
    await engine.close()
  })

  it('goes the way of the real run: the same steps, attempts and exits', async () => {
    await engine.engine()
    let completed = 0
    let stepsSeen = 0
    for (let seed = 0; seed < GRAPHS; seed++) {
      const sketch = randomGraph(new Seeded(seed), { nodesMax: NODES_MAX, kinds: 'all' })
      const graph = tamed(sketch, { url: engine.web.url, child })
      const workflowId = await engine.asOwner(async ctx => {
        const id = await createWorkflow(ctx, { name: `Graph ${seed}` })
        await saveDraft(ctx, id, { graph, revision: 0 })
        await publishWorkflow(ctx, id)
        return id
      })
      const runId = await engine.start(workflowId, RUN_INPUT)
      const real = await engine.until(runId, 'completed', 'failed')
      const requests = engine.web.received.length
      const params = { workflowId }
      const tried = await server.client().call(runDraft, { params, body: { runId } })
      const dry = await server.client().call(dryRun, { params, body: { last: 5 } })
      const [example] = dry.examples
      assert.ok(example, `seed ${seed}`)
      assert.deepEqual([dry.looked, dry.wouldRun, dry.walked], [1, 1, 1])
      assert.equal(engine.web.received.length, requests, `seed ${seed}: nothing is sent`)
      for (const [what, { status, steps }] of Object.entries({
        'draft run': { status: tried.status, steps: tried.stepList },
        'dry run': example,
      })) {
        const about = `seed ${seed}, ${what}`
        assert.equal(status, real.status, about)
        if (real.status === 'completed') assert.deepEqual(walked(steps), walked(real.stepList), about)
        else {
          const [expected, found] = [exitsTaken(real.stepList), exitsTaken(steps)]
          for (const [place, exit] of found)
            assert.equal(exit, expected.get(place) ?? exit, `${about}, ${place}`)
        }
      }
      if (real.status === 'completed') completed += 1
      stepsSeen += real.stepList.length
    }
    // Otherwise nothing much would have been compared.
    assert.ok(completed >= GRAPHS / 3 && stepsSeen > GRAPHS * 4, `${completed} completed, ${stepsSeen} steps`)
  })
})
