import assert from 'node:assert/strict'
import { test } from 'node:test'
import { graphSchema } from '#modules/flow/contract.ts'
import { flowOrder } from './flow-order.ts'
import {
  arrange,
  arrangementOf,
  boundsOf,
  isPlaced,
  NODE_HEIGHT,
  NODE_WIDTH,
  openingView,
  wayAcross,
} from './layout.ts'
import { nodeTowards } from './steering.ts'

const at = (x: number, y: number) => ({ x, y })

function graphOf(ways: string[], positions: Record<string, { x: number; y: number }> = {}) {
  const pairs = ways.map(way => way.split('>'))
  const ids = [...new Set(pairs.flat())]
  return graphSchema.parse({
    nodes: ids.map(id => ({ id, type: 'manual', ...(positions[id] ? { position: positions[id] } : {}) })),
    edges: pairs.flatMap(([source, target], index) => (target ? [{ id: `e${index}`, source, target }] : [])),
  })
}

const branched = graphOf(['start>test', 'test>yes', 'test>no', 'yes>end', 'no>end'])

test('arranged to the right, every edge leads to the right and no two nodes overlap', () => {
  const { places } = arrange(branched, 'right')
  for (const { source, target } of branched.edges) {
    assert.ok(
      (places.get(source)?.x ?? 0) + NODE_WIDTH < (places.get(target)?.x ?? 0),
      `${source} > ${target}`,
    )
  }
  const all = [...places.values()]
  for (const [index, a] of all.entries()) {
    for (const b of all.slice(index + 1)) {
      assert.ok(Math.abs(a.x - b.x) >= NODE_WIDTH || Math.abs(a.y - b.y) >= NODE_HEIGHT)
    }
  }
})

test('arranged downwards, every edge leads down', () => {
  const { places } = arrange(branched, 'down')
  for (const { source, target } of branched.edges) {
    assert.ok(
      (places.get(source)?.y ?? 0) + NODE_HEIGHT < (places.get(target)?.y ?? 0),
      `${source} > ${target}`,
    )
  }
})

test('an edge past other nodes is led beside them, an edge to the next node is not', () => {
  const past = graphOf(['a>b', 'b>c', 'a>c'])
  const { places, bends } = arrange(past, 'down')
  const [around] = bends.get('e2') ?? []
  const beside = places.get('b')
  assert.ok(around && beside)
  assert.ok(around.x < beside.x || around.x > beside.x + NODE_WIDTH, 'it goes around b')
  assert.ok(around.y > beside.y && around.y < beside.y + NODE_HEIGHT, 'at the height of b')
  assert.equal(bends.has('e0'), false)
})

test('a computed drawing puts "Yes" before "No", whichever was drawn first', () => {
  for (const [first, second] of [
    ['true', 'false'],
    ['false', 'true'],
  ]) {
    const graph = graphSchema.parse({
      nodes: ['a', 'b', 'c', 'd'].map(id => ({ id, type: id === 'a' ? 'condition' : 'notify' })),
      edges: [
        { id: '1', source: 'a', target: 'b', sourceHandle: first },
        { id: '2', source: 'a', target: 'c', sourceHandle: second },
        { id: '3', source: 'b', target: 'd' },
        { id: '4', source: 'c', target: 'd' },
      ],
    })
    for (const direction of ['right', 'down'] as const) {
      const arrangement = arrange(graph, direction)
      const [yes, no] =
        graph.edges[0]?.sourceHandle === 'true' ? graph.edges : graph.edges.slice(0, 2).reverse()
      assert.ok(yes && no)
      assert.ok(wayAcross(yes, arrangement, direction) < wayAcross(no, arrangement, direction))
    }
  }
})

test('a graph with a circle, a loose node and two edges between the same nodes can be arranged', () => {
  const odd = graphOf(['a>b', 'a>b', 'b>c', 'c>b', 'loose'])
  assert.equal(arrange(odd, 'right').places.size, 4)
  assert.equal(arrange(graphOf([]), 'down').places.size, 0)
})

