import type { Context } from '#platform/context.ts'
import { isNarrowed } from '#platform/owned.ts'
import { RecordObject } from '../record-api.ts'
import { type Match, matchOf, type SearchEntry } from './entry.ts'
import { findEntries } from './find-entries.ts'
import { fold } from './fold.ts'
import { type LookedFor, readLookedFor } from './looked-for.ts'
import type { SearchAnswer, SearchHit, SearchObject } from './search-api.ts'
import type { SearchSource } from './search-source.ts'
import { readShown } from './shown.ts'

interface Answering {
  readonly entry: SearchEntry
  readonly match: Match
}

/** Of each object so many are kept, however good the answers of another are. */
const EACH_MIN = 5
/** What else is found of so many of the people that answer best. */
const PEOPLE_MAX = 60

/**
 * What answers what was typed, at most `limit`, grouped by object. Of those who see a part of the records, only what stands in
 * records they see is compared.
 */
export async function searchRecords(
  ctx: Context,
  { q, objects, limit }: { q: string; objects: readonly SearchObject[]; limit: number },
  sources: readonly SearchSource[] = [],
): Promise<SearchAnswer> {
  const wanted = readLookedFor(q)
  const asked = sources.filter(({ object }) => wanted.words.length > 0 && objects.includes(object))
  const records = RecordObject.options.filter(
    object => objects.includes(object) || (object === 'person' && asked.length > 0),
  )
  const entries = await findEntries(ctx, wanted, records)
  // An entry also carries names of related records, which whoever sees a part may not know.
  const withRelated = !isNarrowed(ctx)
  const answering = entries
    .flatMap((entry): Answering[] => {
      const match = matchOf(entry, wanted, withRelated)
      return match ? [{ entry, match }] : []
    })
    .sort(byMerit)
  const elsewhere = await findElsewhere(ctx, wanted, answering, asked, Math.min(EACH_MIN, limit))
  const taken = elsewhere.reduce((sum, { items }) => sum + items.length, 0)
  const best = chosen(
    answering.filter(({ entry }) => objects.includes(entry.object as RecordObject)),
    Math.max(limit - taken, Math.ceil(limit / 2)),
  )
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
  return { words: [...wanted.words], groups: [...groups, ...elsewhere] }
}

/** What other modules have that answers: found by its own name, or by a person that answers. */
async function findElsewhere(
  ctx: Context,
  wanted: LookedFor,
  answering: readonly Answering[],
  sources: readonly SearchSource[],
  limit: number,
): Promise<{ object: SearchObject; items: SearchHit[] }[]> {
  const people = new Map(
    answering
      .filter(({ entry }) => entry.object === 'person')
      .slice(0, PEOPLE_MAX)
      .map(({ entry, match }) => [entry.record_id, match]),
  )
  const matches = (text: string) => {
    const folded = fold(text)
    return wanted.words.every(word => folded.includes(word))
  }
  const groups = await Promise.all(
    sources.map(async ({ object, find }) => ({
      object,
      items: (await find(ctx, { matches, personIds: [...people.keys()], limit })).map(
        ({ personId, ...found }): SearchHit => {
          const match = personId === undefined ? undefined : people.get(personId)
          const byOther = match && match.by !== 'name'
          return {
            object,
            ...found,
            by: byOther ? match.by : 'name',
            value: byOther ? match.value : null,
          }
        },
      ),
    })),
  )
  return groups.filter(({ items }) => items.length > 0)
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
