import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { canonicalJson } from '#platform/contract/plain-data.ts'
import { type Graph, graphSchema } from './graph.ts'
import { diffGraphs, type GraphChange } from './graph-diff.ts'
import { type MergeConflict, mergeGraphs } from './graph-merge.ts'
import { anyEdit, anyGraph } from './graph-samples.ts'

function graph(value: object): Graph {
  return graphSchema.parse(value)
}

const base = graph({
  nodes: [
    { id: 'start', type: 'manual' },
    { id: 'mail', type: 'send_email', config: { to: 'a@example.com', subject: 'Hi', text: 'Hello' } },
    { id: 'wait', type: 'wait', config: { duration: { amount: 1, unit: 'days' } } },
  ],
  edges: [
    { id: 'a', source: 'start', target: 'mail' },
    { id: 'b', source: 'mail', target: 'wait' },
  ],
  notes: [{ id: 'n', text: 'Why' }],
})

function changed(edit: (graph: Graph) => void): Graph {
  const copy = structuredClone(base)
  edit(copy)
  return copy
}

function words(changes: readonly GraphChange[]): string[] {
  return changes.map(change => {
    const paths = change.kind === 'changed' ? ` ${change.paths.map(path => path.join('.')).join(' ')}` : ''
    return `${change.of} ${change.id} ${change.kind}${paths}`
  })
}

function told(conflicts: readonly MergeConflict[]): string[] {
  return conflicts.map(({ of, id, path, mine, theirs }) =>
    [
      of,
      id,
      path.join('.'),
      mine === undefined ? 'gone' : 'kept',
      theirs === undefined ? 'gone' : 'there',
    ].join(' '),
  )
}

/** The graph without the order of things and with its exits spelled out. */
function plain({ nodes, edges, notes = [] }: Graph) {
  const sorted = <T extends { id: string }>(list: readonly T[]) =>
    [...list].sort((a, b) => (a.id < b.id ? -1 : 1))
  const exits = edges.map(edge => ({ ...edge, sourceHandle: edge.sourceHandle ?? 'out' }))
  return JSON.parse(JSON.stringify({ nodes: sorted(nodes), edges: sorted(exits), notes: sorted(notes) }))
}

/** Brings the changes into a graph, as the other end of `diffGraphs`. */
function applied(before: Graph, changes: readonly GraphChange[]): Graph {
  const lists = {
    node: new Map<string, unknown>(before.nodes.map(node => [node.id, node])),
    edge: new Map<string, unknown>(before.edges.map(edge => [edge.id, edge])),
    note: new Map<string, unknown>((before.notes ?? []).map(note => [note.id, note])),
  }
  for (const change of changes) {
    if (change.kind === 'removed') lists[change.of].delete(change.id)
    else lists[change.of].set(change.id, change.after)
  }
  return {
    nodes: [...lists.node.values()],
    edges: [...lists.edge.values()],
    notes: [...lists.note.values()],
  } as Graph
}

test('every kind of difference is named with the settings it is about', () => {
  const after = changed(draft => {
    const [, mail, wait] = draft.nodes
    Object.assign(mail?.config ?? {}, { subject: 'Hello', html: '<b>Hello</b>' })
    Object.assign(wait ?? {}, { position: { x: 5, y: 5 }, retry: { attempts: 2 } })
    draft.nodes.splice(0, 1)
    draft.nodes.push({ id: 'end', type: 'stop', config: {}, position: { x: 0, y: 0 } })
    draft.edges = [{ id: 'b', source: 'mail', target: 'end', enabled: false }]
    draft.notes = [{ id: 'n', text: 'Why', position: { x: 9, y: 0 }, width: 300, height: 160, color: 'red' }]
  })
  assert.deepEqual(words(diffGraphs(base, after)), [
    'node start removed',
    'node mail changed config.subject config.html',
    'node wait moved',
    'node wait changed retry',
    'node end added',
    'edge a removed',
    'edge b changed target enabled',
    'note n moved',
    'note n changed color',
  ])
  assert.deepEqual(
    diffGraphs(
      base,
      changed(draft => draft.nodes.reverse()),
    ),
    [],
  )
  for (const sourceHandle of ['out', null, undefined]) {
    const written = changed(draft => Object.assign(draft.edges[0] ?? {}, { sourceHandle }))
    assert.deepEqual(diffGraphs(base, written), [], `the only exit, written as ${sourceHandle}`)
  }
})

