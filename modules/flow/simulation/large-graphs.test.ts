import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Seeded } from '#platform/seeded.ts'
import { readGraph } from '../graph-problems.ts'
import { loadPlan } from '../loaded-plan.ts'
import { nodeTypes } from '../nodes/catalogue.ts'
import { nodeRunners } from '../nodes/runners.ts'
import { compile } from '../plan.ts'
import { randomGraph, type Sketch } from './random-graph.ts'
import { simulate } from './simulate.ts'

const GRAPHS = 150
const NODES_MAX = 200

type Loose = Record<string, unknown>

/** A graph as a mistaken person or program sends it. */
function damaged(chance: Seeded, { nodes, edges }: Sketch): Sketch {
  const edge = chance.pick(edges as Loose[])
  const node = chance.pick(nodes as Loose[])
  const others = (edges as Loose[]).filter(one => one !== edge)
  const damage = chance.pick([
    () => ({ nodes, edges: [...others, { ...edge, target: 'gone' }] }),
    () => ({ nodes, edges: [...others, { ...edge, sourceHandle: 'nowhere' }] }),
    () => ({ nodes, edges: [...edges, { id: 'back', source: edge.target, target: edge.source }] }),
    () => ({ nodes: [...nodes.filter(one => one !== node), { ...node, type: 'unheard_of' }], edges }),
    () => ({ nodes: [...nodes.filter(one => one !== node), { ...node, config: { odd: 1 } }], edges }),
    () => ({ nodes: [...nodes, { ...node }], edges }),
    () => ({ nodes, edges: others }),
  ])
  return damage()
}

/** Whether a path of a problem leads to something in what was sent. */
function leadsSomewhere(value: unknown, path: readonly (string | number)[]): boolean {
  const [first, second] = path
  if (first !== 'nodes' && first !== 'edges') return false
  const list = (value as Record<string, unknown[]>)[first] ?? []
  return second === undefined || (typeof second === 'number' && list[second] !== undefined)
}

describe('random graphs of up to 200 nodes', () => {
  it('are refused with the place of every problem, or run to their end', () => {
    const outcomes = { refused: 0, ran: 0, largest: 0 }
    for (let seed = 0; seed < GRAPHS; seed++) {
      const chance = new Seeded(seed)
      const sketch = randomGraph(chance, { nodesMax: NODES_MAX, kinds: 'all' })
      const sent = chance.chance(0.3) && sketch.edges.length > 0 ? damaged(chance, sketch) : sketch
      const { graph, problems } = readGraph(JSON.parse(JSON.stringify(sent)), nodeTypes)
      const errors = problems.filter(problem => problem.severity === 'error')
      if (graph === null || errors.length > 0) {
        assert.ok(errors.length > 0)
        for (const error of errors) assert.ok(leadsSomewhere(sent, error.path), JSON.stringify(error))
        outcomes.refused += 1
        continue
      }
      const plan = loadPlan(compile(graph, nodeTypes), nodeRunners)
      const { violation, trace } = simulate(seed, { plan })
      assert.equal(violation, null, `graph ${seed}\n${trace.join('\n')}`)
      outcomes.ran += 1
      outcomes.largest = Math.max(outcomes.largest, graph.nodes.length)
    }
    assert.ok(outcomes.refused > 10 && outcomes.ran > 50, JSON.stringify(outcomes))
    assert.ok(outcomes.largest > 150, JSON.stringify(outcomes))
  })
})
