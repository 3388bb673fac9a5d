import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Graph, graphSchema } from './graph.ts'
import { diffGraphs } from './graph-diff.ts'
import { readGraph } from './graph-problems.ts'
import { anyGraph } from './graph-samples.ts'
import { graphOf, linearOf, linearSchema } from './linear.ts'
import { nodeTypes } from './nodes/catalogue.ts'

const row = linearSchema.parse({
  trigger: { type: 'manual' },
  actions: [
    { type: 'wait', config: { duration: { amount: 1, unit: 'days' } } },
    { type: 'notify', label: 'Tell', config: { title: 'Hi', body: 'There' } },
    { type: 'wait', config: { duration: { amount: 2, unit: 'days' } } },
  ],
})

test('a row of steps is a graph that runs, with ids that can be read', () => {
  const graph = graphOf(row)
  assert.deepEqual(readGraph(graph, nodeTypes).problems, [])
  assert.deepEqual(
    graph.nodes.map(({ id }) => id),
    ['manual', 'wait', 'notify', 'wait_2'],
  )
  const taken = graphOf(
    linearSchema.parse({ trigger: { type: 'wait' }, actions: [{ id: 'wait', type: 'stop' }] }),
  )
  assert.deepEqual(
    taken.nodes.map(({ id }) => id),
    ['wait_2', 'wait'],
  )
})

test('a row of steps comes back as it was, and anything else is none', () => {
  const graph = graphOf(row)
  assert.deepEqual(graphOf(linearOf(graph) ?? row), graph)
  const shuffled = { ...graph, nodes: graph.nodes.toReversed(), edges: graph.edges.toReversed() }
  assert.deepEqual(linearOf(shuffled), linearOf(graph))
  const node = (id: string, type = 'notify') => ({ id, type })
  const edge = (source: string, target: string, more: object = {}) => ({
    id: `${source}-${target}`,
    source,
    target,
    ...more,
  })
  const start = node('start', 'manual')
  const others: [what: string, graph: object][] = [
    ['nothing', { nodes: [], edges: [] }],
    ['two rows', { nodes: [start, node('a')], edges: [] }],
    ['a fork', { nodes: [start, node('a'), node('b')], edges: [edge('start', 'a'), edge('start', 'b')] }],
    ['a meeting', { nodes: [start, node('a'), node('b')], edges: [edge('start', 'b'), edge('a', 'b')] }],
    ['a circle beside it', { nodes: [start, node('a'), node('b')], edges: [edge('a', 'b'), edge('b', 'a')] }],
    ['another exit', { nodes: [start, node('a')], edges: [edge('start', 'a', { sourceHandle: 'error' })] }],
    ['an edge switched off', { nodes: [start, node('a')], edges: [edge('start', 'a', { enabled: false })] }],
    [
      'a condition',
      {
        nodes: [start, node('a')],
        edges: [edge('start', 'a', { condition: { field: 'x', operator: '==', value: 1 } })],
      },
    ],
  ]
  for (const [what, value] of others) assert.equal(linearOf(graphSchema.parse(value) as Graph), null, what)
})

test('whatever is a row loses nothing but where it was drawn and how its edges are called', () => {
  fc.assert(
    fc.property(anyGraph, graph => {
      const linear = linearOf(graph)
      if (linear === null) return
      assert.deepEqual(linearSchema.parse(structuredClone(linear)), linear)
      const changes = diffGraphs(graph, graphOf(linear))
      assert.ok(
        changes.every(({ of, kind }) => of === 'edge' || kind === 'moved'),
        JSON.stringify(changes),
      )
    }),
    { numRuns: 1_000 },
  )
})
