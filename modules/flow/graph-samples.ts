/** Graphs made up for property tests, and pairs of edits of the same graph. */

import fc from 'fast-check'
import { type Graph, type GraphEdge, type GraphNode, type GraphNote, NOTE_COLORS } from './graph.ts'

const NODE_IDS = ['a', 'b', 'c', 'd', 'e', 'f']

const anyText = fc.string({ unit: 'binary', maxLength: 12 }).filter(text => !text.includes('\u0000'))
const anyPlace = fc.record(
  { x: fc.integer({ min: -500, max: 500 }), y: fc.integer({ min: -500, max: 500 }) },
  { noNullPrototype: true },
)
const anyValue = fc.oneof(
  anyText,
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.array(anyText, { maxLength: 3 }),
  fc.record(
    { amount: fc.integer({ min: 1, max: 3 }), unit: fc.constantFrom('hours', 'days') },
    { noNullPrototype: true },
  ),
)
const anyConfig = fc.dictionary(fc.constantFrom('to', 'subject', 'text', 'values', 'duration'), anyValue, {
  noNullPrototype: true,
})

function anyNode(id: string): fc.Arbitrary<GraphNode> {
  return fc.record(
    {
      id: fc.constant(id),
      type: fc.constantFrom('manual', 'send_email', 'wait'),
      label: anyText,
      config: anyConfig,
      position: anyPlace,
      timeoutMs: fc.integer({ min: 1_000, max: 1_003 }),
    },
    { requiredKeys: ['id', 'type', 'config', 'position'], noNullPrototype: true },
  )
}

function anyEdge(id: string, nodeIds: readonly string[]): fc.Arbitrary<GraphEdge> {
  return fc.record(
    {
      id: fc.constant(id),
      source: fc.constantFrom(...nodeIds),
      target: fc.constantFrom(...nodeIds),
      sourceHandle: fc.constantFrom('out', 'error', null),
      enabled: fc.boolean(),
    },
    { requiredKeys: ['id', 'source', 'target', 'enabled'], noNullPrototype: true },
  )
}

const anyNote = (id: string): fc.Arbitrary<GraphNote> =>
  fc.record(
    {
      id: fc.constant(id),
      text: anyText,
      position: anyPlace,
      width: fc.integer({ min: 40, max: 60 }),
      height: fc.integer({ min: 40, max: 60 }),
      color: fc.constantFrom(...NOTE_COLORS),
    },
    { noNullPrototype: true },
  )

/** A graph in which every edge has its ends; whether it means anything is left open. */
export const anyGraph: fc.Arbitrary<Graph> = fc
  .uniqueArray(fc.constantFrom(...NODE_IDS), { minLength: 1, maxLength: NODE_IDS.length })
  .chain(nodeIds =>
    fc.record(
      {
        nodes: fc.tuple(...nodeIds.map(anyNode)).map(nodes => [...nodes]),
        edges: someOf(['p', 'q', 'r', 's'], id => anyEdge(id, nodeIds)),
        notes: someOf(['m', 'n'], anyNote),
      },
      { requiredKeys: ['nodes', 'edges'], noNullPrototype: true },
    ),
  )

/** A graph and what two people made of it. Much stays as it was, some of it is taken from another graph. */
export const anyEdit: fc.Arbitrary<{ before: Graph; mine: Graph; theirs: Graph }> = fc
  .tuple(anyGraph, anyGraph, anyGraph, fc.infiniteStream(fc.integer({ min: 0, max: 5 })))
  .map(([before, one, two, dice]) => {
    const next = () => dice.next().value as number
    return { before, mine: edited(before, one, next), theirs: edited(before, two, next) }
  })

function someOf<T>(ids: readonly string[], make: (id: string) => fc.Arbitrary<T>): fc.Arbitrary<T[]> {
  return fc.subarray([...ids]).chain(some => fc.tuple(...some.map(make)).map(list => [...list]))
}

function edited(before: Graph, other: Graph, next: () => number): Graph {
  const nodes = mixed(before.nodes, other.nodes, next)
  const ids = new Set(nodes.map(({ id }) => id))
  return {
    nodes,
    edges: mixed(before.edges, other.edges, next).filter(
      ({ source, target }) => ids.has(source) && ids.has(target),
    ),
    notes: mixed(before.notes ?? [], other.notes ?? [], next),
  }
}

function mixed<T extends { readonly id: string }>(
  before: readonly T[],
  other: readonly T[],
  next: () => number,
): T[] {
  const byId = new Map(other.map(element => [element.id, element]))
  const known = new Set(before.map(({ id }) => id))
  const kept = before.flatMap(element => {
    const die = next()
    if (die === 0) return []
    return die === 1 ? (byId.get(element.id) ?? element) : element
  })
  return [...kept, ...other.filter(({ id }) => !known.has(id) && next() < 3)]
}
