import type { Database } from '#platform/db/database.ts'
import { FIND_READY } from './store.ts'

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

/** Every id lies between these. */
const FIRST_ID = '00000000-0000-0000-0000-000000000000'
const LAST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff'
const FOUND_MAX = 64
/** A look that takes the database longer than that is followed by a pause. */
const SLOW_MS = 20

/**
 * Looks for organizations with runs that are ready, and walks past those that are known to have many: with a hundred
 * thousand runs of one, finding the one run of another takes no longer than without them.
 */
export class ReadyDiscovery {
  #found: readonly string[] = []
  #bounds = ''
  #nextAt = 0

  /** The longest waiting first, without those that are `known`. */
  async find(db: Database, known: readonly string[]): Promise<readonly string[]> {
    const ends = [...known].sort()
    const gaps = [FIRST_ID, ...ends].map((from, index) => [from, ends[index] ?? LAST_ID])
    const bounds = ends.join()
    if (performance.now() < this.#nextAt && bounds === this.#bounds) return this.#found
    const { rows, ms } = await db.withDispatch(async tx => {
      const looks = gaps.map(gap => tx.query<{ org_id: string; since: Date }>(FIND_READY, gap))
      // By the database's clock: a busy process must not take its own delay for a slow look.
      const took = tx.query<{ ms: number }>(
        'select extract(epoch from clock_timestamp() - now())::float8 * 1000 as ms',
      )
      const found = await Promise.all(looks)
      return { rows: found.flatMap(look => look.rows), ms: (await took).rows[0]?.ms ?? 0 }
    })
    if (gaps.length > 1) rows.sort((a, b) => a.since.getTime() - b.since.getTime())
    this.#found = rows.slice(0, FOUND_MAX).map(row => row.org_id)
    this.#bounds = bounds
    this.#nextAt = ms < SLOW_MS ? 0 : performance.now() + Math.min(ms / SHARE, PAUSE_MS_MAX)
    return this.#found
  }
}