test('the changes from one graph to another lead there', () => {
  fc.assert(
    fc.property(anyGraph, anyGraph, (before, after) => {
      assert.deepEqual(plain(applied(before, diffGraphs(before, after))), plain(after))
      assert.deepEqual(diffGraphs(before, before), [])
    }),
  )
})

test('what only one side changed is taken, setting by setting', () => {
  const mine = changed(draft => Object.assign(draft.nodes[1]?.config ?? {}, { subject: 'Mine' }))
  const theirs = changed(draft => {
    Object.assign(draft.nodes[1]?.config ?? {}, { text: 'Theirs' })
    Object.assign(draft.nodes[1] ?? {}, { position: { x: 7, y: 7 }, label: 'Letter' })
    draft.notes = []
  })
  const { graph: merged, conflicts } = mergeGraphs(base, mine, theirs)
  assert.deepEqual(conflicts, [])
  assert.deepEqual(merged.nodes[1], {
    id: 'mail',
    type: 'send_email',
    label: 'Letter',
    config: { to: 'a@example.com', subject: 'Mine', text: 'Theirs' },
    position: { x: 7, y: 7 },
  })
  assert.equal(merged.notes, undefined)
  assert.equal(merged.nodes[2], mine.nodes[2], 'what nobody changed is the same object')
  assert.equal(merged.edges[0], mine.edges[0])
})

test('where both changed the same, mine is kept and theirs is told', () => {
  const subject = (text: string) =>
    changed(draft => {
      Object.assign(draft.nodes[1]?.config ?? {}, { subject: text })
      Object.assign(draft.nodes[1] ?? {}, { position: { x: text.length, y: 0 } })
    })
  const { graph: merged, conflicts } = mergeGraphs(base, subject('Mine'), subject('Theirs'))
  assert.deepEqual(conflicts, [
    { of: 'node', id: 'mail', path: ['config', 'subject'], base: 'Hi', mine: 'Mine', theirs: 'Theirs' },
  ])
  assert.deepEqual(merged.nodes[1]?.config.subject, 'Mine')
  assert.deepEqual(merged.nodes[1]?.position, { x: 4, y: 0 }, 'where it lies is nothing to argue about')
})

test('another kind of node takes all of its settings along', () => {
  const mine = changed(draft => Object.assign(draft.nodes[2] ?? {}, { type: 'stop', config: {} }))
  const theirs = changed(draft => Object.assign(draft.nodes[2]?.config ?? {}, { until: 'tomorrow' }))
  const { graph: merged, conflicts } = mergeGraphs(base, mine, theirs)
  assert.deepEqual(merged.nodes[2], { id: 'wait', type: 'stop', config: {}, position: { x: 0, y: 0 } })
  assert.deepEqual(told(conflicts), ['node wait type kept there'])
})

test('what one side removed and the other changed is kept as it is with me', () => {
  const without = changed(draft => {
    draft.nodes.splice(2, 1)
    draft.edges.splice(1, 1)
  })
  const renamed = changed(draft => Object.assign(draft.nodes[2] ?? {}, { label: 'Later' }))
  const moved = changed(draft => Object.assign(draft.nodes[2] ?? {}, { position: { x: 1, y: 1 } }))
  const removedByMe = mergeGraphs(base, without, renamed)
  assert.deepEqual(plain(removedByMe.graph), plain(without))
  assert.deepEqual(told(removedByMe.conflicts), ['node wait  gone there'])
  const removedByThem = mergeGraphs(base, renamed, without)
  assert.deepEqual(plain(removedByThem.graph), plain(renamed), 'its edge stays with it')
  assert.deepEqual(told(removedByThem.conflicts), ['node wait  kept gone'])
  const onlyMoved = mergeGraphs(base, moved, without)
  assert.deepEqual(plain(onlyMoved.graph), plain(without))
  assert.deepEqual(onlyMoved.conflicts, [])
})

test('a new edge keeps the node it leads to if it is mine, and is told about if it is theirs', () => {
  const without = changed(draft => {
    draft.nodes.splice(2, 1)
    draft.edges.splice(1, 1)
  })
  const linked = changed(draft =>
    draft.edges.push({ id: 'c', source: 'start', target: 'wait', sourceHandle: 'error', enabled: true }),
  )
  const kept = mergeGraphs(base, linked, without)
  assert.ok(kept.graph.nodes.some(({ id }) => id === 'wait'))
  assert.ok(kept.graph.edges.some(({ id }) => id === 'c'))
  assert.deepEqual(told(kept.conflicts), ['node wait  kept gone'])
  const dropped = mergeGraphs(base, without, linked)
  assert.deepEqual(plain(dropped.graph), plain(without))
  assert.deepEqual(told(dropped.conflicts), ['edge c  gone there'])
})

