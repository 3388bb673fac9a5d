import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { z } from 'zod'
import { type Graph, graphSchema, withoutDanglingEdges } from './graph.ts'
import { type GraphProblem, readGraph, validateGraph } from './graph-problems.ts'
import { nodeTypes } from './nodes/catalogue.ts'

type Sketch = { nodes: unknown[]; edges: unknown[] }

const trigger = { id: 'start', type: 'form_submitted' }
const mail = {
  id: 'mail',
  type: 'send_email',
  config: { to: '{{lead.email}}', subject: 'Hi', text: 'Hello' },
}
const branch = {
  id: 'big',
  type: 'condition',
  config: { condition: { field: 'budget', operator: '>=', value: 5000 } },
}

function link(source: string, target: string, more: object = {}): object {
  return { id: `${source}-${target}`, source, target, ...more }
}

function problemsOf(sketch: Sketch): GraphProblem[] {
  return readGraph(sketch, nodeTypes).problems
}

function codes(sketch: Sketch): string[] {
  return problemsOf(sketch).map(problem => `${problem.code} ${problem.path.join('.')}`)
}

test('a right graph has no problems and gets its defaults', () => {
  const sketch = {
    nodes: [trigger, branch, mail],
    edges: [link('start', 'big', { sourceHandle: null }), link('big', 'mail', { sourceHandle: 'true' })],
  }
  const { graph, problems } = readGraph(sketch, nodeTypes)
  assert.deepEqual(problems, [])
  assert.deepEqual(graph?.nodes[0], {
    id: 'start',
    type: 'form_submitted',
    config: {},
    position: { x: 0, y: 0 },
  })
  assert.equal(graph?.edges[0]?.enabled, true)
  assert.ok(z.toJSONSchema(graphSchema, { io: 'input' }))
})

test('every mistake in the drawing is found with its place', () => {
  const cases: [string, Sketch, string[]][] = [
    ['no trigger', { nodes: [mail], edges: [] }, ['no_trigger nodes']],
    [
      'two triggers',
      { nodes: [trigger, { id: 'hand', type: 'manual' }], edges: [] },
      ['several_triggers nodes.1'],
    ],
    [
      'two nodes of one id',
      { nodes: [trigger, trigger], edges: [] },
      ['duplicate_node_id nodes.1.id', 'several_triggers nodes.1'],
    ],
    [
      'two edges of one id',
      { nodes: [trigger, mail], edges: [link('start', 'mail'), link('start', 'mail')] },
      ['duplicate_edge_id edges.1.id'],
    ],
    [
      'an edge from nowhere',
      { nodes: [trigger, mail], edges: [link('start', 'mail'), link('gone', 'mail')] },
      ['dangling_edge edges.1.source'],
    ],
    [
      'an edge to nowhere',
      { nodes: [trigger], edges: [link('start', 'gone')] },
      ['dangling_edge edges.0.target'],
    ],
    [
      'a self-loop',
      { nodes: [trigger, mail], edges: [link('start', 'mail'), link('mail', 'mail')] },
      ['self_loop edges.1'],
    ],
    [
      'an edge into the trigger',
      { nodes: [trigger, mail], edges: [link('start', 'mail'), link('mail', 'start')] },
      ['edge_into_trigger edges.1.target', 'cycle nodes.0'],
    ],
    ['a node nothing leads to', { nodes: [trigger, mail], edges: [] }, ['unreachable_node nodes.1']],
    [
      'a node that is switched off',
      { nodes: [trigger, mail], edges: [link('start', 'mail', { enabled: false })] },
      ['switched_off_node nodes.1'],
    ],
    [
      'an unknown kind',
      { nodes: [trigger, { id: 'x', type: 'rocket' }], edges: [link('start', 'x')] },
      ['unknown_node_type nodes.1.type'],
    ],
    [
      'a wrong exit',
      { nodes: [trigger, branch, mail], edges: [link('start', 'big'), link('big', 'mail')] },
      ['unknown_handle edges.1.sourceHandle'],
    ],
    [
      'an error exit of a trigger',
      { nodes: [trigger, mail], edges: [link('start', 'mail', { sourceHandle: 'error' })] },
      ['unknown_handle edges.0.sourceHandle'],
    ],
  ]
  for (const [name, sketch, expected] of cases) {
    assert.deepEqual(codes(sketch), expected, name)
  }
})

