import type { Database } from '#platform/db/database.ts'

/** The share of time that looking for work may take. */
const SHARE = 0.05
const PAUSE_MS_MAX = 1_000

/**
 * Looks for work over all organizations. The longer a look takes, as with a large backlog, the longer is the pause
 * before the next one; meanwhile what was found last is worked on.
 */
export class Discovery {
  readonly #text: string
  #found: readonly unknown[] = []
  #nextAt = 0

  constructor(text: string) {
    this.#text = text
  }

  async find<Row extends object>(db: Database): Promise<readonly Row[]> {
    const start = performance.now()
    if (start < this.#nextAt) return this.#found as readonly Row[]
    const { rows } = await db.withDispatch(tx => tx.query<Row & Record<string, unknown>>(this.#text))
    const end = performance.now()
    this.#found = rows
    const pause = (end - start) / SHARE
    // A quick look is free to be repeated at once, so that what comes in between is not kept waiting.
    this.#nextAt = pause < 100 ? 0 : end + Math.min(pause, PAUSE_MS_MAX)
    return rows
  }
}
