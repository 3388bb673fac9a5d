import assert from 'node:assert/strict'
import { test } from 'node:test'
import { graphSchema } from '#modules/flow/contract.ts'
import type { DraftProblem } from '../workflow/draft-problems.ts'
import { standingWords } from './standing-words.ts'

const graph = graphSchema.parse({
  nodes: [
    { id: 'start', type: 'manual' },
    { id: 'test', type: 'condition', label: 'Large?' },
    { id: 'tell', type: 'notify', config: {} },
    { id: 'stop', type: 'stop', label: 'End' },
    { id: 'alone', type: 'notify' },
  ],
  edges: [
    { id: 'a', source: 'start', target: 'test' },
    { id: 'b', source: 'test', target: 'tell', sourceHandle: 'true' },
    { id: 'c', source: 'test', target: 'stop', sourceHandle: 'false', enabled: false },
    { id: 'd', source: 'tell', target: 'stop', sourceHandle: 'error' },
  ],
})
const problem = (at: number, message: string): DraftProblem => ({
  severity: 'error',
  code: 'invalid_graph',
  message,
  path: ['nodes', at],
  nodeId: graph.nodes[at]?.id,
})

test('a step says what it comes after, where each exit leads and what is wrong with it', () => {
  const told = (id: string) => standingWords(graph, id, [])
  assert.equal(told('start'), 'Leads: “Large?”.')
  assert.equal(
    told('test'),
    'Comes after “Started by hand”. Leads: Yes to “Notify” and No to “End”, switched off.',
  )
  assert.equal(told('tell'), 'Comes after “Large?”. Leads: On error to “End”.')
  assert.equal(told('stop'), 'Comes after “Large?” and “Notify”.')
  assert.equal(told('alone'), 'Nothing leads here. Leads nowhere.')
  const many = ['One.', 'Two.', 'Three.', 'Four.', 'Five.'].map(message => problem(4, message))
  assert.equal(
    standingWords(graph, 'alone', [...many, problem(3, 'Another one.')]),
    'Nothing leads here. Leads nowhere. One. Two. Three. And 2 more problems.',
  )
  assert.equal(standingWords(graph, 'gone', []), '')
})
