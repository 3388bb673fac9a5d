import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { diffGraphs, type Graph } from '#modules/flow/contract.ts'
import { changeLines } from './change-words.ts'
import { diffDrawing } from './diff-drawing.ts'

const place = (x: number) => ({ x, y: 0 })
const before: Graph = {
  nodes: [
    { id: 'start', type: 'manual', config: {}, position: place(0) },
    {
      id: 'mail',
      type: 'send_email',
      label: 'Thank them',
      config: { to: 'a@example.com', subject: 'Hello', text: 'Word' },
      position: place(300),
    },
    { id: 'old', type: 'stop', config: {}, position: place(600) },
  ],
  edges: [
    { id: 'e1', source: 'start', target: 'mail', enabled: true },
    { id: 'e2', source: 'mail', target: 'old', enabled: true },
  ],
}
const after: Graph = {
  nodes: [
    { id: 'start', type: 'manual', config: {}, position: place(40) },
    {
      id: 'mail',
      type: 'send_email',
      label: 'Thank them',
      config: { to: 'a@example.com', subject: 'Welcome', text: 'x'.repeat(200) },
      position: place(300),
    },
    { id: 'wait', type: 'wait', config: { duration: { amount: 1, unit: 'days' } }, position: place(600) },
  ],
  edges: [
    { id: 'e1', source: 'start', target: 'mail', enabled: false },
    { id: 'e2', source: 'mail', target: 'wait', enabled: true },
  ],
  notes: [{ id: 'n', text: 'Ask Sales', position: place(0), width: 200, height: 100, color: 'yellow' }],
}

describe('what differs between two versions', () => {
  const lines = changeLines(diffGraphs(before, after), { before, after })
  const words = lines.map(line => line.words)

  it('is said in sentences, moves once at the end', () => {
    assert.deepEqual(words, [
      'Removed “Stop”',
      'Changed “Thank them”',
      'Added “Wait”',
      'Changed the way from “Started by hand” to “Thank them”',
      'Changed the way from “Thank them” to “Wait”',
      'Added a note: Ask Sales',
      '1 thing moved on the canvas',
    ])
  })

  it('shows the values of settings before and after, shortened', () => {
    const [subject, text] = lines.find(line => line.nodeId === 'mail')?.parts ?? []
    assert.deepEqual(subject, { name: 'Subject', before: 'Hello', after: 'Welcome' })
    assert.equal(text?.before, 'Word')
    assert.equal(text?.after?.length, 80)
    const way = lines.find(line => line.words.includes('“Started by hand”'))
    assert.deepEqual(way?.parts, [{ name: 'State', before: 'On', after: 'Off' }])
  })

  it('says nothing of graphs that are alike', () => {
    assert.deepEqual(changeLines(diffGraphs(before, before), { before, after: before }), [])
  })

  it('is drawn as one graph in which what was taken out is still there', () => {
    const drawing = diffDrawing(before, after)
    assert.deepEqual(
      drawing.graph.nodes.map(node => [node.id, drawing.nodes.get(node.id)]),
      [
        ['start', undefined],
        ['mail', 'changed'],
        ['wait', 'added'],
        ['old', 'removed'],
      ],
    )
    assert.deepEqual(
      drawing.graph.edges.map(edge => [edge.id, edge.target, drawing.edges.get(edge.id)]),
      [
        ['e1', 'mail', 'changed'],
        ['e2', 'wait', 'added'],
        ['e2_before', 'old', 'removed'],
      ],
    )
  })
})
