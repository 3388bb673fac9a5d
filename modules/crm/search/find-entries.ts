import type { Context } from '#platform/context.ts'
import { sightOf } from '#platform/owned.ts'
import type { RecordObject } from '../record-api.ts'
import type { SearchEntry } from './entry.ts'
import type { LookedFor } from './looked-for.ts'

/** Of each object: names that begin with what is looked for, and the records that were active last that have it. */
const NAMES = 20
const RECENT = 30
/** So many of the last active records are looked through before the index is asked. Whatever is common is among them. */
const RECENT_WINDOW = 600
/** From so many of the last active ones on, what is looked for is so common that the index would have to read a great part. */
const COMMON = 10
/** What the index found is put in order up to here; it is asked only for what is rare. */
const FOUND = 1_000
const FOUND_BEST = 60

const COLUMNS = 'e.object, e.record_id, e.name, e.other_name, e.doc, e.active_on::text as active_on'
const LAST_CHARACTER = '\u{10FFFF}'

interface Found extends SearchEntry {
  /** Whether it is one of the last active ones. */
  readonly is_recent: boolean
}

/**
 * The entries that may answer a search, more than are shown and in no order. Names that begin with what is typed come from the
 * order of names. What is in the middle of words is looked for among the last active records first and by the index of all texts
 * only where those have little of it; so a search for what everybody has costs no more than one for what nobody has.
 */
export async function findEntries(
  ctx: Context,
  wanted: LookedFor,
  objects: readonly RecordObject[],
): Promise<SearchEntry[]> {
  if (objects.length === 0) return []
  const near = await findNear(ctx, wanted, objects)
  if (wanted.patterns.length === 0) return eachOnce(near)
  const rare = objects.filter(
    object => near.filter(entry => entry.object === object && entry.is_recent).length < COMMON,
  )
  const far = rare.length > 0 ? await findByIndex(ctx, wanted, rare) : []
  return eachOnce([...near, ...far])
}

function eachOnce(entries: readonly SearchEntry[]): SearchEntry[] {
  return [...new Map(entries.map(entry => [entry.record_id, entry])).values()]
}

async function findNear(
  ctx: Context,
  { text, patterns, isRare }: LookedFor,
  objects: readonly RecordObject[],
): Promise<Found[]> {
  const values: unknown[] = [ctx.orgId, text, text + LAST_CHARACTER]
  // Of what is rare the last active ones have nothing, and the records of those who see a part are few.
  const isLooked = (object: RecordObject) => !isRare && (patterns.length === 0 || !sightOf(ctx, object))
  const having =
    patterns.length === 0
      ? 'starts_with(e.name, $2) or starts_with(e.other_name, $2) and $3 > $2'
      : objects.some(isLooked)
        ? `e.doc like all ($${values.push(patterns)}::text[])`
        : ''
  const branches = objects.flatMap(object => {
    const from = `from crm.search_entries e where e.org_id = $1 and e.object = '${object}'${seenEntries(ctx, object, values)}`
    const begins = (column: string) =>
      `(select ${COLUMNS}, false as is_recent ${from} and e.${column} >= $2 and e.${column} < $3 and e.${column} <> ''
        order by e.${column} limit ${NAMES})`
    // The inner limit stands before the comparison, so that so many rows are read and no more.
    const recent = `(select ${COLUMNS}, true as is_recent from (select * ${from} order by e.active_on desc limit ${RECENT_WINDOW}) e
        where ${having} order by e.active_on desc limit ${RECENT})`
    return [
      ...(isLooked(object) ? [recent] : []),
      ...(text === '' ? [] : [begins('name')]),
      ...(text === '' || object !== 'person' ? [] : [begins('other_name')]),
    ]
  })
  return (await ctx.db.queryOnce<Found>(branches.join('\nunion all\n'), values)).rows
}

const SAY = `
  select set_config('app.search_1', $1, true), set_config('app.search_2', $2, true), set_config('app.search_3', $3, true)`

/** Says to the policy what is looked for, so that the index under it is asked, for as long as one statement takes. */
export async function queryLookingFor(
  ctx: Context,
  [first = '', second = '', third = '']: readonly string[],
  text: string,
  values: readonly unknown[],
): Promise<SearchEntry[]> {
  ctx.db.send(SAY, [first, second, third])
  // Put together for this call: the plan depends on what is looked for, and a kept one would be that of another search.
  const found = ctx.db.queryOnce<SearchEntry>(text, values)
  ctx.db.send(SAY, ['', '', ''])
  return (await found).rows
}

function findByIndex(
  ctx: Context,
  { text, words, isNumber, patterns }: LookedFor,
  objects: readonly RecordObject[],
): Promise<SearchEntry[]> {
  const values: unknown[] = [ctx.orgId, text, isNumber ? `${words[0]}\n` : ` ${text}\n`]
  const branches = objects.map(
    object => `
    (select * from (
        select ${COLUMNS} from crm.search_entries e
        where e.org_id = $1 and e.object = '${object}'${seenEntries(ctx, object, values)} limit ${FOUND}) e
      order by strpos(e.doc, $3) > 0 desc, starts_with(e.name, $2) or starts_with(e.other_name, $2) desc, e.active_on desc
      limit ${FOUND_BEST})`,
  )
  return queryLookingFor(ctx, patterns, branches.join('\nunion all\n'), values)
}

/** What those who see a part of an object say beside the policy, so that their own records are found by their owner. */
export function seenEntries(ctx: Context, object: string, values: unknown[]): string {
  const sight = sightOf(ctx, object)
  if (!sight) return ''
  const owners = values.push(sight.owners)
  const ids = values.push([...sight.writable, ...sight.readable])
  return ` and (e.owner_user_id = any($${owners}::uuid[]) or e.record_id = any($${ids}::uuid[]))`
}
