import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type Graph, graphSchema, linearOf, MAIN_HANDLE } from '#modules/flow/contract.ts'
import { without } from '../editor/step-edits.ts'
import { fitsRow, movedInRow, rowOf, spotAfterStep, whyNoRow, withTrigger } from './row-edits.ts'

type Way = readonly [from: string, to: string, more?: object]

function graph(nodes: Record<string, string>, ways: readonly Way[]): Graph {
  return graphSchema.parse({
    nodes: Object.entries(nodes).map(([id, type], index) => ({
      id,
      type,
      config: {},
      label: id,
      position: { x: index * 300, y: index },
    })),
    edges: ways.map(([source, target, more]) => ({ id: `${source}-${target}`, source, target, ...more })),
  })
}

const row = graph({ start: 'manual', tell: 'notify', set: 'set_fields', end: 'stop' }, [
  ['start', 'tell'],
  ['tell', 'set'],
  ['set', 'end'],
])
const ids = (of: Graph | undefined) => of && rowOf(of)?.map(({ id }) => id)
let made = 0
const newId = (prefix: string) => `${prefix}_${++made}`

describe('a graph as a row of steps', () => {
  it('is read in its order, whatever the order of its nodes; nothing is an empty row', () => {
    assert.deepEqual(ids({ ...row, nodes: row.nodes.toReversed() }), ['start', 'tell', 'set', 'end'])
    assert.deepEqual(ids({ nodes: [], edges: [] }), [])
  })

  it('moves a step by one place and leaves the places on the canvas and the ids of connections', () => {
    const moved = movedInRow(row, 'set', -1)
    assert.deepEqual(ids(moved?.graph), ['start', 'set', 'tell', 'end'])
    assert.equal(moved?.words, 'Moved “set” before “tell”.')
    assert.deepEqual(
      rowOf(moved?.graph ?? row)?.map(({ position }) => position),
      rowOf(row)?.map(({ position }) => position),
    )
    assert.deepEqual(
      moved?.graph.edges.map(({ id }) => id),
      row.edges.map(({ id }) => id),
    )
    const back = movedInRow(moved?.graph ?? row, 'set', 1)
    assert.deepEqual(back?.graph, row)
  })

  it('moves nothing before what starts it, after what ends it, or out of the row', () => {
    assert.equal(movedInRow(row, 'tell', -1), undefined)
    assert.equal(movedInRow(row, 'start', 1), undefined)
    assert.equal(movedInRow(row, 'set', 1), undefined)
    assert.equal(movedInRow(row, 'end', -1), undefined)
    assert.equal(movedInRow(row, 'gone', 1), undefined)
  })

  it('is a row still after any step was deleted', () => {
    for (const { id } of row.nodes) {
      const left = without(row, new Set([id]), newId)?.graph
      assert.deepEqual(
        ids(left),
        ids(row)?.filter(each => each !== id),
      )
    }
  })

  it('takes what starts it before its first step', () => {
    const left = without(row, new Set(['start']), newId)?.graph ?? row
    const again = withTrigger(left, 'webhook', newId)
    assert.equal(again && linearOf(again.graph)?.trigger.type, 'webhook')
    assert.equal(rowOf(again?.graph ?? left)?.length, 4)
    const first = withTrigger({ nodes: [], edges: [] }, 'manual', newId)
    assert.equal(first?.graph.nodes.length, 1)
  })

  it('is added to between two steps or at its end, by kinds that leave it a row', () => {
    assert.deepEqual(spotAfterStep(row, 'tell'), { edge: 'tell-set' })
    assert.deepEqual(spotAfterStep(row, 'end'), { after: 'end', handle: MAIN_HANDLE })
    assert.deepEqual([fitsRow('notify', false), fitsRow('notify', true)], [true, true])
    assert.deepEqual([fitsRow('stop', false), fitsRow('stop', true)], [false, true])
    for (const type of ['condition', 'loop', 'merge']) assert.equal(fitsRow(type, true), false)
  })

  it('says why a graph is none', () => {
    const why = (nodes: Record<string, string>, ways: readonly Way[]) => {
      const one = graph(nodes, ways)
      assert.equal(rowOf(one), undefined)
      return whyNoRow(one)
    }
    const three = { a: 'manual', b: 'notify', c: 'notify' }
    assert.equal(
      why(three, [
        ['a', 'b'],
        ['a', 'c'],
      ]),
      '“a” leads several ways.',
    )
    assert.equal(
      why({ a: 'manual', b: 'condition', c: 'stop' }, [
        ['a', 'b'],
        ['b', 'c', { sourceHandle: 'true' }],
      ]),
      '“b” leads several ways.',
    )
    assert.equal(
      why(three, [
        ['a', 'b'],
        ['b', 'c', { sourceHandle: 'error' }],
      ]),
      '“b” leads elsewhere when it fails.',
    )
    assert.equal(
      why({ ...three, a: 'notify' }, [
        ['a', 'c'],
        ['b', 'c'],
      ]),
      'Several ways meet at “c”.',
    )
    assert.equal(why(three, [['a', 'b']]), 'Nothing leads to “c”.')
    assert.equal(
      why(three, [
        ['a', 'b'],
        ['b', 'c', { enabled: false }],
      ]),
      'The connection from “b” to “c” is switched off.',
    )
    assert.equal(
      why({ b: 'notify', c: 'notify' }, [
        ['b', 'c'],
        ['c', 'b'],
      ]),
      'Its steps lead in a circle.',
    )
  })
})
