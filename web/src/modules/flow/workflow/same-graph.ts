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

/** Whether two graphs are drawn and set up alike, whatever order their nodes and edges are listed in. */
export function isSameGraph(a: Graph, b: Graph): boolean {
  const plain = ({ nodes, edges }: Graph) => ({
    nodes: [...nodes].sort(byId),
    edges: [...edges].sort(byId).map(edge => ({ ...edge, sourceHandle: handleOf(edge) })),
  })
  return canonical(plain(a)) === canonical(plain(b))
}
