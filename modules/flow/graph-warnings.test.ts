import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readGraph } from './graph-problems.ts'
import { nodeTypes } from './nodes/catalogue.ts'

const start = { id: 'start', type: 'manual' }
const tell = (id: string) => ({ id, type: 'notify', config: { title: 'Hi' } })
const edge = (source: string, target: string, sourceHandle?: string) => ({
  id: `${source}-${target}`,
  source,
  target,
  sourceHandle,
})
const repeat = (field: string) => ({
  id: 'again',
  type: 'repeat',
  config: { condition: { field, operator: '==', value: 'open' } },
})

function warningsOf(nodes: object[], edges: object[]): string[] {
  const { problems } = readGraph({ nodes, edges }, nodeTypes)
  assert.deepEqual(
    problems.filter(({ severity }) => severity === 'error'),
    [],
  )
  return problems.map(({ code, nodeId }) => `${code} ${nodeId}`)
}

test('a merge that waits for more than can come is told', () => {
  const edges = [edge('start', 'a'), edge('start', 'b'), edge('a', 'all'), edge('b', 'all')]
  const merge = (config: object) => [start, tell('a'), tell('b'), { id: 'all', type: 'merge', config }]
  const cases: [config: object, edges: object[], expected: string[]][] = [
    [{ mode: 'all' }, edges, []],
    [{ mode: 'any' }, edges, []],
    [{ mode: 'count', count: 2 }, edges, []],
    [{ mode: 'count', count: 3 }, edges, ['dead_merge all']],
    [{ mode: 'all' }, edges.slice(0, 3), ['dead_merge all']],
    [{ mode: 'all' }, [...edges.slice(0, 3), { ...edges[3], enabled: false }], ['dead_merge all']],
  ]
  for (const [config, some, expected] of cases) assert.deepEqual(warningsOf(merge(config), some), expected)
})

test('a merge that waits for branches of which only one is taken is told', () => {
  const branch = {
    id: 'big',
    type: 'condition',
    config: { condition: { field: 'x', operator: '==', value: 1 } },
  }
  const both = { id: 'both', type: 'merge', config: { mode: 'count', count: 2 } }
  const nodes = [start, branch, tell('a'), tell('b'), tell('c'), both]
  const first = [edge('start', 'big'), edge('big', 'a', 'true'), edge('big', 'b', 'false')]
  const cases: [what: string, edges: object[], expected: string[]][] = [
    ['parted', [...first, edge('a', 'c'), edge('c', 'both'), edge('b', 'both')], ['dead_merge both']],
    [
      'straight',
      [...first.slice(0, 2), edge('a', 'b'), edge('b', 'c'), edge('c', 'both'), edge('big', 'both', 'false')],
      ['dead_merge both'],
    ],
    [
      'two of one exit',
      [...first, edge('big', 'c', 'true'), edge('a', 'both'), edge('b', 'both'), edge('c', 'both')],
      [],
    ],
    ['another way', [...first, edge('start', 'c'), edge('c', 'both'), edge('b', 'both')], []],
    ['met before', [...first, edge('start', 'b'), edge('a', 'c'), edge('c', 'both'), edge('b', 'both')], []],
  ]
  for (const [what, edges, expected] of cases) assert.deepEqual(warningsOf(nodes, edges), expected, what)
})

test('rounds that nothing ends, and rounds in which nothing is done, are told', () => {
  const once = [edge('start', 'again'), edge('again', 'a', 'each')]
  const cases: [field: string, inside: object, expected: string[]][] = [
    ['lead.status', tell('a'), ['idle_rounds again']],
    ['nodes.start.state', tell('a'), ['idle_rounds again']],
    ['vars.state', tell('a'), ['idle_rounds again']],
    ['vars.state', { id: 'a', type: 'set_fields', config: { fields: [{ name: 'state', value: 'x' }] } }, []],
    ['nodes.a.status', { id: 'a', type: 'http_request', config: { url: 'https://example.com' } }, []],
    ['index', tell('a'), []],
    ['now', tell('a'), ['idle_rounds again']],
    ['now', { id: 'a', type: 'wait', config: { duration: { amount: 1, unit: 'hours' } } }, []],
  ]
  for (const [field, inside, expected] of cases)
    assert.deepEqual(warningsOf([start, repeat(field), inside], once), expected, field)
  const empty = (config: object) =>
    warningsOf([start, { id: 'each', type: 'loop', config }], [edge('start', 'each')])
  assert.deepEqual(empty({ items: '{{ trigger.list }}' }), ['idle_rounds each'])
  assert.deepEqual(empty({ items: '{{ trigger.list }}', collect: '{{ item.name }}' }), [])
})