test('only warnings leave a graph publishable', () => {
  const [problem] = problemsOf({ nodes: [trigger, mail], edges: [link('start', 'mail', { enabled: false })] })
  assert.equal(problem?.severity, 'warning')
})

test('a circle is named by the labels along it, and what lies behind it is not blamed', () => {
  const steps = ['a', 'b', 'c', 'after'].map(id => ({
    id,
    type: 'wait',
    label: `Step ${id}`,
    config: { duration: { amount: 1, unit: 'days' } },
  }))
  const edges = [link('start', 'a'), link('a', 'b'), link('b', 'c'), link('c', 'a'), link('c', 'after')]
  const problems = problemsOf({ nodes: [trigger, ...steps], edges })
  assert.deepEqual(
    problems.map(problem => [problem.code, problem.message]),
    [['cycle', 'These nodes lead in a circle: "Step a" → "Step b" → "Step c" → "Step a".']],
  )
  const off = edges.map(edge => ('id' in edge && edge.id === 'c-a' ? { ...edge, enabled: false } : edge))
  assert.deepEqual(problemsOf({ nodes: [trigger, ...steps], edges: off }), [])
})

test('a mistake inside a configuration is found at its field, with line and column in a text', () => {
  const nodes = [
    trigger,
    { ...mail, config: { to: '{{lead.email}}', subject: 'Hi {{ lead.name | nope }}', text: 'a\n{{' } },
    {
      id: 'set',
      type: 'set_fields',
      config: {
        fields: [
          { name: '__proto__', value: 1 },
          { name: 'a b', value: 1 },
        ],
      },
    },
    {
      id: 'if',
      type: 'condition',
      config: { condition: { all: [{ field: 'a..b', operator: 'equals', value: 1 }] } },
    },
    { id: 'wait', type: 'wait', config: { duration: { amount: 400, unit: 'days' } } },
    {
      id: 'call',
      type: 'http_request',
      config: { url: '{{nodes.ghost.body}}', headers: [{ name: 'Host', value: 'x' }], extra: 1 },
    },
    { id: 'tell', type: 'notify', config: { title: '{{nodes.ghost.id}} {{nodes.mail.messageId}}' } },
  ]
  const edges = nodes
    .slice(1)
    .map(node =>
      link(
        'start',
        node.id,
        node.id === 'tell' ? { condition: { field: 'nodes.ghost.x', operator: 'is_empty' } } : {},
      ),
    )
  const found = problemsOf({ nodes, edges }).map(({ code, path, line, column }) => [
    code,
    path.join('.'),
    line,
    column,
  ])
  assert.deepEqual(found, [
    ['template_error', 'nodes.1.config.subject', 1, 19],
    ['template_error', 'nodes.1.config.text', 2, 3],
    ['invalid_config', 'nodes.2.config.fields.0.name', undefined, undefined],
    ['invalid_config', 'nodes.2.config.fields.1.name', undefined, undefined],
    ['condition_error', 'nodes.3.config.condition.all.0.field', 1, 3],
    ['invalid_config', 'nodes.4.config.duration', undefined, undefined],
    ['invalid_config', 'nodes.5.config.headers.0.name', undefined, undefined],
    ['invalid_config', 'nodes.5.config', undefined, undefined],
    ['unknown_reference', 'nodes.6.config.title', undefined, undefined],
    ['unknown_reference', 'edges.5.condition', undefined, undefined],
  ])
})

