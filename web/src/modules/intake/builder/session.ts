/** What is edited, kept outside of React, so that it outlives the page it is shown on. */

import { newKey } from '../../../shell/api.ts'
import { type Autosave, autosave, type SavedDraft, type SaveState } from '../../../shell/autosave.ts'
import { type News, newsWords, settled, withNews } from '../../../shell/draft-news.ts'
import { DraftSessions, inWindow } from '../../../shell/draft-sessions.ts'
import { begun, changed, type History, rebased, redone, undone } from '../../../shell/history.ts'
import { announce } from '../../../ui/announce.tsx'
import type { Draft, DraftEdit, DraftField } from './draft.ts'
import { type DraftConflict, mergeDrafts } from './draft-merge.ts'
import { formServer } from './draft-server.ts'

export interface SessionSnapshot extends History<Draft> {
  /** The key of the field whose settings are open. */
  readonly open: string | undefined
  readonly saving: SaveState
  /** Why the last save failed or was refused. */
  readonly error: Error | undefined
  /** Until somebody has read it. */
  readonly news: News<DraftConflict> | undefined
  /** Grows with each save, so that what shows the saved form shows it anew. */
  readonly saves: number
}

export interface FormSession {
  readonly workflowId: string
  subscribe(listener: () => void): () => void
  get(): SessionSnapshot
  /** What a field is known by on the page: it stays the same when its key changes, so that nothing is drawn anew. */
  rowOf(key: string): string
  /** Makes a change and says it; nothing happens with undefined. */
  apply(edit: DraftEdit | undefined, options?: { readonly isQuiet?: boolean }): boolean
  open(key: string | undefined): void
  undo(): void
  redo(): void
  /** What others did has been read. */
  readNews(): void
  /** One of the conflicts has been decided. */
  settle(conflict: DraftConflict): void
  /** Saves now; true when everything is saved then. */
  flush(): Promise<boolean>
  isSaved(): boolean
  /** The revision of the draft that is known here. */
  revision(): number
  /** An act of one's own changed the draft at once, which can be taken back where it is said in words. */
  became(saved: SavedDraft<Draft>, words: string | undefined): void
  /** The server answered with a draft, which may be newer. */
  heard(saved: SavedDraft<Draft>): void
}

const sessions = new DraftSessions<FormSession>()

/** The one editor of a workflow's form in this window. */
export function sessionOf(workflowId: string, opened: SavedDraft<Draft>): FormSession {
  return sessions.of(workflowId, () => openSession(workflowId, opened))
}

function openSession(workflowId: string, opened: SavedDraft<Draft>): FormSession {
  const listeners = new Set<() => void>()
  const rows = rowNames()
  let state: SessionSnapshot = {
    ...begun(opened.draft),
    open: undefined,
    saving: 'saved',
    error: undefined,
    news: undefined,
    saves: 0,
  }
  const set = (next: Partial<SessionSnapshot>) => {
    state = { ...state, ...next }
    if (state.open !== undefined && !state.value.fields.some(({ key }) => key === state.open))
      state = { ...state, open: undefined }
    for (const listener of listeners) listener()
  }
  const saving: Autosave<Draft> = autosave<Draft, DraftConflict>({
    opened,
    server: formServer(workflowId),
    current: () => state.value,
    merge: (base, mine, theirs) => mergeDrafts<DraftField, Draft>(base, mine, theirs),
    onBrought({ into, ...news }) {
      set({ ...rebased(state, into), news: withNews(state.news, news), saves: state.saves + 1 })
      announce(newsWords(news, 'form'))
    },
    onState: (next, error) =>
      set({ saving: next, error, ...(next === 'saved' ? { saves: state.saves + 1 } : {}) }),
    ...inWindow,
  })
  const move = (next: History<Draft>, words: string | undefined) => {
    if (next.value === state.value) return
    set(next)
    saving.changed()
    if (words) announce(words)
  }
  return {
    workflowId,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    get: () => state,
    rowOf: rows.of,
    apply(edit, { isQuiet = false } = {}) {
      if (!edit) return false
      if (edit.renamed) rows.rename(...edit.renamed)
      const next = changed(state, { value: edit.draft, words: edit.words, mark: edit.mark }, Date.now())
      set({ ...next, open: edit.open === null ? undefined : (edit.open ?? state.open) })
      saving.changed()
      if (!isQuiet) announce(edit.words)
      return true
    },
    open: key => set({ open: key }),
    undo: () => move(undone(state), `Taken back: ${state.past.at(-1)?.words}`),
    redo: () => move(redone(state), `Done again: ${state.future.at(-1)?.words}`),
    readNews: () => set({ news: undefined }),
    settle: conflict => set({ news: settled(state.news, conflict) }),
    flush: () => saving.flush(),
    isSaved: () => saving.isSaved(),
    revision: () => saving.revision(),
    became(saved, words) {
      // Something was changed while the answer was under way, and has to be brought together with it.
      if (!saving.isSaved() || saved.revision <= saving.revision()) return saving.heard(saved)
      saving.became(saved)
      const next = words
        ? changed(state, { value: saved.draft, words }, Date.now())
        : { ...state, value: saved.draft }
      set({ ...next, saves: state.saves + 1 })
    },
    heard: saved => saving.heard(saved),
  }
}

/** What fields are known by on the page, whatever their keys become. */
function rowNames() {
  const names = new Map<string, string>()
  const of = (key: string) => {
    const name = names.get(key) ?? newKey()
    names.set(key, name)
    return name
  }
  return {
    of,
    rename(from: string, to: string) {
      names.set(to, of(from))
      names.delete(from)
    },
  }
}
