import type { Graph } from '#modules/flow/contract.ts'
import { createWorkflow, publishWorkflow, saveDraft } from '#modules/flow/index.ts'
import type { Installation } from './installation.ts'

/** A kind of run that is measured. */
export interface EngineCase {
  name: string
  steps: number
  /** How many steps a run takes between two checkpoints. */
  sliceNodes: number
  workflowId: string
}

type Node = { id: string; type: string; config?: Record<string, unknown> }

const set = (id: string): Node => ({
  id,
  type: 'set_fields',
  config: { fields: [{ name: id, value: '{{ trigger.n }}' }] },
})
const isPositive: Node = {
  id: 'check',
  type: 'condition',
  config: { condition: { field: 'trigger.n', operator: '>=', value: 0 } },
}
const start: Node = { id: 'start', type: 'manual' }

const pure: [Node[], [string, string, string?][]] = [
  [start, set('a'), isPositive, set('b'), set('c')],
  [
    ['start', 'a'],
    ['a', 'check'],
    ['check', 'b', 'true'],
    ['b', 'c'],
  ],
]

const effects: [Node[], [string, string, string?][]] = [
  [
    start,
    set('a'),
    { id: 'tell', type: 'notify', config: { title: 'Run {{ trigger.n }}' } },
    isPositive,
    {
      id: 'mail',
      type: 'send_email',
      config: { to: 'n{{ trigger.n }}@example.com', subject: 'Hello', text: 'Hello {{ trigger.n }}' },
    },
  ],
  [
    ['start', 'a'],
    ['a', 'tell'],
    ['tell', 'check'],
    ['check', 'mail', 'true'],
  ],
]

/** Publishes the workflows that are measured. */
export async function makeCases(on: Installation): Promise<EngineCase[]> {
  const [five, two] = [await publish(on, ...pure), await publish(on, ...effects)]
  return [
    { name: 'pure', steps: 5, sliceNodes: 64, workflowId: five },
    { name: 'checkpoint each', steps: 5, sliceNodes: 1, workflowId: five },
    { name: 'two local effects', steps: 5, sliceNodes: 64, workflowId: two },
  ]
}

function publish(
  { act }: Installation,
  nodes: readonly Node[],
  edges: readonly [string, string, string?][],
): Promise<string> {
  const graph = {
    nodes: nodes.map(node => ({ config: {}, position: { x: 0, y: 0 }, ...node })),
    edges: edges.map(([source, target, sourceHandle]) => ({
      id: `${source}-${target}`,
      source,
      target,
      enabled: true,
      ...(sourceHandle ? { sourceHandle } : {}),
    })),
  } as Graph
  return act(async ctx => {
    const id = await createWorkflow(ctx, { name: 'Measured' })
    await saveDraft(ctx, id, { graph, revision: 0 })
    await publishWorkflow(ctx, id)
    return id
  })
}
