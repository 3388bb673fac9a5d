import type { Filter } from '#platform/contract/filter.ts'
import type { CallInput, Route } from '#platform/contract/route.ts'
import { call, routeKey } from '../../../shell/api.ts'
import { queryClient } from '../../../shell/query.ts'
import type { AnyRecord } from '../record/record-values.ts'

/** One page of the API holds so many. */
const PAGE = 100
/** After this a list that is shown again is read again. */
const FRESH_MS = 30_000
const SOURCES_MAX = 40

interface Page {
  readonly items: readonly AnyRecord[]
  readonly nextCursor: string | null
}

/** What of a list is there. */
export interface ListPart {
  readonly rows: readonly AnyRecord[]
  /** Whether there are more behind the last row. */
  readonly hasMore: boolean
  /** The first page has been read, now or before. */
  readonly isRead: boolean
  readonly isReading: boolean
  readonly error: unknown
}

/** Which records in which order. */
export interface ListQuestion {
  readonly route: Route
  readonly filter: Filter | null
  readonly sort: string
}

const empty: ListPart = { rows: [], hasMore: true, isRead: false, isReading: false, error: undefined }

/**
 * The rows of one list, read page by page as they come into view. Kept outside of the pages that show it, so that coming
 * back shows it as it was left, and read outside of the query cache, which would compare all rows with each page.
 */
export class ListSource {
  part: ListPart = empty
  readonly #question: ListQuestion
  readonly #listeners = new Set<() => void>()
  #cursor: string | null = null
  #readAt = 0
  #turn = 0

  constructor(question: ListQuestion) {
    this.#question = question
  }

  get isShown(): boolean {
    return this.#listeners.size > 0
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    if (this.part.isRead && Date.now() - this.#readAt > FRESH_MS) void this.refresh()
    return () => this.#listeners.delete(listener)
  }

  /** Reads the next page; while one is on its way nothing. */
  async readMore(): Promise<void> {
    if (this.part.isReading || !this.part.hasMore) return
    const turn = ++this.#turn
    this.#change({ isReading: true, error: undefined })
    try {
      const page = await this.#read(this.#cursor)
      if (turn !== this.#turn) return
      this.#cursor = page.nextCursor
      if (!this.part.isRead) this.#readAt = Date.now()
      const known = new Set(this.part.rows.map(row => row.id))
      this.#change({
        // A record that was changed may have moved behind the place where the list goes on.
        rows: [...this.part.rows, ...page.items.filter(row => !known.has(row.id))],
        hasMore: page.nextCursor !== null,
        isRead: true,
        isReading: false,
      })
    } catch (error) {
      if (turn === this.#turn) this.#change({ isReading: false, error })
    }
  }

  /** Reads again what was read, at most its first pages; what stands behind them is read when it comes into view. */
  async refresh(pages = 3): Promise<void> {
    const turn = ++this.#turn
    this.#readAt = Date.now()
    const wanted = Math.min(pages * PAGE, Math.max(PAGE, this.part.rows.length))
    try {
      const rows: AnyRecord[] = []
      let cursor: string | null = null
      do {
        const page: Page = await this.#read(cursor)
        if (turn !== this.#turn) return
        rows.push(...page.items)
        cursor = page.nextCursor
      } while (cursor !== null && rows.length < wanted)
      this.#cursor = cursor
      this.#change({ rows, hasMore: cursor !== null, isRead: true, isReading: false, error: undefined })
    } catch (error) {
      if (turn !== this.#turn) return
      // What is shown is better than nothing.
      this.#change({ isReading: false, error: this.part.isRead ? undefined : error })
    }
  }

  /** Shows records as they are now. */
  put(records: ReadonlyMap<string, AnyRecord>): void {
    const isNews = (row: AnyRecord) => {
      const now = records.get(row.id)
      return now !== undefined && isOther(row, now)
    }
    if (!this.part.rows.some(isNews)) return
    this.#change({
      rows: this.part.rows.map(row => {
        const now = records.get(row.id)
        return now ? { ...row, ...now } : row
      }),
    })
  }

  /** Shows records no more. */
  drop(ids: ReadonlySet<string>): void {
    if (!this.part.rows.some(row => ids.has(row.id))) return
    this.#change({ rows: this.part.rows.filter(row => !ids.has(row.id)) })
  }

  has(id: string): boolean {
    return this.part.rows.some(row => row.id === id)
  }

  /** What was kept for later is read anew when it is shown. */
  forget(): void {
    if (this.isShown) void this.refresh()
    else this.#readAt = 0
  }

  #read(cursor: string | null): Promise<Page> {
    const { route, filter, sort } = this.#question
    const query = {
      limit: PAGE,
      ...(filter ? { filter: JSON.stringify(filter) } : {}),
      ...(sort ? { sort } : {}),
      ...(cursor ? { cursor } : {}),
    }
    // Through the query client, so that a session that is over is noticed and a lost connection is tried again.
    return queryClient.fetchQuery({
      queryKey: [...routeKey(route), 'page', query],
      queryFn: ({ signal }) =>
        call(route, { query } as unknown as CallInput<Route>, { signal }) as Promise<unknown>,
      staleTime: 0,
      gcTime: 0,
      structuralSharing: false,
    }) as Promise<Page>
  }

  #change(change: Partial<ListPart>): void {
    this.part = { ...this.part, ...change }
    for (const listener of this.#listeners) listener()
  }
}

/** Whether a record says something else than a row does; what is read again as it was moves nothing. */
function isOther(row: AnyRecord, now: AnyRecord): boolean {
  return Object.keys(row).some(
    key => key in now && row[key] !== now[key] && JSON.stringify(row[key]) !== JSON.stringify(now[key]),
  )
}

const sources = new Map<string, ListSource>()

/** The one source of a question; what was asked longest ago is forgotten. */
export function sourceOf(question: ListQuestion): ListSource {
  const name = JSON.stringify([question.route.id, question.filter, question.sort])
  const known = sources.get(name)
  const source = known ?? new ListSource(question)
  sources.delete(name)
  sources.set(name, source)
  for (const [old, other] of sources) {
    if (sources.size <= SOURCES_MAX) break
    if (!other.isShown) sources.delete(old)
  }
  return source
}

/** The sources of all lists of a route. */
export function sourcesOf(route: Route): ListSource[] {
  return [...sources].flatMap(([name, source]) =>
    name.startsWith(JSON.stringify([route.id]).slice(0, -1)) ? [source] : [],
  )
}

/** Whoever signs out leaves nothing behind. */
export function forgetSources(): void {
  sources.clear()
}
