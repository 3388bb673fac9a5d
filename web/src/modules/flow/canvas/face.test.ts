import assert from 'node:assert/strict'
import { test } from 'node:test'
import { graphSchema, nodeTypes } from '#modules/flow/contract.ts'
import { edgePath } from './edge-path.ts'
import { edgeWords, faceOf, namesOf } from './face.ts'
import { iconNames } from './icon-names.ts'

const graph = graphSchema.parse({
  nodes: [
    { id: 'start', type: 'manual' },
    {
      id: 'test',
      type: 'condition',
      label: 'Large?',
      config: { condition: { field: 'lead.fields.budget', operator: 'greater_than', value: 5 } },
    },
    { id: 'call', type: 'http_request', config: { url: 'https://example.com' } },
    { id: 'broken', type: 'send_email', config: {} },
    { id: 'strange', type: 'teleport' },
  ],
  edges: [
    { id: 'a', source: 'start', target: 'test' },
    { id: 'b', source: 'test', target: 'call', sourceHandle: 'true' },
    { id: 'c', source: 'call', target: 'broken', sourceHandle: 'error' },
    {
      id: 'd',
      source: 'call',
      target: 'strange',
      condition: { field: 'nodes.call.status', operator: 'equals', value: 201 },
      enabled: false,
    },
    { id: 'e', source: 'strange', target: 'broken' },
  ],
})
const names = namesOf(graph)
const face = (id: string) => {
  const node = graph.nodes.find(each => each.id === id)
  assert.ok(node)
  return faceOf(node, graph, names)
}
const words = (id: string) => {
  const edge = graph.edges.find(each => each.id === id)
  assert.ok(edge)
  return edgeWords(edge, face(edge.source), names)
}

test('a node shows its own name, else the name of its kind, and its settings in one line', () => {
  assert.equal(face('start').name, 'Started by hand')
  assert.equal(face('test').name, 'Large?')
  assert.equal(face('test').line, 'budget is more than 5')
  assert.equal(face('call').line, 'GET https://example.com')
})

test('a node that is not set up or not known still has a face', () => {
  assert.equal(face('broken').line, 'Settings are missing')
  assert.deepEqual(face('strange').exits, [{ id: 'out', label: 'Out' }])
  assert.equal(face('strange').kind, 'unknown')
})

test('the error exit is shown only when an edge leaves by it', () => {
  assert.deepEqual(
    face('call').exits.map(exit => exit.id),
    ['out', 'error'],
  )
  assert.deepEqual(
    face('test').exits.map(exit => exit.id),
    ['true', 'false'],
  )
})

test('an edge has words only where there is a choice, a condition, or it is switched off', () => {
  assert.equal(words('a'), '')
  assert.equal(words('b'), 'Yes')
  assert.equal(words('c'), 'On error')
  assert.equal(words('d'), 'If status is 201 · Off')
})

test('every kind of node has an icon', () => {
  const known = new Set<string>(iconNames)
  for (const { icon } of nodeTypes.values()) assert.ok(known.has(icon), icon)
})

test('an edge goes through all its points and its label stands on the first stretch', () => {
  const line = edgePath(
    [
      { x: 0, y: 0 },
      { x: 50, y: 100 },
      { x: 0, y: 200 },
    ],
    'down',
  )
  assert.equal(line.path, 'M0,0C0,50 50,50 50,100C50,150 0,150 0,200')
  assert.deepEqual(line.middle, { x: 25, y: 50 })
  assert.equal(
    edgePath(
      [
        { x: 0, y: 0 },
        { x: 100, y: 10 },
      ],
      'right',
    ).path,
    'M0,0C50,0 50,10 100,10',
  )
})
