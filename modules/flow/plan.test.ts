import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { graphSchema } from './graph.ts'
import { loadPlan } from './loaded-plan.ts'
import { nodeTypes } from './nodes/catalogue.ts'
import { nodeRunners } from './nodes/runners.ts'
import { compile, InvalidGraphError, type Plan } from './plan.ts'

const set = (id: string, value: string) => ({
  id,
  type: 'set_fields',
  config: { fields: [{ name: 'x', value }] },
})
const link = (source: string, target: string, more: object = {}) => ({
  id: `${source}-${target}`,
  source,
  target,
  ...more,
})

function planOf(nodes: unknown[], edges: unknown[]): Plan {
  return compile(graphSchema.parse({ nodes: [{ id: 'start', type: 'manual' }, ...nodes], edges }), nodeTypes)
}

test('nodes stand in an order in which every edge points forward, with exits, merges and defaults', () => {
  const plan = planOf(
    [
      set('z', '1'),
      { id: 'call', type: 'http_request', config: { url: 'https://a.example' } },
      set('m', '{{ nodes.call.status }}'),
    ],
    [
      link('start', 'z'),
      link('start', 'call'),
      link('z', 'm'),
      link('call', 'm'),
      link('call', 'm', { id: 'oops', sourceHandle: 'error' }),
    ],
  )
  const bySlot = plan.nodes.map(node => node.id)
  for (const edge of plan.edges) assert.ok(edge.from < edge.to)
  const node = (id: string) => plan.nodes.find(one => one.id === id)
  assert.equal(bySlot[plan.entry], 'start')
  assert.equal(node('m')?.incoming, 3)
  assert.deepEqual(node('call')?.exits, {
    out: [plan.edges.findIndex(edge => edge.id === 'call-m')],
    error: [plan.edges.findIndex(edge => edge.id === 'oops')],
  })
  assert.deepEqual(
    plan.nodes.map(one => [one.id, one.keepOutput, one.purity]),
    bySlot.map(id => [id, id === 'call', id === 'call' ? 'remote' : 'pure']),
  )
  assert.deepEqual(node('call')?.retry, { attempts: 3, backoffMs: 2000, growth: 'exponential' })
  assert.deepEqual(node('call')?.config, {
    method: 'GET',
    url: 'https://a.example',
    headers: [],
    bodyType: 'json',
    atMostOnce: false,
  })
  assert.deepEqual(JSON.parse(JSON.stringify(plan)), plan)
})

test('what is switched off is left out of the plan and of the merges behind it', () => {
  const plan = planOf(
    [set('a', '1'), set('b', '1'), set('m', '1')],
    [link('start', 'a', { enabled: false }), link('start', 'b'), link('a', 'm'), link('b', 'm')],
  )
  assert.deepEqual(
    plan.nodes.map(node => [node.id, node.incoming]),
    [
      ['start', 0],
      ['b', 1],
      ['m', 1],
    ],
  )
})

test('the hash is that of what the graph does, not of how it is drawn or listed', () => {
  const nodes = [set('a', '1'), set('b', '2')]
  const edges = [link('start', 'a'), link('start', 'b')]
  const { hash } = planOf(nodes, edges)
  const drawn = nodes.map((node, index) => ({ ...node, label: `n${index}`, position: { x: index, y: 7 } }))
  assert.equal(planOf(drawn.toReversed(), edges.toReversed()).hash, hash)
  assert.notEqual(planOf([set('a', '1'), set('b', '3')], edges).hash, hash)
  assert.notEqual(
    planOf(nodes, [edges[0], link('start', 'b', { condition: { field: 'a', operator: 'is_empty' } })]).hash,
    hash,
  )
  assert.match(hash, /^[0-9a-f]{64}$/)
})

test('reading `nodes` as a whole keeps every output', () => {
  const plan = planOf([set('a', '1'), set('b', '{{ nodes | json }}')], [link('start', 'a'), link('a', 'b')])
  assert.ok(plan.nodes.every(node => node.keepOutput))
})

test('a graph with errors is not compiled and an unknown kind is not loaded', () => {
  assert.throws(
    () => planOf([set('a', '{{')], [link('start', 'a')]),
    (error: unknown) => error instanceof InvalidGraphError && error.problems[0]?.code === 'template_error',
  )
  const plan = planOf([set('a', '1')], [link('start', 'a')])
  const older = new Map([...nodeRunners].filter(([type]) => type !== 'set_fields'))
  assert.throws(() => loadPlan(plan, older), /set_fields/)
})

test('every kind of node in the catalogue can run, and has an icon and words', () => {
  assert.deepEqual([...nodeTypes.keys()].sort(), [...nodeRunners.keys()].sort())
  for (const type of nodeTypes.values()) {
    assert.match(type.icon, /^[a-z0-9-]+$/)
    assert.ok(type.title.length > 0 && type.description.endsWith('.'))
  }
})

test('shuffling a graph never changes its plan', () => {
  const nodes = ['a', 'b', 'c', 'd', 'e'].map(id => set(id, id))
  const edges = [
    link('start', 'a'),
    link('a', 'b'),
    link('a', 'c'),
    link('b', 'd'),
    link('c', 'd'),
    link('start', 'e'),
    link('e', 'd'),
  ]
  const { hash } = planOf(nodes, edges)
  fc.assert(
    fc.property(
      fc.shuffledSubarray(nodes, { minLength: 5 }),
      fc.shuffledSubarray(edges, { minLength: 7 }),
      (someNodes, someEdges) => {
        assert.equal(planOf(someNodes, someEdges).hash, hash)
      },
    ),
  )
})
