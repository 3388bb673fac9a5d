import { type Graph, handleOf } from '#modules/flow/contract.ts'

const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1)

/** JSON text that is equal for equal values: keys sorted, members without a value left out. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  const entries = Object.entries(value)
    .filter(([, child]) => child !== undefined && child !== null)
    .sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${entries.map(([key, child]) => `${JSON.stringify(key)}:${canonical(child)}`).join(',')}}`
}

/** Every part of the page asks about the same two graphs, and a large one takes long to write down. */
const texts = new WeakMap<Graph, string>()

function textOf(graph: Graph): string {
  const known = texts.get(graph)
  if (known !== undefined) return known
  const nodes = [...graph.nodes].sort(byId)
  const edges = [...graph.edges].sort(byId).map(edge => ({ ...edge, sourceHandle: handleOf(edge) }))
  const text = canonical({ nodes, edges })
  texts.set(graph, text)
  return text
}

/** Whether two graphs are drawn and set up alike, whatever order their nodes and edges are listed in. */
export function isSameGraph(a: Graph, b: Graph): boolean {
  if (a.nodes.length !== b.nodes.length || a.edges.length !== b.edges.length) return false
  return textOf(a) === textOf(b)
}
