/** Drafts that are edited in this window, kept outside of React, so that they outlive the page they are shown on. */

import { newKey } from './api.ts'
import type { AutosaveOptions } from './autosave.ts'

/** How many are kept for when somebody comes back to them, with what can be taken back. */
const KEPT_MAX = 6

export class DraftSessions<Session extends { isSaved(): boolean }> {
  readonly #sessions = new Map<string, Session>()

  /** The one session of a draft in this window, opened when there is none. Others go that are saved and too many. */
  of(id: string, open: () => Session): Session {
    const known = this.#sessions.get(id)
    if (known) return known
    const session = open()
    this.#sessions.set(id, session)
    for (const [each, other] of this.#sessions) {
      if (this.#sessions.size <= KEPT_MAX) break
      if (each !== id && other.isSaved()) this.#sessions.delete(each)
    }
    return session
  }

  get(id: string): Session | undefined {
    return this.#sessions.get(id)
  }
}

/** The keys and the time of this window. */
export const inWindow: Pick<AutosaveOptions<unknown, unknown>, 'newKey' | 'later'> = {
  newKey,
  later: (run, ms) => {
    const timer = setTimeout(run, ms)
    return () => clearTimeout(timer)
  },
}
