import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type Graph, graphSchema, handleOf, mergeGraphs } from '#modules/flow/contract.ts'
import { isPlaced } from '../canvas/layout.ts'
import { clipOf, clipText, pasted, readClip } from './clip.ts'
import { chosen, edited, openState, rebased, redone, undone } from './editor-state.ts'
import { withChangedNote, withNote } from './note-edits.ts'
import { aligned, freePlace, movedBy, tidied } from './places.ts'
import { spotAfter, withEdge, withKind, withNode, without, withStep } from './step-edits.ts'

/** Ids that a test can foresee: wait_1, e_2 and so on. */
function counting() {
  let count = 0
  return (prefix: string) => `${prefix}_${++count}`
}

const chain = (): Graph =>
  graphSchema.parse({
    nodes: [
      { id: 'start', type: 'manual', position: { x: 0, y: 0 } },
      { id: 'ask', type: 'condition', position: { x: 300, y: 0 } },
      { id: 'tell', type: 'notify', position: { x: 600, y: 0 }, config: { title: 'Hello' } },
    ],
    edges: [
      { id: 'a', source: 'start', target: 'ask' },
      { id: 'b', source: 'ask', target: 'tell', sourceHandle: 'true' },
    ],
  })

const ways = (graph: Graph) =>
  graph.edges.map(edge => `${edge.source} ${handleOf(edge)} ${edge.target}`).sort()

describe('steps', () => {
  it('go to the first open exit of the chosen one, then between it and what follows', () => {
    const graph = chain()
    assert.deepEqual(spotAfter(graph, 'ask'), { after: 'ask', handle: 'false' })
    assert.deepEqual(spotAfter(graph, 'start'), { edge: 'a' })
    assert.deepEqual(spotAfter(graph, 'tell'), { after: 'tell', handle: 'out' })
    const added = withStep(graph, 'wait', { after: 'ask', handle: 'false' }, counting())
    assert.deepEqual(ways(added?.graph ?? graph), ['ask false wait_1', 'ask true tell', 'start out ask'])
    assert.deepEqual(added?.selected, ['wait_1'])
    assert.equal(added?.words, 'Added “Wait” after “Condition”.')
  })

  it('between two others take over the connection and what follows makes room', () => {
    const graph = chain()
    const { graph: after } = withStep(graph, 'wait', { edge: 'b' }, counting()) ?? { graph }
    assert.deepEqual(ways(after), ['ask true wait_1', 'start out ask', 'wait_1 out tell'])
    const at = (id: string) => after.nodes.find(node => node.id === id)?.position.x
    assert.deepEqual([at('start'), at('ask'), at('wait_1'), at('tell')], [0, 300, 600, 900])
  })

  it('that end a run take the place of what followed', () => {
    const after = withStep(chain(), 'stop', { edge: 'b' }, counting())?.graph
    assert.deepEqual(after && ways(after), ['ask true stop_1', 'start out ask'])
  })

  it('are not added where nothing is any more', () => {
    assert.equal(withStep(chain(), 'wait', { edge: 'gone' }, counting()), undefined)
    assert.equal(withStep(chain(), 'wait', { after: 'gone', handle: 'out' }, counting()), undefined)
  })

  it('that are deleted leave their neighbours connected, by the exit they were reached by', () => {
    const graph = withStep(chain(), 'wait', { edge: 'b' }, counting())?.graph ?? chain()
    const after = without(graph, new Set(['wait_1']), counting())
    assert.deepEqual(after && ways(after.graph), ['ask true tell', 'start out ask'])
    assert.equal(after?.words, 'Deleted “Wait”.')
    // With several ways out nobody knows which one was meant.
    const forked = withStep(chain(), 'wait', { after: 'ask', handle: 'false' }, counting())?.graph ?? chain()
    const cut = without(forked, new Set(['ask']), counting())?.graph
    assert.deepEqual(cut && ways(cut), [])
    assert.equal(without(chain(), new Set(['gone']), counting()), undefined)
  })

  it('are connected once, not to themselves and never to a trigger', () => {
    assert.equal(withEdge(chain(), 'ask', 'true', 'tell', counting()), undefined)
    assert.equal(withEdge(chain(), 'ask', 'false', 'ask', counting()), undefined)
    assert.equal(withEdge(chain(), 'ask', 'false', 'start', counting()), undefined)
    const after = withEdge(chain(), 'ask', 'false', 'tell', counting())?.graph
    assert.equal(after?.edges.length, 3)
  })

  it('of another kind keep their name and their connections', () => {
    const after = withKind(chain(), 'ask', 'wait')?.graph
    assert.deepEqual(after && ways(after), ['ask out tell', 'start out ask'])
    assert.equal(after?.nodes[1]?.type, 'wait')
  })
})

