/** Keeps a draft saved while it is edited, whoever else edits it. Knows neither React nor the network. */

import { type Graph, type MergeConflict, mergeGraphs } from '#modules/flow/contract.ts'

/** A draft as the server has it. */
export interface SavedDraft {
  readonly graph: Graph
  readonly revision: number
  /** Who saved it, when that is known. */
  readonly by?: string | undefined
}

/**
 * How a save went: taken, refused because somebody else saved first, refused for good, or without an answer, so that nobody
 * knows whether it was taken.
 */
export type SaveOutcome =
  | { readonly as: 'saved'; readonly revision: number }
  | { readonly as: 'changed' }
  | { readonly as: 'refused'; readonly error: Error }
  | { readonly as: 'unanswered'; readonly error: Error }

export interface DraftServer {
  /** The same key always means the same attempt, which is taken at most once. */
  save(graph: Graph, revision: number, key: string): Promise<SaveOutcome>
  read(): Promise<SavedDraft>
}

/** Where the saving stands. `waiting` is between a change and its save; `failed` tries again by itself. */
export type SaveState = 'saved' | 'waiting' | 'saving' | 'failed' | 'refused'

export interface Brought {
  /** Brings what the others did into a graph that was made from the same draft as the one at hand. */
  readonly into: (graph: Graph) => Graph
  readonly conflicts: readonly MergeConflict[]
  readonly by: string | undefined
}

export interface AutosaveOptions {
  readonly opened: SavedDraft
  readonly server: DraftServer
  /** The graph as it is now. */
  readonly current: () => Graph
  /** Somebody else changed the draft: their part is to be brought into everything at hand. */
  readonly onBrought: (brought: Brought) => void
  readonly onState: (state: SaveState, error: Error | undefined) => void
  readonly newKey: () => string
  /** Calls back after so many milliseconds; returns what calls that off. */
  readonly later: (run: () => void, ms: number) => () => void
}

/** How long nothing has to change before it is saved, in milliseconds. */
export const QUIET_MS = 700
/** How long a change waits at most while others follow it. */
export const WAIT_MS_MAX = 4_000
/** The pauses between attempts that had no answer. */
const RETRY_MS = [1_000, 2_000, 5_000, 10_000, 20_000]
/** How often in a row somebody else may be first before a pause is made. */
const CHANGED_MAX = 20

export interface Autosave {
  /** The graph has changed. */
  changed(): void
  /** Saves now what is not saved yet. True when everything is saved then. */
  flush(): Promise<boolean>
  /** The server has a draft, which may be newer than the one known here. */
  heard(draft: SavedDraft): void
  /** Whether everything is saved. */
  isSaved(): boolean
  revision(): number
}

export function autosave(options: AutosaveOptions): Autosave {
  const { server, current, onBrought, onState, later } = options
  /** What the graph at hand was made from, as the server has it. */
  let base = options.opened
  let timer: (() => void) | undefined
  let firstChange: number | undefined
  let running: Promise<void> | undefined
  let failures = 0
  /** An attempt that had no answer: it may have been taken, so it is made again as it was before anything else. */
  let open: { graph: Graph; revision: number; key: string } | undefined
  let newest: SavedDraft | undefined

  const isDirty = () => current() !== base.graph
  const schedule = (ms: number) => {
    timer?.()
    timer = later(() => {
      timer = undefined
      void save()
    }, ms)
  }
  const tryLater = (error: Error) => {
    onState('failed', error)
    schedule(RETRY_MS[Math.min(failures++, RETRY_MS.length - 1)] ?? WAIT_MS_MAX)
  }

  const bringIn = (theirs: SavedDraft): void => {
    if (theirs.revision <= base.revision) return
    const before = base.graph
    const mine = current()
    base = theirs
    // With nothing of mine to be saved their graph itself is taken, so that it counts as saved.
    const merge =
      mine === before ? { graph: theirs.graph, conflicts: [] } : mergeGraphs(before, mine, theirs.graph)
    onBrought({
      into: graph => (graph === mine ? merge.graph : mergeGraphs(before, graph, theirs.graph).graph),
      conflicts: merge.conflicts,
      by: theirs.by,
    })
  }

  const takeNewest = () => {
    if (newest) bringIn(newest)
    newest = undefined
  }

  /** One save; whether another one has to follow at once because somebody else was first. */
  const attempt = async (): Promise<boolean> => {
    const sent = open ?? { graph: current(), revision: base.revision, key: options.newKey() }
    open = sent
    onState('saving', undefined)
    const outcome = await server.save(sent.graph, sent.revision, sent.key)
    if (outcome.as === 'unanswered') {
      tryLater(outcome.error)
      return false
    }
    open = undefined
    failures = 0
    if (outcome.as === 'refused') {
      onState('refused', outcome.error)
      return false
    }
    if (outcome.as === 'saved') {
      base = { graph: sent.graph, revision: outcome.revision }
      takeNewest()
      if (isDirty()) schedule(QUIET_MS)
      onState(isDirty() ? 'waiting' : 'saved', undefined)
      return false
    }
    try {
      bringIn(await server.read())
      return true
    } catch (error) {
      tryLater(error as Error)
      return false
    }
  }

  const run = async () => {
    for (let round = 0; round < CHANGED_MAX; round++) {
      if (!open) takeNewest()
      if (!open && !isDirty()) {
        onState('saved', undefined)
        return
      }
      if (!(await attempt())) return
    }
    schedule(WAIT_MS_MAX)
  }

  const save = (): Promise<void> => {
    timer?.()
    timer = undefined
    firstChange = undefined
    running ??= run().finally(() => {
      running = undefined
    })
    return running
  }

  return {
    changed() {
      if (!isDirty() || running) return
      if (failures === 0) onState('waiting', undefined)
      const now = Date.now()
      firstChange ??= now
      if (failures === 0) schedule(Math.max(0, Math.min(QUIET_MS, firstChange + WAIT_MS_MAX - now)))
    },
    async flush() {
      // A save that is under way may have begun before the last change.
      if (running) await running
      if (open || isDirty()) await save()
      // What had no answer before may have been followed by changes.
      if (failures === 0 && isDirty()) await save()
      return !open && !isDirty()
    },
    heard(draft) {
      if (draft.revision <= base.revision) return
      // An answer that is under way says how far the server is; until then this might be the draft just sent.
      if (running || open) {
        if (!newest || draft.revision > newest.revision) newest = draft
      } else bringIn(draft)
    },
    isSaved: () => !open && !isDirty(),
    revision: () => base.revision,
  }
}
