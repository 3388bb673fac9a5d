/** What an editor holds of a workflow: the graph, what is chosen, and what can be taken back. Pure. */

import type { Graph } from '#modules/flow/contract.ts'
import type { Edit } from './step-edits.ts'

/** How many changes can be taken back. */
const PAST_MAX = 200
/** Changes with the same mark that follow each other within this time are taken back together, in milliseconds. */
const TOGETHER_MS = 1_500

interface Snapshot {
  readonly graph: Graph
  readonly selected: ReadonlySet<string>
  /** What the change did that leads away from here. */
  readonly words: string
  readonly mark: string | undefined
  readonly at: number
}

export interface EditorState {
  readonly graph: Graph
  /** Ids of nodes, edges and notes. */
  readonly selected: ReadonlySet<string>
  /** The graphs before each change, the latest one last. */
  readonly past: readonly Snapshot[]
  /** The graphs that were taken back, the next one last. */
  readonly future: readonly Snapshot[]
}

const NONE: ReadonlySet<string> = new Set()

export function openState(graph: Graph): EditorState {
  return { graph, selected: NONE, past: [], future: [] }
}

/** Makes a change. `at` is when, in milliseconds. What was taken back before can no longer be done again. */
export function edited(state: EditorState, edit: Edit, at: number): EditorState {
  const selected = edit.selected ? new Set(edit.selected) : present(state.selected, edit.graph)
  if (edit.graph === state.graph) return { ...state, selected }
  const last = state.past.at(-1)
  const goesOn =
    edit.mark !== undefined &&
    last?.mark === edit.mark &&
    at - last.at < TOGETHER_MS &&
    state.future.length === 0
  const snapshot: Snapshot =
    goesOn && last
      ? { ...last, at }
      : { graph: state.graph, selected: state.selected, words: edit.words, mark: edit.mark, at }
  const past = goesOn ? [...state.past.slice(0, -1), snapshot] : [...state.past, snapshot].slice(-PAST_MAX)
  return { graph: edit.graph, selected, past, future: [] }
}

/** Chooses nodes, edges and notes. */
export function chosen(state: EditorState, ids: Iterable<string>): EditorState {
  const selected = new Set(ids)
  const isSame = selected.size === state.selected.size && [...selected].every(id => state.selected.has(id))
  return isSame ? state : { ...state, selected }
}

/** Takes the last change back; the same state when there is none. */
export function undone(state: EditorState): EditorState {
  const last = state.past.at(-1)
  if (!last) return state
  return {
    graph: last.graph,
    selected: present(last.selected, last.graph),
    past: state.past.slice(0, -1),
    future: [...state.future, { ...last, graph: state.graph, selected: state.selected }],
  }
}

/** Does again what was taken back last; the same state when nothing was. */
export function redone(state: EditorState): EditorState {
  const next = state.future.at(-1)
  if (!next) return state
  return {
    graph: next.graph,
    selected: present(next.selected, next.graph),
    past: [...state.past, { ...next, graph: state.graph, selected: state.selected, mark: undefined }],
    future: state.future.slice(0, -1),
  }
}

/**
 * Brings what somebody else changed into the graph and into every graph that can be gone back to, so that taking back
 * undoes what was done here and never what they did.
 */
export function rebased(state: EditorState, bringIn: (graph: Graph) => Graph): EditorState {
  const all = (snapshots: readonly Snapshot[]) =>
    snapshots.map(snapshot => ({ ...snapshot, graph: bringIn(snapshot.graph), mark: undefined }))
  const graph = bringIn(state.graph)
  return {
    graph,
    selected: present(state.selected, graph),
    past: all(state.past),
    future: all(state.future),
  }
}

function present(ids: ReadonlySet<string>, { nodes, edges, notes = [] }: Graph): ReadonlySet<string> {
  if (ids.size === 0) return ids
  const known = new Set([...nodes, ...edges, ...notes].map(({ id }) => id))
  const left = [...ids].filter(id => known.has(id))
  return left.length === ids.size ? ids : new Set(left)
}