describe('places', () => {
  it('no edit puts two nodes on one place', () => {
    const graph = movedBy(chain(), new Set(['ask']), { x: 300, y: 0 })
    assert.ok(isPlaced(graph.nodes))
    assert.deepEqual(freePlace(chain().nodes, { x: 300, y: 0 }), { x: 300, y: 80 })
    const lined = aligned(chain(), new Set(['start', 'ask', 'tell']), 'left')
    assert.ok(isPlaced(lined.nodes))
  })

  it('three are spread evenly and tidying keeps the first where it is', () => {
    const uneven = movedBy(chain(), new Set(['ask']), { x: 0, y: 500 })
    const even = aligned(uneven, new Set(['start', 'ask', 'tell']), 'across')
    assert.deepEqual(
      even.nodes.map(node => node.position.x),
      [0, 300, 600],
    )
    const tidy = tidied(uneven, new Set())
    assert.deepEqual(tidy.nodes[0]?.position, { x: 0, y: 0 })
    assert.deepEqual(
      tidy.nodes.map(node => node.position.y),
      [0, 0, 0],
    )
  })
})

describe('the clipboard', () => {
  it('carries steps with what they read of each other to another workflow', () => {
    const graph = graphSchema.parse({
      nodes: [
        {
          id: 'call',
          type: 'http_request',
          config: { url: 'https://example.com' },
          position: { x: 0, y: 0 },
        },
        {
          id: 'tell',
          type: 'notify',
          config: { title: '{{ nodes.call.status }} of {{ nodes.other.status }}' },
          position: { x: 300, y: 0 },
        },
      ],
      edges: [{ id: 'a', source: 'call', target: 'tell' }],
    })
    const clip = clipOf(graph, new Set(['call', 'tell']))
    const read = readClip(clip ? clipText(clip) : '')
    assert.deepEqual(read, clip)
    const target: Graph = { nodes: [], edges: [] }
    const after = read && pasted(target, read, { at: { x: 100, y: 100 } }, counting())
    assert.deepEqual(after && ways(after.graph), ['http_request_1 out notify_2'])
    assert.deepEqual(after?.graph.nodes[1]?.config, {
      title: '{{ nodes.http_request_1.status }} of {{ nodes.other.status }}',
    })
    assert.deepEqual(after?.graph.nodes[0]?.position, { x: 100, y: 100 })
  })

  it('refuses what is no steps and leaves a second trigger out', () => {
    for (const text of ['', 'hello', '{}', '{"kind":"millrace/steps","nodes":[{}],"edges":[]}', 'null']) {
      assert.equal(readClip(text), undefined)
    }
    const all = clipOf(chain(), new Set(['start', 'ask', 'tell']))
    const after = all && pasted(chain(), all, { by: { x: 40, y: 200 } }, counting())
    assert.equal(after?.graph.nodes.length, 5)
    assert.match(after?.words ?? '', /trigger was left out/)
    const start = clipOf(chain(), new Set(['start']))
    assert.equal(start && pasted(chain(), start, { by: { x: 0, y: 0 } }, counting()), undefined)
  })
})