test('an edge of mine that they lead to a node I removed stays where I have it', () => {
  const before = changed(draft =>
    draft.edges.push({ id: 'x', source: 'start', target: 'wait', enabled: true }),
  )
  const mine = structuredClone(before)
  mine.nodes.splice(1, 1)
  mine.edges.splice(0, 2)
  const theirs = structuredClone(before)
  Object.assign(theirs.edges[2] ?? {}, { target: 'mail' })
  const { graph: merged, conflicts } = mergeGraphs(before, mine, theirs)
  assert.deepEqual(plain(merged), plain(mine))
  assert.deepEqual(told(conflicts), ['edge x  kept there'])
})

test('the same edge drawn by both is one', () => {
  const draw = (id: string) =>
    changed(draft => draft.edges.push({ id, source: 'start', target: 'wait', enabled: true }))
  const { graph: merged, conflicts } = mergeGraphs(base, draw('mine'), draw('theirs'))
  assert.deepEqual(
    merged.edges.map(({ id }) => id),
    ['a', 'b', 'mine'],
  )
  assert.deepEqual(conflicts, [])
})

test('whoever changed nothing loses nothing, and nothing else', () => {
  fc.assert(
    fc.property(anyEdit, ({ before, mine }) => {
      assert.deepEqual(plain(mergeGraphs(before, mine, before).graph), plain(mine))
      assert.deepEqual(plain(mergeGraphs(before, before, mine).graph), plain(mine))
      assert.deepEqual(plain(mergeGraphs(before, mine, mine).graph), plain(mine))
      for (const [own, other] of [
        [mine, before],
        [before, mine],
        [mine, mine],
      ] as const)
        assert.deepEqual(mergeGraphs(before, own, other).conflicts, [])
    }),
  )
})

test('a merge is a graph, and every change of theirs is in it or told', () => {
  fc.assert(
    fc.property(anyEdit, ({ before, mine, theirs }) => {
      const { graph: merged, conflicts } = mergeGraphs(before, mine, theirs)
      assert.equal(graphSchema.safeParse(merged).error, undefined)
      const ids = new Set(merged.nodes.map(({ id }) => id))
      assert.equal(ids.size, merged.nodes.length)
      assert.equal(new Set(merged.edges.map(({ id }) => id)).size, merged.edges.length)
      assert.ok(merged.edges.every(edge => ids.has(edge.source) && ids.has(edge.target)))

      const toldOf = new Set(conflicts.map(({ of, id }) => `${of} ${id}`))
      const isThere = new Set(
        [...diffGraphs(before, merged), ...diffGraphs(before, mine)].map(({ of, id }) => `${of} ${id}`),
      )
      for (const { of, id, kind } of diffGraphs(before, theirs)) {
        const key = `${of} ${id}`
        if (kind === 'moved' || toldOf.has(key) || isThere.has(key)) continue
        // An edge may go with its node, stay with a node that I kept, or be one that I drew as well.
        assert.equal(of, 'edge', `${key} ${kind}`)
      }
      for (const { of, id, path, mine: own } of conflicts) {
        if (of !== 'node' || path.length > 0) continue
        assert.equal(ids.has(id), own !== undefined, 'mine is kept')
      }
    }),
    { numRuns: 300 },
  )
})

test('without conflicts both sides get the same', () => {
  fc.assert(
    fc.property(anyEdit, ({ before, mine, theirs }) => {
      const there = mergeGraphs(before, mine, theirs)
      const back = mergeGraphs(before, theirs, mine)
      fc.pre(there.conflicts.length === 0 && back.conflicts.length === 0)
      const content = ({ nodes, edges, notes }: Graph) => {
        const graph = plain({ nodes, edges, notes: notes ?? [] })
        // Where things lie is decided by who asks, and so is the name of an edge that both drew.
        for (const element of [...graph.nodes, ...graph.notes])
          for (const place of ['position', 'width', 'height']) delete element[place]
        const ways = graph.edges.map((edge: { id: string }) => canonicalJson({ ...edge, id: undefined }))
        graph.edges = [...new Set(ways)].sort()
        return graph
      }
      assert.deepEqual(content(there.graph), content(back.graph))
    }),
    { numRuns: 300 },
  )
})
