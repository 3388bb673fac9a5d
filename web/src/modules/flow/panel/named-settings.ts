import { type GraphNode, namedIn } from '#modules/flow/contract.ts'
import { namedWords } from './named-words.ts'

/** The settings of a node with names in place of the ids they are kept by; what is not known is said by its kind. */
export function withNames(
  node: Pick<GraphNode, 'type' | 'config'>,
  called: ReadonlyMap<string, string>,
): GraphNode['config'] {
  const named = new Map(namedIn(node).map(({ id, names }) => [id, called.get(id) ?? namedWords(names).one]))
  if (named.size === 0) return node.config
  const put = (value: unknown): unknown => {
    if (typeof value === 'string') return named.get(value.toLowerCase()) ?? value
    if (Array.isArray(value)) return value.map(put)
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, put(each)]))
  }
  return put(node.config) as GraphNode['config']
}
