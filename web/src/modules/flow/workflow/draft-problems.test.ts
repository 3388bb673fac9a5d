import assert from 'node:assert/strict'
import { test } from 'node:test'
import { graphSchema, nodeTypes, validateGraph } from '#modules/flow/contract.ts'
import { draftProblemWords, nodeOfProblem, problemsByNode } from './draft-problems.ts'

const graph = graphSchema.parse({
  nodes: [
    { id: 'start', type: 'manual' },
    { id: 'mail', type: 'send_email', config: { to: '{{ lead.email', subject: 'Hello', text: 'x' } },
    { id: 'empty', type: 'send_email', config: { to: 'a@example.com', subject: '' } },
    { id: 'loose', type: 'notify', config: { title: 'Hello' } },
  ],
  edges: [
    { id: 'a', source: 'start', target: 'mail' },
    { id: 'b', source: 'start', target: 'empty' },
    { id: 'c', source: 'start', target: 'gone' },
  ],
})
const problems = validateGraph(graph, nodeTypes).map(problem => ({ ...problem, path: [...problem.path] }))
const words = (nodeId: string) =>
  problems.filter(problem => problem.nodeId === nodeId).map(problem => draftProblemWords(problem, graph))

test('a setting without a value is said to be not filled in, by the name the panel gives it', () => {
  assert.deepEqual(words('empty').sort(), ['“Message” is not filled in.', '“Subject” is not filled in.'])
})

test('a broken setting is named before what is wrong with it', () => {
  assert.match(words('mail')[0] ?? '', /^“To”: /)
})

test('other problems keep their words, and those of an edge belong to where it comes from', () => {
  assert.deepEqual(words('loose'), ['Nothing leads to "Notify".'])
  const dangling = problems.find(problem => problem.edgeId === 'c')
  assert.ok(dangling)
  assert.equal(nodeOfProblem(dangling, graph), 'start')
  assert.deepEqual(Object.fromEntries(problemsByNode(problems, graph)), {
    empty: 2,
    mail: 1,
    loose: 1,
    start: 1,
  })
})
