import type { LookedFor } from './looked-for.ts'

/** What a line of an entry is; the letters of the views in migration 0013. */
const KINDS = {
  n: 'name',
  a: 'name',
  e: 'email',
  p: 'phone',
  w: 'domain',
  s: 'number',
  x: 'externalId',
  c: 'company',
  r: 'person',
} as const
/** What of a record was found by a search. */
export type FoundBy = (typeof KINDS)[keyof typeof KINDS]

/** A record as it is found. */
export interface SearchEntry {
  readonly object: string
  readonly record_id: string
  readonly name: string
  readonly other_name: string
  readonly doc: string
  /** YYYY-MM-DD */
  readonly active_on: string
}

/** How well an entry answers: the smaller rank is the better; null where it does not. */
export interface Match {
  readonly rank: number
  readonly by: FoundBy
  /** The folded value that it was found by. */
  readonly value: string
}

interface Line {
  readonly kind: FoundBy
  readonly value: string
}

/** The lines of an entry. Without `withRelated` what stands in other records is left out. */
export function linesOf(doc: string, withRelated = true): Line[] {
  return doc.split('\n').flatMap(line => {
    const kind = KINDS[line[0] as keyof typeof KINDS]
    if (!kind || (!withRelated && (kind === 'company' || kind === 'person'))) return []
    return [{ kind, value: line.slice(2) }]
  })
}

/**
 * Compares an entry with what is looked for. Every word has to be in it somewhere. First comes a whole address or number, then
 * the whole name, names that begin with it, names with words that begin with it, names that have it inside, then the rest.
 * `withRelated` also looks at the names of other records that it carries.
 */
export function matchOf(entry: SearchEntry, wanted: LookedFor, withRelated: boolean): Match | null {
  const lines = linesOf(entry.doc, withRelated)
  if (wanted.words.length === 0) return { rank: 9, by: 'name', value: entry.name }
  const holding = lines.filter(({ value }) => wanted.words.some(word => value.includes(word)))
  const missing = wanted.words.some(word => !holding.some(({ value }) => value.includes(word)))
  if (missing) return null
  const whole = holding.find(line => isWhole(line, wanted))
  if (whole) return { rank: 0, by: whole.kind, value: whole.value }
  const named = holding.find(
    ({ kind, value }) => kind === 'name' && wanted.words.every(word => value.includes(word)),
  )
  if (named) return { rank: nameRank(entry, named.value, wanted), by: 'name', value: named.value }
  // What the name does not say is what explains the answer.
  const telling = holding.find(
    ({ kind, value }) =>
      kind !== 'name' && wanted.words.some(word => value.includes(word) && !entry.name.includes(word)),
  )
  const { kind, value } = telling ?? holding[0] ?? { kind: 'name' as const, value: entry.name }
  const begins = wanted.words.every(word => holding.some(line => beginsAWord(line.value, word)))
  return { rank: begins ? 5 : 6, by: kind, value }
}

/** Seven digits and more from the end are a phone number, whoever wrote the rest how. */
function isWhole({ kind, value }: Line, { text, words, isNumber }: LookedFor): boolean {
  if (kind === 'name' || kind === 'company' || kind === 'person') return false
  const [word = ''] = words
  if (!isNumber) return value === text
  return value === word || (kind === 'phone' && word.length >= 7 && value.endsWith(word))
}

function nameRank(entry: SearchEntry, value: string, { text, words }: LookedFor): number {
  if (value === text || entry.name === text || entry.other_name === text) return 1
  if (value.startsWith(text) || entry.other_name.startsWith(text)) return 2
  return words.every(word => beginsAWord(value, word)) ? 3 : 4
}

function beginsAWord(value: string, word: string): boolean {
  for (let at = value.indexOf(word); at >= 0; at = value.indexOf(word, at + 1)) {
    if (at === 0 || !/[\p{L}\p{N}]/u.test(value[at - 1] ?? '')) return true
  }
  return false
}