test('a condition that fits no form is reported where it stops fitting', () => {
  const problem = (condition: unknown) =>
    problemsOf({ nodes: [trigger, mail], edges: [link('start', 'mail', { condition })] })[0]
  assert.equal(
    problem({ all: [{ field: 'a', operator: 'matches', value: 1 }] })?.path.join('.'),
    'edges.0.condition.all.0.operator',
  )
  assert.equal(problem({ any: [] })?.path.join('.'), 'edges.0.condition.any')
  assert.equal(
    problem({ field: 'a', operator: 'equals', value: { x: 1 } })?.path.join('.'),
    'edges.0.condition.value',
  )
})

test('reserved ids, limits and bottomless nesting are refused', () => {
  for (const id of ['__proto__', 'constructor', 'prototype', '', 'a b', 'é', 'x'.repeat(65)]) {
    assert.equal(readGraph({ nodes: [{ ...trigger, id }], edges: [] }, nodeTypes).graph, null, id)
  }
  const nodes = Array.from({ length: 1_001 }, (_, index) => ({ ...mail, id: `n${index}` }))
  assert.equal(readGraph({ nodes, edges: [] }, nodeTypes).graph, null)
  const edges = Array.from({ length: 5_001 }, (_, index) => link('start', 'mail', { id: `e${index}` }))
  assert.equal(readGraph({ nodes: [trigger, mail], edges }, nodeTypes).graph, null)
  let deep: unknown = 1
  for (let level = 0; level < 100_000; level++) deep = { all: [deep] }
  for (const config of [{ condition: deep }, { deep }]) {
    assert.equal(
      readGraph({ nodes: [{ id: 'a', type: 'condition', config }], edges: [] }, nodeTypes).graph,
      null,
    )
  }
  assert.deepEqual(readGraph(null, nodeTypes).graph, null)
})

test('the largest graph allowed is accepted', () => {
  const nodes = [trigger, ...Array.from({ length: 999 }, (_, index) => ({ ...mail, id: `n${index}` }))]
  const edges = Array.from({ length: 5_000 }, (_, index) => {
    const target = index % 999
    const source = target < 2 ? 'start' : `n${(index * 7919) % target}`
    return link(source, `n${target}`, { id: `e${index}` })
  })
  const graph: Graph = graphSchema.parse({ nodes, edges })
  assert.deepEqual(validateGraph(graph, nodeTypes), [])
})

test('edges that lost a node are dropped and the others kept', () => {
  const graph = graphSchema.parse({
    nodes: [trigger, mail],
    edges: [link('start', 'mail'), link('start', 'gone'), link('gone', 'mail')],
  })
  assert.deepEqual(
    withoutDanglingEdges(graph).edges.map(edge => edge.id),
    ['start-mail'],
  )
})

test('whatever is sent as a graph is read or refused with a place, never thrown at', () => {
  const piece = fc.jsonValue({ maxDepth: 4 })
  const id = fc.constantFrom('start', 'mail', 'x', '__proto__', '')
  const node = fc.record(
    {
      id,
      type: fc.constantFrom('manual', 'condition', 'set_fields', 'send_email', 'wait', 'nope'),
      config: piece,
    },
    { requiredKeys: [] },
  )
  const edge = fc.record(
    { id, source: id, target: id, condition: piece, sourceHandle: piece },
    { requiredKeys: [] },
  )
  const sketch = fc.record({ nodes: fc.array(fc.oneof(node, piece)), edges: fc.array(fc.oneof(edge, piece)) })
  fc.assert(
    fc.property(fc.oneof(sketch, piece), value => {
      const { graph, problems } = readGraph(value, nodeTypes)
      assert.ok(graph !== null || problems.length > 0)
      for (const problem of problems) assert.ok(problem.message.length > 0 && Array.isArray(problem.path))
    }),
    { numRuns: 2_000 },
  )
})
