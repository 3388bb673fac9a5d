import assert from 'node:assert/strict'
import { test } from 'node:test'
import { graphSchema } from '#modules/flow/contract.ts'
import { drawingOf } from './drawing.ts'
import { arrangementOf, wayAcross } from './layout.ts'

const condition = { field: 'budget', operator: 'greater_than', value: 5 }
const graph = graphSchema.parse({
  nodes: [
    { id: 'start', type: 'manual' },
    { id: 'test', type: 'condition', config: { condition } },
    { id: 'yes', type: 'notify', config: { title: 'Yes' } },
    { id: 'no', type: 'notify', config: { title: 'No' } },
    { id: 'broken', type: 'notify', config: { title: 'Broken' } },
  ],
  edges: [
    { id: 'e', source: 'test', target: 'broken', sourceHandle: 'error' },
    { id: 'n', source: 'test', target: 'no', sourceHandle: 'false' },
    { id: 'y', source: 'test', target: 'yes', sourceHandle: 'true' },
    { id: 's', source: 'start', target: 'test' },
    { id: 'dangling', source: 'start', target: 'gone' },
  ],
})

function draw(direction: 'right' | 'down', taken?: string[]) {
  const arrangement = arrangementOf(graph, direction)
  const run = taken && { trails: new Map(), taken: new Set(taken), arrivals: new Map([['yes', 1]]) }
  const problems = new Map([['yes', 2]])
  const drawing = drawingOf({
    graph,
    arrangement,
    direction,
    selectedId: 'no',
    problems,
    run,
    onPick: () => {},
  })
  return { ...drawing, arrangement }
}

test('nodes come in flow order with their marks, and edges that lead nowhere are left out', () => {
  const { nodes, edges } = draw('right')
  assert.deepEqual(nodes.map(node => node.id).slice(0, 2), ['start', 'test'])
  const byId = new Map(nodes.map(node => [node.id, node.data]))
  assert.equal(byId.get('no')?.isSelected, true)
  assert.equal(byId.get('yes')?.problems, 2)
  assert.equal(byId.get('yes')?.mark, undefined)
  assert.deepEqual(edges.map(edge => edge.id).sort(), ['e', 'n', 's', 'y'])
})

test('on a computed drawing exits stand in the order of where they lead, so that no edges cross', () => {
  for (const direction of ['right', 'down'] as const) {
    const { nodes, arrangement } = draw(direction)
    const ports = nodes.find(node => node.id === 'test')?.data.ports ?? []
    const ways = ports.map(port => {
      const edge = graph.edges.find(each => each.source === 'test' && each.sourceHandle === port.id)
      assert.ok(edge)
      return wayAcross(edge, arrangement, direction)
    })
    assert.equal(ways.length, 3)
    assert.deepEqual(
      ways,
      ways.toSorted((a, b) => a - b),
    )
  }
})

test('every port is inside the side of the node it belongs to', () => {
  for (const direction of ['right', 'down'] as const) {
    for (const node of draw(direction).nodes) {
      for (const handle of node.handles ?? []) {
        assert.ok(
          handle.x >= 0 && handle.x <= 220 && handle.y >= 0 && handle.y <= 60,
          `${node.id} ${handle.id}`,
        )
      }
    }
  }
})

test('the way of a run is drawn above the rest, and only what is new waits for its turn', () => {
  const { nodes, edges } = draw('right', ['y', 's'])
  assert.deepEqual(
    edges
      .slice(-2)
      .map(edge => edge.id)
      .sort(),
    ['s', 'y'],
  )
  assert.equal(edges.find(edge => edge.id === 'y')?.data?.arrival, 1)
  assert.equal(edges.find(edge => edge.id === 's')?.data?.arrival, undefined)
  assert.equal(edges.find(edge => edge.id === 'n')?.data?.isTaken, false)
  assert.equal(nodes.find(node => node.id === 'no')?.data.mark?.state, 'idle')
})
