/** Keeps a draft saved while it is edited, whoever else edits it. Knows neither React nor the network. */

/** A draft as the server has it. */
export interface SavedDraft<Draft> {
  readonly draft: Draft
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

export interface DraftServer<Draft> {
  /** The same key always means the same attempt, which is taken at most once. */
  save(draft: Draft, revision: number, key: string): Promise<SaveOutcome>
  read(): Promise<SavedDraft<Draft>>
}

/** What became of two drafts made from the same one, and what both sides changed each in its own way. */
export interface Merged<Draft, Conflict> {
  readonly draft: Draft
  readonly conflicts: readonly Conflict[]
}

/** Where the saving stands. `waiting` is between a change and its save; `failed` tries again by itself. */
export type SaveState = 'saved' | 'waiting' | 'saving' | 'failed' | 'refused'

export interface Brought<Draft, Conflict> {
  /** Brings what the others did into a draft that was made from the same one as the one at hand. */
  readonly into: (draft: Draft) => Draft
  readonly conflicts: readonly Conflict[]
  readonly by: string | undefined
}

export interface AutosaveOptions<Draft, Conflict> {
  readonly opened: SavedDraft<Draft>
  readonly server: DraftServer<Draft>
  /** The draft as it is now; the same object as long as nothing changes. */
  readonly current: () => Draft
  readonly merge: (base: Draft, mine: Draft, theirs: Draft) => Merged<Draft, Conflict>
  /** Somebody else changed the draft: their part is to be brought into everything at hand. */
  readonly onBrought: (brought: Brought<Draft, Conflict>) => void
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

export interface Autosave<Draft> {
  /** The draft has changed. */
  changed(): void
  /** Saves now what is not saved yet. True when everything is saved then. */
  flush(): Promise<boolean>
  /** The server has a draft, which may be newer than the one known here. */
  heard(saved: SavedDraft<Draft>): void
  /** An act of one's own has made the draft what the server has now; everything was saved before it. */
  became(saved: SavedDraft<Draft>): void
  /** Whether everything is saved. */
  isSaved(): boolean
  revision(): number
}

export function autosave<Draft, Conflict>(options: AutosaveOptions<Draft, Conflict>): Autosave<Draft> {
  return new Saver(options)
}

class Saver<Draft, Conflict> implements Autosave<Draft> {
  readonly #options: AutosaveOptions<Draft, Conflict>
  /** What the draft at hand was made from, as the server has it. */
  #base: SavedDraft<Draft>
  #timer: (() => void) | undefined
  #firstChange: number | undefined
  #running: Promise<void> | undefined
  #failures = 0
  /** An attempt that had no answer: it may have been taken, so it is made again as it was before anything else. */
  #open: { draft: Draft; revision: number; key: string } | undefined
  #newest: SavedDraft<Draft> | undefined

  constructor(options: AutosaveOptions<Draft, Conflict>) {
    this.#options = options
    this.#base = options.opened
  }

  changed(): void {
    if (!this.#isDirty() || this.#running) return
    if (this.#failures > 0) return
    this.#options.onState('waiting', undefined)
    const now = Date.now()
    this.#firstChange ??= now
    this.#schedule(Math.max(0, Math.min(QUIET_MS, this.#firstChange + WAIT_MS_MAX - now)))
  }

  async flush(): Promise<boolean> {
    // A save that is under way may have begun before the last change.
    if (this.#running) await this.#running
    if (!this.isSaved()) await this.#save()
    // What had no answer before may have been followed by changes.
    if (this.#failures === 0 && this.#isDirty()) await this.#save()
    return this.isSaved()
  }

  heard(saved: SavedDraft<Draft>): void {
    if (saved.revision <= this.#base.revision) return
    // An answer that is under way says how far the server is; until then this might be the draft just sent.
    if (this.#running || this.#open) {
      if (!this.#newest || saved.revision > this.#newest.revision) this.#newest = saved
    } else this.#bringIn(saved)
  }

  became(saved: SavedDraft<Draft>): void {
    if (saved.revision > this.#base.revision) this.#base = saved
  }

  isSaved(): boolean {
    return !this.#open && !this.#isDirty()
  }

  revision(): number {
    return this.#base.revision
  }

  #isDirty(): boolean {
    return this.#options.current() !== this.#base.draft
  }

  #schedule(ms: number): void {
    this.#timer?.()
    this.#timer = this.#options.later(() => {
      this.#timer = undefined
      void this.#save()
    }, ms)
  }

  #tryLater(error: Error): void {
    this.#options.onState('failed', error)
    this.#schedule(RETRY_MS[Math.min(this.#failures++, RETRY_MS.length - 1)] ?? WAIT_MS_MAX)
  }

  #bringIn(theirs: SavedDraft<Draft>): void {
    if (theirs.revision <= this.#base.revision) return
    const before = this.#base.draft
    const { current, merge, onBrought } = this.#options
    const mine = current()
    this.#base = theirs
    // With nothing of mine to be saved their draft itself is taken, so that it counts as saved.
    const merged =
      mine === before ? { draft: theirs.draft, conflicts: [] } : merge(before, mine, theirs.draft)
    onBrought({
      into: draft => (draft === mine ? merged.draft : merge(before, draft, theirs.draft).draft),
      conflicts: merged.conflicts,
      by: theirs.by,
    })
  }

  #takeNewest(): void {
    if (this.#newest) this.#bringIn(this.#newest)
    this.#newest = undefined
  }

  #save(): Promise<void> {
    this.#timer?.()
    this.#timer = undefined
    this.#firstChange = undefined
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined
    })
    return this.#running
  }

  async #run(): Promise<void> {
    for (let round = 0; round < CHANGED_MAX; round++) {
      if (!this.#open) this.#takeNewest()
      if (this.isSaved()) {
        this.#options.onState('saved', undefined)
        return
      }
      if (!(await this.#attempt())) return
    }
    this.#schedule(WAIT_MS_MAX)
  }

  /** One save; whether another one has to follow at once because somebody else was first. */
  async #attempt(): Promise<boolean> {
    const { server, current, newKey, onState } = this.#options
    const sent = this.#open ?? { draft: current(), revision: this.#base.revision, key: newKey() }
    this.#open = sent
    onState('saving', undefined)
    const outcome = await server.save(sent.draft, sent.revision, sent.key)
    if (outcome.as === 'unanswered') {
      this.#tryLater(outcome.error)
      return false
    }
    this.#open = undefined
    this.#failures = 0
    if (outcome.as === 'refused') {
      onState('refused', outcome.error)
      return false
    }
    if (outcome.as === 'saved') {
      this.#base = { draft: sent.draft, revision: outcome.revision }
      this.#takeNewest()
      if (this.#isDirty()) this.#schedule(QUIET_MS)
      onState(this.#isDirty() ? 'waiting' : 'saved', undefined)
      return false
    }
    try {
      this.#bringIn(await server.read())
      return true
    } catch (error) {
      this.#tryLater(error as Error)
      return false
    }
  }
}
