import type { Context } from '#platform/context.ts'
import { isNarrowed } from '#platform/owned.ts'
import { normalizePhone } from '../normalize/phone.ts'
import { normalizeUrl } from '../normalize/url.ts'
import type { RecordObject } from '../record-api.ts'
import type { SearchEntry } from '../search/entry.ts'
import { queryLookingFor, seenEntries } from '../search/find-entries.ts'
import { fold } from '../search/fold.ts'
import { literal } from '../search/looked-for.ts'
import type { DuplicateReason, DuplicateValues } from './duplicates-api.ts'
import { compareTraits, type Traits, traitsOf } from './evidence.ts'

/** A record that may be another one. */
export interface Candidate {
  readonly id: string
  readonly score: number
  readonly reasons: readonly DuplicateReason[]
}

/** From here on it is worth a look. */
export const SCORE_MIN = 45
/** So many records of one value are compared; whatever more share says nothing. */
const OF_VALUE = 25
const OF_NAME = 60

const COLUMNS = 'e.object, e.record_id, e.name, e.other_name, e.doc, e.active_on::text as active_on'

/** What was typed, as records are compared. */
export function traitsOfValues(object: RecordObject, values: DuplicateValues): Traits {
  const texts = (...list: (string | null | undefined)[]) =>
    list.flatMap(text => {
      const folded = fold(text ?? '')
        .replace(/[\p{Cc}\uFFFD]/gu, ' ')
        .trim()
      return folded === '' ? [] : [folded]
    })
  const name = values.name ?? [values.firstName, values.lastName].filter(Boolean).join(' ')
  const phones = [values.phone, values.mobile, ...(values.phones ?? [])].flatMap(text => {
    const digits = (normalizePhone(text ?? '') ?? text ?? '').replace(/\D/g, '').replace(/^0+/, '')
    return digits.length >= 7 ? [digits] : []
  })
  const host = URL.parse(normalizeUrl(values.websiteUrl ?? '') ?? '')?.hostname.replace(/^www\./, '')
  return {
    name: texts(name)[0] ?? '',
    emails: texts(values.email).filter(text => text.includes('@')),
    phones,
    domains: object === 'company' && host ? [host] : [],
    numbers: texts(values.siren, values.hqSiret).map(text => text.replace(/\s/g, '')),
    externalIds: texts(values.externalId),
    companies: texts(values.company),
    people: [],
  }
}

/**
 * Records that may be the one with these traits, the surest first. Each value asks the index of all texts for the few records that
 * have it, so nothing is compared with everything.
 */
export async function findCandidates(
  ctx: Context,
  object: RecordObject,
  traits: Traits,
  exceptId: string | undefined,
): Promise<Candidate[]> {
  const questions = [...valueQuestions(traits), ...nameQuestions(traits)]
  const found = await Promise.all([
    ...questions.map(({ patterns, limit }) => entriesLike(ctx, object, patterns, limit)),
    entriesNamed(ctx, object, traits.name),
  ])
  const entries = new Map(found.flat().map(entry => [entry.record_id, entry]))
  const withRelated = !isNarrowed(ctx)
  return [...entries.values()]
    .filter(({ record_id }) => record_id !== exceptId)
    .map(entry => ({
      id: entry.record_id,
      ...compareTraits(object, traits, traitsOf(entry.name, entry.doc, withRelated)),
    }))
    .filter(({ score }) => score >= SCORE_MIN)
    .sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1))
}

interface Question {
  readonly patterns: readonly string[]
  readonly limit: number
}

function valueQuestions({ emails, phones, domains, numbers, externalIds }: Traits): Question[] {
  // The letter of the line is in every entry, and asking the index for it would only take time.
  const whole = (values: readonly string[]) =>
    values.map(value => ({ patterns: [`% ${literal(value)}\n%`], limit: OF_VALUE }))
  return [
    ...whole(emails),
    ...phones.map(phone => ({ patterns: [`%${phone.slice(-9)}\n%`], limit: OF_VALUE })),
    ...whole(domains),
    ...whole(numbers),
    ...whole(externalIds),
  ]
}

/** The beginnings of the words of a name, since what people mistype is rarely the first four letters of each. */
function nameQuestions({ name, companies }: Traits): Question[] {
  const words = name.split(/[^\p{L}\p{N}]+/u).filter(word => [...word].length >= 3)
  if (words.length === 0) return []
  const longest = [...words].sort((a, b) => b.length - a.length).slice(0, 2)
  const starts = longest.map(word => `%${literal([...word].slice(0, 4).join(''))}%`)
  // The rarest word of the company is likely its longest.
  const company = (companies[0] ?? '').split(' ').sort((a, b) => b.length - a.length)[0] ?? ''
  // Whole names are looked up by themselves; what is only alike says something beside the same company.
  const patterns = company.length < 3 ? starts : [starts[0] ?? '%', `%${literal(company)}%`]
  return [{ patterns, limit: OF_NAME }]
}

function entriesLike(
  ctx: Context,
  object: RecordObject,
  patterns: readonly string[],
  limit: number,
): Promise<SearchEntry[]> {
  const values: unknown[] = [ctx.orgId]
  const seen = seenEntries(ctx, object, values)
  return queryLookingFor(
    ctx,
    patterns,
    `select ${COLUMNS} from crm.search_entries e where e.org_id = $1 and e.object = '${object}'${seen} limit ${limit}`,
    values,
  )
}

async function entriesNamed(ctx: Context, object: RecordObject, name: string): Promise<SearchEntry[]> {
  if (name === '') return []
  const values: unknown[] = [ctx.orgId, name]
  const from = `from crm.search_entries e where e.org_id = $1 and e.object = '${object}'${seenEntries(ctx, object, values)}`
  const found = await ctx.db.queryOnce<SearchEntry>(
    `(select ${COLUMNS} ${from} and e.name = $2 limit ${OF_NAME}) union all
     (select ${COLUMNS} ${from} and e.other_name = $2 and e.other_name <> '' limit ${OF_NAME})`,
    values,
  )
  return found.rows
}
