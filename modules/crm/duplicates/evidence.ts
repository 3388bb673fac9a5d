import type { RecordObject } from '../record-api.ts'
import { linesOf } from '../search/entry.ts'
import { fold } from '../search/fold.ts'
import type { DuplicateReason } from './duplicates-api.ts'

/** What is known of a record, folded, as two are compared. */
export interface Traits {
  readonly name: string
  readonly emails: readonly string[]
  readonly phones: readonly string[]
  readonly domains: readonly string[]
  readonly numbers: readonly string[]
  readonly externalIds: readonly string[]
  readonly companies: readonly string[]
  readonly people: readonly string[]
}

/** How much a reason says, of 100; several add up as independent ones do. */
export const WEIGHT: Readonly<Record<RecordObject, Partial<Record<DuplicateReason, number>>>> = {
  person: { email: 95, externalId: 90, phone: 60, name: 45, similarName: 30, company: 45 },
  company: { number: 95, externalId: 90, domain: 80, email: 70, phone: 50, name: 70, similarName: 45 },
  deal: { externalId: 90, name: 50, similarName: 30, company: 45, person: 40 },
}

const PHONE_END = 9
const PHONE_MIN = 7
const SIMILAR = 0.6

/** The traits of a record out of what it is found by. */
export function traitsOf(name: string, doc: string, withRelated: boolean): Traits {
  const lines = linesOf(doc, withRelated)
  const of = (kind: string) => lines.filter(line => line.kind === kind).map(line => line.value)
  return {
    name,
    emails: of('email'),
    phones: of('phone'),
    domains: of('domain'),
    numbers: of('number'),
    externalIds: of('externalId'),
    companies: of('company'),
    people: of('person'),
  }
}

/** Why two records may be one, and how sure that is, of 100. A related record says something only beside a name. */
export function compareTraits(
  object: RecordObject,
  a: Traits,
  b: Traits,
): { score: number; reasons: DuplicateReason[] } {
  const share = (x: readonly string[], y: readonly string[]) => x.some(value => y.includes(value))
  const reasons: DuplicateReason[] = []
  if (share(a.numbers, b.numbers)) reasons.push('number')
  if (share(a.externalIds, b.externalIds)) reasons.push('externalId')
  if (share(a.emails, b.emails)) reasons.push('email')
  if (object === 'company' && share(a.domains, b.domains)) reasons.push('domain')
  if (
    share(
      a.phones.map(endOf),
      b.phones.map(endOf).filter(end => end.length >= PHONE_MIN),
    )
  )
    reasons.push('phone')
  const alike = similarity(wordsKey(a.name), wordsKey(b.name))
  if (alike === 1) reasons.push('name')
  else if (alike >= SIMILAR) reasons.push('similarName')
  if (alike >= SIMILAR && share(a.companies, b.companies)) reasons.push('company')
  if (alike >= SIMILAR && share(a.people, b.people)) reasons.push('person')
  return { score: scoreOf(object, reasons), reasons }
}

/** How sure several reasons make it together. */
export function scoreOf(object: RecordObject, reasons: readonly DuplicateReason[]): number {
  const doubt = reasons.reduce((left, reason) => left * (1 - (WEIGHT[object][reason] ?? 0) / 100), 1)
  return Math.round((1 - doubt) * 100)
}

function endOf(phone: string): string {
  return phone.slice(-PHONE_END)
}

/** The words of a name in the order of the alphabet. */
export function wordsKey(text: string): string {
  return fold(text)
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean)
    .sort()
    .join(' ')
}

/** How alike two texts are, from 0 to 1: the share of three-letter pieces that they have in common, as pg_trgm counts it. */
export function similarity(a: string, b: string): number {
  if (a === '' || b === '') return 0
  if (a === b) return 1
  const [x, y] = [pieces(a), pieces(b)]
  const common = [...x].filter(piece => y.has(piece)).length
  return common / (x.size + y.size - common)
}

function pieces(text: string): Set<string> {
  const found = new Set<string>()
  for (const word of text.split(' ')) {
    const padded = `  ${word} `
    for (let at = 0; at + 3 <= padded.length; at++) found.add(padded.slice(at, at + 3))
  }
  return found
}