describe('the history', () => {
  const title = (state: { graph: Graph }) => state.graph.nodes.find(node => node.id === 'tell')?.config.title
  const retitled = (graph: Graph, text: string) => {
    const node = graph.nodes.find(each => each.id === 'tell')
    const edit = node && withNode(graph, { ...node, config: { ...node.config, title: text } })
    assert.ok(edit)
    return edit
  }

  it('takes back and does again, and forgets what was taken back once something else is done', () => {
    let state = openState(chain())
    state = edited(state, retitled(state.graph, 'One'), 0)
    const gone = without(state.graph, new Set(['tell']), counting())
    assert.ok(gone)
    state = edited(state, gone, 10_000)
    assert.equal(state.graph.nodes.length, 2)
    state = undone(state)
    assert.equal(title(state), 'One')
    state = undone(state)
    assert.equal(title(state), 'Hello')
    assert.equal(undone(state), state)
    state = redone(redone(state))
    assert.equal(state.graph.nodes.length, 2)
    assert.equal(redone(state), state)
    state = edited(undone(state), retitled(undone(state).graph, 'Two'), 20_000)
    assert.equal(redone(state), state)
    assert.equal(title(state), 'Two')
  })

  it('takes what was typed in one go back in one go', () => {
    let state = openState(chain())
    for (const [index, text] of ['H', 'He', 'Hel'].entries()) {
      state = edited(state, retitled(state.graph, text), index * 100)
    }
    state = edited(state, retitled(state.graph, 'Later'), 60_000)
    assert.equal(state.past.length, 2)
    state = undone(state)
    assert.equal(title(state), 'Hel')
    assert.equal(title(undone(state)), 'Hello')
  })

  it('is as long as it may be, and no longer', () => {
    let state = openState(chain())
    for (let index = 0; index < 300; index++) {
      state = edited(
        state,
        { graph: movedBy(state.graph, new Set(['tell']), { x: 10, y: 0 }), words: '' },
        index,
      )
    }
    assert.equal(state.past.length, 200)
  })

  it('never takes back what somebody else did meanwhile', () => {
    const base = chain()
    let state = openState(base)
    state = edited(state, retitled(base, 'Mine'), 0)
    const theirs = withStep(base, 'wait', { after: 'tell', handle: 'out' }, counting())?.graph
    assert.ok(theirs)
    state = rebased(state, graph => mergeGraphs(base, graph, theirs).graph)
    assert.equal(title(state), 'Mine')
    assert.equal(state.graph.nodes.length, 4)
    state = undone(state)
    assert.equal(title(state), 'Hello')
    assert.equal(state.graph.nodes.length, 4)
    assert.equal(redone(state).graph.nodes.length, 4)
  })

  it('chooses only what is there', () => {
    let state = chosen(openState(chain()), ['tell', 'b'])
    const gone = without(state.graph, new Set(['tell']), counting())
    assert.ok(gone)
    state = edited(state, { ...gone, selected: undefined }, 0)
    assert.deepEqual([...state.selected], [])
    assert.deepEqual([...undone(state).selected], ['tell', 'b'])
  })
})

describe('notes', () => {
  it('are kept apart from steps and gone without a trace', () => {
    const { graph, selected } = withNote(chain(), { x: 0, y: 0 }, counting())
    assert.deepEqual(selected, ['note_1'])
    const [note] = graph.notes ?? []
    assert.ok(note)
    assert.equal(withChangedNote(graph, { ...note, text: 'Why' })?.graph.notes?.[0]?.text, 'Why')
    assert.deepEqual(without(graph, new Set(['note_1']), counting())?.graph, chain())
    assert.deepEqual(movedBy(graph, new Set(['note_1']), { x: 5, y: 5 }).notes?.[0]?.position, {
      x: note.position.x + 5,
      y: note.position.y + 5,
    })
  })
})
