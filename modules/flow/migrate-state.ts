import type { Json } from '#platform/contract/plain-data.ts'
import type { LoadedPlan } from './loaded-plan.ts'
import { placeOf, type RunState, type Token } from './run-state.ts'

/**
 * The state of a run on another version of its workflow, or why it cannot move there, in words. `nodes` says what nodes
 * are called in the new version; those it does not name keep their id. A run can move when every place it stands at, and
 * every merge that has begun to count, is there as the same kind of node with as many edges into it.
 */
export function migrateState(
  state: RunState,
  from: LoadedPlan,
  to: LoadedPlan,
  nodes: Readonly<Record<string, string>>,
): RunState | string {
  const nameOf = (id: string) => (Object.hasOwn(nodes, id) ? (nodes[id] ?? id) : id)
  const tokens: Token[] = []
  for (const token of state.tokens) {
    const id = nameOf(token.node)
    const node = to.nodes.get(id)
    const kind = from.nodes.get(token.node)?.type
    if (node === undefined) return `The new version has no step "${id}", where the run stands.`
    if (node.type !== kind) return `"${id}" is another kind of step in the new version.`
    // Paths and wake-up names are made of ids, so a place in a loop or with something under way must keep its name.
    if (id !== token.node && (token.path !== '' || token.parked !== null))
      return `The run waits at "${token.node}", which must keep its name.`
    tokens.push({ ...token, node: id })
  }
  const joins: Record<string, readonly [number, number]> = {}
  for (const [place, counts] of Object.entries(state.joins)) {
    const cut = place.lastIndexOf('/')
    const old = place.slice(cut + 1)
    const id = nameOf(old)
    if (to.nodes.get(id)?.incoming !== from.nodes.get(old)?.incoming)
      return `Other branches lead to "${id}" in the new version, and some have come there already.`
    joins[placeOf(id, cut === -1 ? '' : place.slice(0, cut))] = counts
  }
  const outputs: Record<string, Json> = {}
  for (const [place, output] of Object.entries(state.outputs)) {
    const cut = place.lastIndexOf('/')
    outputs[placeOf(nameOf(place.slice(cut + 1)), cut === -1 ? '' : place.slice(0, cut))] = output
  }
  return { ...state, tokens, joins, outputs }
}
