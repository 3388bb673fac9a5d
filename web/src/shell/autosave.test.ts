import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type Graph, graphSchema, type MergeConflict, mergeGraphs } from '#modules/flow/contract.ts'
import { autosave, type Brought, type SaveOutcome, type SaveState } from './autosave.ts'

const graphWith = (titles: Record<string, string>): Graph =>
  graphSchema.parse({
    nodes: Object.entries(titles).map(([id, title]) => ({ id, type: 'notify', config: { title } })),
    edges: [],
  })

const titles = (graph: Graph) =>
  Object.fromEntries(graph.nodes.map(node => [node.id, node.config.title as string]))

/** A server with one draft, a clock that stands still until it is moved, and an editor that saves to it. */
function scene() {
  const opened = graphWith({ a: 'A', b: 'B' })
  const draft = { draft: opened, revision: 1, by: 'Grace' }
  const taken = new Map<string, number>()
  const states: SaveState[] = []
  const brought: Brought<Graph, MergeConflict>[] = []
  const timers = new Set<() => void>()
  const faults: ('lost' | 'down' | 'refused')[] = []
  let keys = 0
  let graph = opened
  let saves = 0
  const take = (next: Graph, revision: number, key: string): SaveOutcome => {
    const before = taken.get(key)
    if (before !== undefined) return { as: 'saved', revision: before }
    if (revision !== draft.revision) return { as: 'changed' }
    draft.draft = next
    draft.revision += 1
    taken.set(key, draft.revision)
    return { as: 'saved', revision: draft.revision }
  }
  const saving = autosave({
    opened: { draft: opened, revision: 1 },
    merge(base, mine, theirs) {
      const { graph, conflicts } = mergeGraphs(base, mine, theirs)
      return { draft: graph, conflicts }
    },
    server: {
      async save(next, revision, key) {
        saves += 1
        const fault = faults.shift()
        if (fault === 'down') return { as: 'unanswered', error: new Error('down') }
        if (fault === 'refused') return { as: 'refused', error: new Error('refused') }
        const outcome = take(next, revision, key)
        return fault === 'lost' ? { as: 'unanswered', error: new Error('lost') } : outcome
      },
      read: async () => ({ ...draft }),
    },
    current: () => graph,
    onBrought: all => {
      brought.push(all)
      graph = all.into(graph)
    },
    onState: state => states.push(state),
    newKey: () => `key${++keys}`,
    later: run => {
      timers.add(run)
      return () => timers.delete(run)
    },
  })
  return {
    saving,
    draft,
    states,
    brought,
    faults,
    saves: () => saves,
    graph: () => graph,
    edit(next: Graph) {
      graph = next
      saving.changed()
    },
    /** Somebody else saves. */
    theirs(next: Graph) {
      draft.draft = next
      draft.revision += 1
    },
    timers,
    async tick() {
      const due = [...timers]
      timers.clear()
      for (const run of due) run()
      await new Promise(resolve => setImmediate(resolve))
    },
  }
}

