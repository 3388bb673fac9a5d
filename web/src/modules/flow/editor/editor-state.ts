/** What an editor holds of a workflow: the graph, what is chosen, and what can be taken back. Pure. */

import type { Graph } from '#modules/flow/contract.ts'
import * as history from '../../../shell/history.ts'
import type { Edit } from './step-edits.ts'

interface Drawing {
  readonly graph: Graph
  /** Ids of nodes, edges and notes. */
  readonly selected: ReadonlySet<string>
}

export interface EditorState extends Drawing, Pick<history.History<Drawing>, 'past' | 'future'> {}

const NONE: ReadonlySet<string> = new Set()

export function openState(graph: Graph): EditorState {
  return stateOf(history.begun({ graph, selected: NONE }))
}

/** Makes a change. `at` is when, in milliseconds. What was taken back before can no longer be done again. */
export function edited(
  state: EditorState,
  { graph, words, mark, selected: ids }: Edit,
  at: number,
): EditorState {
  const selected = ids ? new Set(ids) : present(state.selected, graph)
  if (graph === state.graph) return { ...state, selected }
  return stateOf(history.changed(historyOf(state), { value: { graph, selected }, words, mark }, at))
}

/** Chooses nodes, edges and notes. */
export function chosen(state: EditorState, ids: Iterable<string>): EditorState {
  const selected = new Set(ids)
  const isSame = selected.size === state.selected.size && [...selected].every(id => state.selected.has(id))
  return isSame ? state : { ...state, selected }
}

/** Takes the last change back; the same state when there is none. */
export function undone(state: EditorState): EditorState {
  return state.past.length === 0 ? state : stateOf(history.undone(historyOf(state)))
}

/** Does again what was taken back last; the same state when nothing was. */
export function redone(state: EditorState): EditorState {
  return state.future.length === 0 ? state : stateOf(history.redone(historyOf(state)))
}

/**
 * Brings what somebody else changed into the graph and into every graph that can be gone back to, so that taking back
 * undoes what was done here and never what they did.
 */
export function rebased(state: EditorState, bringIn: (graph: Graph) => Graph): EditorState {
  return stateOf(
    history.rebased(historyOf(state), ({ graph, selected }) => ({ graph: bringIn(graph), selected })),
  )
}

function historyOf({ graph, selected, past, future }: EditorState): history.History<Drawing> {
  return { value: { graph, selected }, past, future }
}

/** Nothing stays chosen that is not drawn there. */
function stateOf({ value: { graph, selected }, past, future }: history.History<Drawing>): EditorState {
  return { graph, selected: present(selected, graph), past, future }
}

function present(ids: ReadonlySet<string>, { nodes, edges, notes = [] }: Graph): ReadonlySet<string> {
  if (ids.size === 0) return ids
  const known = new Set([...nodes, ...edges, ...notes].map(({ id }) => id))
  const left = [...ids].filter(id => known.has(id))
  return left.length === ids.size ? ids : new Set(left)
}
