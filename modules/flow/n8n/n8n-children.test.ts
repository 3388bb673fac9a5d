import assert from 'node:assert/strict'
import { after, afterEach, before, describe, it } from 'node:test'
import { type EngineTest, openEngineTest } from '../factories.ts'
import { createWorkflow, publishWorkflow, saveDraft } from '../workflows.ts'
import { importN8n } from './import-n8n.ts'
import { fileOf, type Step } from './n8n-factories.ts'

const setting = (name: string, field: string, value: string): Step => [
  name,
  'set',
  3.4,
  { assignments: { assignments: [{ id: 'a', name: field, type: 'string', value: `={{ ${value} }}` }] } },
]

describe('workflows of n8n that run each other', () => {
  let e: EngineTest
  before(async () => {
    e = await openEngineTest()
  })
  afterEach(() => e.rest())
  after(() => e.close())

  /** Publishes what became of a file, with the workflow chosen where one is to be run. */
  const publish = (file: object, workflowId?: string) =>
    e.asOwner(async ctx => {
      const { graph, name } = importN8n(file)
      const nodes = graph.nodes.map(node =>
        node.type === 'sub_workflow' ? { ...node, config: { ...node.config, workflowId } } : node,
      )
      const id = await createWorkflow(ctx, { name })
      await saveDraft(ctx, id, { graph: { ...graph, nodes }, revision: 0 })
      await publishWorkflow(ctx, id)
      return id
    })

  const parentOf = (options: object) =>
    fileOf(
      [
        ['Start', 'manualTrigger', 1],
        [
          'Greet',
          'executeWorkflow',
          1.2,
          { workflowId: { value: '1' }, workflowInputs: { value: { name: '={{ $json.name }}' } }, options },
        ],
        setting('Keep', 'kept', '$json.greeting'),
        setting('Besides', 'besides', '$json.name'),
      ],
      ['Start>Greet', 'Greet>Keep', 'Greet>Besides'],
    )

  it('take what the other one gives, or go on with what they had', async () => {
    const child = await publish(
      fileOf(
        [
          ['When called', 'executeWorkflowTrigger', 1.1, { inputSource: 'passthrough' }],
          setting('Greeting', 'greeting', '"Hello " + $json.name'),
        ],
        ['When called>Greeting'],
      ),
    )
    await e.engine()
    const outputsOf = async (options: object) => {
      const run = await e.until(
        await e.start(await publish(parentOf(options), child), { name: 'Ada' }),
        'completed',
        'failed',
      )
      return Object.fromEntries(run.stepList.map(step => [step.nodeId, step.output]))
    }
    const waited = await outputsOf({})
    assert.deepEqual(waited.keep, { kept: 'Hello Ada' })
    const goneOn = await outputsOf({ waitForSubWorkflow: false })
    assert.deepEqual(goneOn.besides, { besides: 'Ada' })
  })
})
