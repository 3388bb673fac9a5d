/** What is edited, kept outside of React, so that it outlives the page it is shown on. */

import { type Graph, type MergeConflict, mergeGraphs, type WorkflowDetail } from '#modules/flow/contract.ts'
import { type Autosave, autosave, type SaveState } from '../../../shell/autosave.ts'
import { type News, newsWords, settled, withNews } from '../../../shell/draft-news.ts'
import { DraftSessions, inWindow } from '../../../shell/draft-sessions.ts'
import { announce } from '../../../ui/announce.tsx'
import { savedDraft, workflowServer } from './draft-server.ts'
import { chosen, type EditorState, edited, openState, rebased, redone, undone } from './editor-state.ts'
import type { Edit } from './step-edits.ts'

export interface SessionSnapshot extends EditorState {
  readonly saving: SaveState
  /** Why the last save failed or was refused. */
  readonly error: Error | undefined
  /** Until somebody has read it. */
  readonly news: News<MergeConflict> | undefined
}

export interface EditorSession {
  readonly workflowId: string
  subscribe(listener: () => void): () => void
  get(): SessionSnapshot
  /** Makes a change and says it; nothing happens with undefined. */
  apply(edit: Edit | undefined, options?: { readonly isQuiet?: boolean }): boolean
  choose(ids: Iterable<string>): void
  undo(): void
  redo(): void
  /** What others did has been read. */
  readNews(): void
  /** One of the conflicts has been decided. */
  settle(conflict: MergeConflict): void
  /** Saves now; true when everything is saved then. */
  flush(): Promise<boolean>
  isSaved(): boolean
  /** The revision of the draft that is known here. */
  revision(): number
  /** The server answered with a draft, which may be newer. */
  heard(detail: WorkflowDetail): void
}

const sessions = new DraftSessions<EditorSession>()

/** The one editor of a workflow in this window. */
export function sessionOf(detail: WorkflowDetail): EditorSession {
  return sessions.of(detail.id, () => openSession(detail))
}

/** Saves what is not saved yet of a workflow that is edited in this window. True when the server has everything. */
export function flushDraft(workflowId: string): Promise<boolean> {
  return sessions.get(workflowId)?.flush() ?? Promise.resolve(true)
}

function openSession(detail: WorkflowDetail): EditorSession {
  const opened = savedDraft(detail)
  const listeners = new Set<() => void>()
  let state: SessionSnapshot = {
    ...openState(opened.draft),
    saving: 'saved',
    error: undefined,
    news: undefined,
  }
  const set = (next: Partial<SessionSnapshot>) => {
    state = { ...state, ...next }
    for (const listener of listeners) listener()
  }
  const saving: Autosave<Graph> = autosave<Graph, MergeConflict>({
    opened,
    server: workflowServer(detail.id),
    current: () => state.graph,
    merge(base, mine, theirs) {
      const { graph, conflicts } = mergeGraphs(base, mine, theirs)
      return { draft: graph, conflicts }
    },
    onBrought({ into, ...news }) {
      set({ ...rebased(state, into), news: withNews(state.news, news) })
      announce(newsWords(news, 'workflow'))
    },
    onState: (next, error) => set({ saving: next, error }),
    ...inWindow,
  })
  const move = (next: EditorState, words: string | undefined) => {
    if (next.graph === state.graph) return
    set(next)
    saving.changed()
    if (words) announce(words)
  }
  return {
    workflowId: detail.id,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    get: () => state,
    apply(edit, { isQuiet = false } = {}) {
      if (!edit) return false
      set(edited(state, edit, Date.now()))
      saving.changed()
      if (!isQuiet) announce(edit.words)
      return true
    },
    choose(ids) {
      const next = chosen(state, ids)
      if (next !== state) set(next)
    },
    undo: () => move(undone(state), `Taken back: ${state.past.at(-1)?.words}`),
    redo: () => move(redone(state), `Done again: ${state.future.at(-1)?.words}`),
    readNews: () => set({ news: undefined }),
    settle: conflict => set({ news: settled(state.news, conflict) }),
    flush: () => saving.flush(),
    isSaved: () => saving.isSaved(),
    revision: () => saving.revision(),
    heard: next => saving.heard(savedDraft(next)),
  }
}
