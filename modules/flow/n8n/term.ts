/** What an expression of n8n means in templates: a value with filters behind it, a text of several, or data. Browser-safe. */

import type { Path } from '#platform/contract/plain-data.ts'
import { checkTemplate } from '../template.ts'
import { type Item, pathText, placesOf, quoted, Untranslatable } from './item.ts'

export type Scalar = string | number | boolean | null

export type Term =
  | Piped
  | { readonly is: 'text'; readonly parts: readonly (string | Term)[] }
  | { readonly is: 'list'; readonly items: readonly Term[] }
  | { readonly is: 'object'; readonly members: readonly { readonly name: string; readonly value: Term }[] }
  | { readonly is: 'item'; readonly item: Item; readonly path: Path }
  /** A step by name, before it is said what of it is meant; `isEntry` once it is. */
  | { readonly is: 'step'; readonly item: Item; readonly isEntry: boolean }

/** A value, or the first of several places that has one, and what is done to it. */
export interface Piped {
  readonly is: 'piped'
  readonly from: { readonly places: readonly Path[] } | { readonly literal: Scalar }
  readonly filters: readonly string[]
  /** Where the clock of a date is read. */
  readonly zone: string | null
}

export function literal(value: Scalar): Piped {
  return { is: 'piped', from: { literal: value }, filters: [], zone: null }
}

export function reading(...places: readonly Path[]): Piped {
  return { is: 'piped', from: { places }, filters: [], zone: null }
}

/** The term as a value that filters can follow. Throws Untranslatable. */
export function piped(term: Term): Piped {
  switch (term.is) {
    case 'piped':
      return term
    case 'item':
      return reading(...placesOf(term.item, term.path))
    case 'text':
      return textAsPiped(term.parts)
    case 'list':
    case 'object':
      return { ...literal(jsonTemplate(term, true)), filters: ['from_json'] }
    default:
      throw new Untranslatable('a whole step as a value')
  }
}

/** A text of several pieces as one value, as far as each piece can be put behind or before another one. */
function textAsPiped(parts: readonly (string | Term)[]): Piped {
  const pieces = parts.map(part => (typeof part === 'string' ? literal(part) : piped(part)))
  const [first, ...rest] = pieces
  if (first === undefined) return literal('')
  const middle = pieces.findIndex(piece => simple(piece) === null)
  if (pieces.some((piece, index) => index !== middle && simple(piece) === null))
    throw new Untranslatable('a text of several changed values inside another expression')
  if (middle <= 0) return rest.reduce((all, piece) => withFilter(all, 'append', piece), first)
  const start = pieces[middle] ?? first
  const before = pieces.slice(0, middle).reverse()
  const after = pieces.slice(middle + 1)
  const prepended = before.reduce((all, piece) => withFilter(all, 'prepend', piece), start)
  return after.reduce((all, piece) => withFilter(all, 'append', piece), prepended)
}

/** A value that may stand behind a filter, as it is written there; null when filters would have to follow it. */
export function simple(value: Piped): string | null {
  if (value.filters.length > 0) return null
  if ('literal' in value.from) return written(value.from.literal)
  const [only, ...more] = value.from.places
  return only === undefined || more.length > 0 ? null : pathText(only)
}

/** Throws Untranslatable when one of the given values can only be written with filters of its own. */
export function withFilter(value: Term, name: string, ...given: readonly Term[]): Piped {
  const base = piped(value)
  const values = given.map(one => {
    const text = simple(piped(one))
    if (text === null) throw new Untranslatable('a changed value inside another expression')
    return text
  })
  const filter = values.length === 0 ? name : `${name}: ${values.join(', ')}`
  return { ...base, filters: [...base.filters, filter] }
}

function written(value: Scalar): string {
  if (typeof value === 'string') return quoted(value)
  if (typeof value === 'number' && (!Number.isFinite(value) || /e/i.test(String(value))))
    throw new Untranslatable('a number that is too large')
  return String(value)
}

/** The value between the braces of a placeholder. */
export function placeholder(value: Piped): string {
  const { from, filters } = value
  if ('literal' in from) return [written(from.literal), ...filters].join(' | ')
  const [first, ...more] = from.places.map(pathText)
  const others = more.length === 0 ? [] : [`coalesce: ${more.join(', ')}`]
  return [first, ...others, ...filters].join(' | ')
}

/** A text that holds no placeholder, as templates write it. */
export function plainText(text: string): string {
  return text.replaceAll('{{', '{{ "{{" }}')
}

/** The term as a template; a single value keeps its type. Throws Untranslatable. */
export function template(term: Term): string {
  if (term.is === 'text')
    return term.parts.map(part => (typeof part === 'string' ? plainText(part) : template(part))).join('')
  if (term.is === 'list' || term.is === 'object') return `{{ ${placeholder(piped(term))} }}`
  const value = piped(term)
  if ('literal' in value.from && value.filters.length === 0) {
    const { literal: plain } = value.from
    return plain === null ? '' : plainText(String(plain))
  }
  const text = `{{ ${placeholder(value)} }}`
  const [problem] = checkTemplate(text)
  if (problem !== undefined) throw new Untranslatable(`something templates cannot do: ${problem.message}`)
  return text
}

/** The term as the text of JSON with placeholders in it, which the JSON of a request escapes. */
export function jsonTemplate(term: Term, isFixed = false): string {
  switch (term.is) {
    case 'list':
      return `[${term.items.map(item => jsonTemplate(item, isFixed)).join(', ')}]`
    case 'object':
      return `{ ${term.members
        .map(({ name, value }) => `${plainText(JSON.stringify(name))}: ${jsonTemplate(value, isFixed)}`)
        .join(', ')} }`
    default:
  }
  if (term.is === 'piped' && 'literal' in term.from && term.filters.length === 0) {
    const json = JSON.stringify(term.from.literal)
    return isFixed ? json : plainText(json)
  }
  if (isFixed) throw new Untranslatable('an object or a list with values in it')
  return term.is === 'text' ? `"${term.parts.map(insideQuotes).join('')}"` : template(term)
}

function insideQuotes(part: string | Term): string {
  return typeof part === 'string' ? plainText(JSON.stringify(part).slice(1, -1)) : template(part)
}

/** The pieces of a template: plain text at even places, placeholders with their braces at odd ones. */
export function alternating(text: string): string[] {
  const pieces: string[] = []
  let from = 0
  for (;;) {
    const open = text.indexOf('{{', from)
    const close = open === -1 ? -1 : text.indexOf('}}', open + 2)
    if (close === -1) return [...pieces, text.slice(from)]
    pieces.push(text.slice(from, open), text.slice(open, close + 2))
    from = close + 2
  }
}
