import type { Context } from '#platform/context.ts'
import { isNarrowed } from '#platform/owned.ts'
import type { RecordObject } from '../record-api.ts'
import { type Match, matchOf, type SearchEntry } from './entry.ts'
import { findEntries } from './find-entries.ts'
import { readLookedFor } from './looked-for.ts'
import type { SearchAnswer, SearchHit } from './search-api.ts'
import { readShown } from './shown.ts'

interface Answering {
  readonly entry: SearchEntry
  readonly match: Match
}

/** Of each object so many are kept, however good the answers of another are. */
const EACH_MIN = 5

/**
 * The records that answer what was typed, at most `limit`, grouped by object. Of those who see a part of the records, only what
 * stands in records they see is compared.
 */
export async function searchRecords(
  ctx: Context,
  { q, objects, limit }: { q: string; objects: readonly RecordObject[]; limit: number },
): Promise<SearchAnswer> {
  const wanted = readLookedFor(q)
  const entries = await findEntries(ctx, wanted, objects)
  // An entry also carries names of related records, which whoever sees a part may not know.
  const withRelated = !isNarrowed(ctx)
  const answering = entries
    .flatMap((entry): Answering[] => {
      const match = matchOf(entry, wanted, withRelated)
      return match ? [{ entry, match }] : []
    })
    .sort(byMerit)
  const best = chosen(answering, limit)
  const shown = await readShown(
    ctx,
    best.map(({ entry }) => ({ object: entry.object as RecordObject, id: entry.record_id })),
  )
  const hits = best.flatMap(({ entry, match }): SearchHit[] => {
    const record = shown.get(entry.record_id)
    if (!record) return []
    return [{ ...record, by: match.by, value: match.by === 'name' ? null : match.value }]
  })
  const groups = [...Map.groupBy(hits, hit => hit.object)].map(([object, items]) => ({ object, items }))
  return { words: [...wanted.words], groups }
}

function byMerit(a: Answering, b: Answering): number {
  return (
    a.match.rank - b.match.rank ||
    compare(b.entry.active_on, a.entry.active_on) ||
    compare(a.entry.name, b.entry.name) ||
    compare(a.entry.record_id, b.entry.record_id)
  )
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** The best answers, with a few of each object among them. */
function chosen(sorted: readonly Answering[], limit: number): Answering[] {
  const objects = Map.groupBy(sorted, ({ entry }) => entry.object)
  const share = Math.min(EACH_MIN, Math.ceil(limit / Math.max(1, objects.size)))
  const kept = new Set([...objects.values()].flatMap(group => group.slice(0, share)))
  for (const answering of sorted) {
    if (kept.size >= limit) break
    kept.add(answering)
  }
  return sorted.filter(answering => kept.has(answering)).slice(0, limit)
}