describe('autosave', () => {
  it('saves once after a burst of changes, and nothing when nothing changed', async () => {
    const s = scene()
    s.saving.changed()
    assert.equal(s.timers.size, 0)
    for (const title of ['1', '12', '123']) s.edit(graphWith({ a: title, b: 'B' }))
    assert.equal(s.timers.size, 1)
    await s.tick()
    assert.deepEqual(titles(s.draft.draft), { a: '123', b: 'B' })
    assert.equal(s.saves(), 1)
    assert.deepEqual(s.states.at(-1), 'saved')
    assert.ok(s.saving.isSaved())
  })

  it('brings together what two people did, and both keep their part', async () => {
    const s = scene()
    s.theirs(graphWith({ a: 'A', b: 'Theirs', c: 'New' }))
    s.edit(graphWith({ a: 'Mine', b: 'B' }))
    await s.tick()
    assert.deepEqual(titles(s.draft.draft), { a: 'Mine', b: 'Theirs', c: 'New' })
    assert.deepEqual(titles(s.graph()), titles(s.draft.draft))
    assert.equal(s.brought.length, 1)
    assert.equal(s.brought[0]?.by, 'Grace')
    assert.deepEqual(s.brought[0]?.conflicts, [])
    assert.ok(s.saving.isSaved())
  })

  it('keeps mine and tells theirs where both changed the same', async () => {
    const s = scene()
    s.theirs(graphWith({ a: 'Theirs', b: 'B' }))
    s.edit(graphWith({ a: 'Mine', b: 'B' }))
    await s.tick()
    assert.deepEqual(titles(s.draft.draft), { a: 'Mine', b: 'B' })
    assert.deepEqual(
      s.brought[0]?.conflicts.map(({ id, theirs }) => [id, theirs]),
      [['a', 'Theirs']],
    )
  })

  it('a save whose answer was lost is no change of somebody else', async () => {
    const s = scene()
    s.faults.push('lost')
    s.edit(graphWith({ a: 'One', b: 'B' }))
    await s.tick()
    assert.equal(s.states.at(-1), 'failed')
    assert.equal(s.saving.isSaved(), false)
    s.edit(graphWith({ a: 'Two', b: 'B' }))
    await s.tick()
    await s.tick()
    assert.deepEqual(titles(s.draft.draft), { a: 'Two', b: 'B' })
    assert.equal(s.brought.length, 0)
    assert.equal(s.draft.revision, 3)
  })

  it('goes on trying while the server is away, and is done as soon as it is back', async () => {
    const s = scene()
    s.faults.push('down', 'down', 'down')
    s.edit(graphWith({ a: 'One', b: 'B' }))
    for (let index = 0; index < 3; index++) await s.tick()
    assert.equal(await s.saving.flush(), true)
    assert.deepEqual(titles(s.draft.draft), { a: 'One', b: 'B' })
    s.faults.push('down')
    s.edit(graphWith({ a: 'Two', b: 'B' }))
    assert.equal(await s.saving.flush(), false)
  })

  it('says what is refused and saves the next change', async () => {
    const s = scene()
    s.faults.push('refused')
    s.edit(graphWith({ a: 'Bad', b: 'B' }))
    await s.tick()
    assert.equal(s.states.at(-1), 'refused')
    assert.equal(s.timers.size, 0)
    s.edit(graphWith({ a: 'Good', b: 'B' }))
    await s.tick()
    assert.deepEqual(titles(s.draft.draft), { a: 'Good', b: 'B' })
  })

  it('takes in what it hears of others at once, and never its own echo', async () => {
    const s = scene()
    s.theirs(graphWith({ a: 'A', b: 'Theirs' }))
    s.saving.heard({ ...s.draft })
    assert.deepEqual(titles(s.graph()), { a: 'A', b: 'Theirs' })
    assert.ok(s.saving.isSaved())
    s.edit(graphWith({ a: 'Mine', b: 'Theirs' }))
    await s.tick()
    s.saving.heard({ ...s.draft })
    assert.equal(s.brought.length, 1)
    assert.equal(s.saving.revision(), s.draft.revision)
  })

  it('an echo that is heard before the answer is no news either', async () => {
    const s = scene()
    s.edit(graphWith({ a: 'Mine', b: 'B' }))
    const done = s.saving.flush()
    s.saving.heard({ ...s.draft })
    await done
    assert.equal(s.brought.length, 0)
  })

  it('two editors that save in turn lose nothing', async () => {
    const s = scene()
    for (let round = 0; round < 12; round++) {
      const theirs = { ...titles(s.draft.draft), b: `b${round}`, [`their${round}`]: 'x' }
      s.theirs(graphWith(theirs))
      s.edit(graphWith({ ...titles(s.graph()), a: `a${round}`, [`my${round}`]: 'x' }))
      await s.tick()
    }
    const all = titles(s.draft.draft)
    assert.equal(Object.keys(all).length, 26)
    assert.deepEqual([all.a, all.b], ['a11', 'b11'])
    assert.deepEqual(titles(s.graph()), all)
  })
})