test('the own places are kept from left to right, and computed when there are none or it reads downwards', () => {
  const placed = graphOf(['a>b'], { a: at(10, 20), b: at(400, 20) })
  assert.equal(isPlaced(placed.nodes), true)
  assert.deepEqual(arrangementOf(placed, 'right').places.get('b'), at(400, 20))
  assert.notDeepEqual(arrangementOf(placed, 'down').places.get('b'), at(400, 20))
  const unplaced = graphOf(['a>b'])
  assert.equal(isPlaced(unplaced.nodes), false)
  assert.notDeepEqual(arrangementOf(unplaced, 'right').places.get('b'), at(0, 0))
})

test('a graph that can be read whole opens in the middle and never larger than it is', () => {
  const bounds = boundsOf(new Map([['a', at(0, 0)]]))
  assert.deepEqual(bounds, { x: 0, y: 0, width: NODE_WIDTH, height: NODE_HEIGHT })
  assert.ok(bounds)
  assert.deepEqual(openingView(bounds, { width: 1000, height: 500 }, 'right'), { zoom: 1, x: 390, y: 220 })
})

test('a graph too long to be read opens at its beginning', () => {
  const bounds = { x: 100, y: 0, width: 9000, height: 60 }
  const view = openingView(bounds, { width: 800, height: 600 }, 'right')
  assert.equal(Math.round(view.x + bounds.x * view.zoom), 40)
  assert.ok(view.zoom > 0.5)
  const down = openingView({ x: 0, y: 100, width: 60, height: 9000 }, { width: 800, height: 600 }, 'down')
  assert.equal(Math.round(down.y + 100 * down.zoom), 40)
  const covered = openingView(
    { x: 0, y: 100, width: 60, height: 9000 },
    { width: 800, height: 600 },
    'down',
    36,
  )
  assert.equal(Math.round(covered.y + 100 * covered.zoom), 76)
})

test('nothing has no bounds', () => {
  assert.equal(boundsOf(new Map()), undefined)
})

test('nodes are read in the order a run meets them, a merge after both of its branches', () => {
  const ids = flowOrder({ ...branched, nodes: [...branched.nodes].reverse() }).map(node => node.id)
  assert.equal(ids[0], 'start')
  assert.equal(ids[1], 'test')
  assert.deepEqual(ids.slice(2, 4).sort(), ['no', 'yes'])
  assert.equal(ids[4], 'end')
})

test('every node is read once, also in circles and behind edges that lead nowhere', () => {
  const odd = graphOf(['a>b', 'b>c', 'c>b', 'loose'])
  const ids = flowOrder({
    ...odd,
    edges: [...odd.edges, { id: 'x', source: 'a', target: 'gone', enabled: true }],
  })
  assert.deepEqual(ids.map(node => node.id).sort(), ['a', 'b', 'c', 'loose'])
})

test('arrow keys go to the nearest node that way and prefer the one an edge leads to', () => {
  const places = new Map([
    ['a', at(0, 100)],
    ['b', at(300, 0)],
    ['c', at(300, 120)],
    ['d', at(600, 100)],
  ])
  const edges = [
    { source: 'a', target: 'b' },
    { source: 'b', target: 'd' },
  ]
  assert.equal(nodeTowards('ArrowRight', 'a', places, edges), 'b')
  assert.equal(nodeTowards('ArrowLeft', 'd', places, edges), 'b')
  assert.equal(nodeTowards('ArrowDown', 'b', places, edges), 'c')
  assert.equal(nodeTowards('ArrowUp', 'c', places, edges), 'b')
  assert.equal(nodeTowards('ArrowRight', 'd', places, edges), undefined)
  assert.equal(nodeTowards('Enter', 'a', places, edges), undefined)
  assert.equal(nodeTowards('ArrowRight', 'gone', places, edges), undefined)
})
