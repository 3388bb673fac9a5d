/** What the functions and methods that expressions of n8n call are in templates. Browser-safe. */

import { dateFormat } from './date-format.ts'
import { meaning, type Names, stepNamed } from './expression.ts'
import { Untranslatable } from './item.ts'
import type { Script } from './script.ts'
import { literal, type Piped, piped, reading, type Scalar, type Term, withFilter } from './term.ts'

type Call = Script & { is: 'call' }

/** Throws Untranslatable. */
export function call(script: Call, names: Names): Term {
  const { of, given, isNew } = script
  if (isNew) return made(of, given, names)
  if (of.is === 'name') return called(of.name, given, names)
  if (of.is !== 'member') throw new Untranslatable('a function of its own')
  if (of.of.is === 'name') {
    const found = ofLibrary(`${of.of.name}.${String(of.name)}`, given, names)
    if (found !== null) return found
  }
  return method(meaning(of.of, names), String(of.name), given, names)
}

function made(of: Script, given: readonly Script[], names: Names): Term {
  if (of.is !== 'name' || of.name !== 'Date' || given.length > 1)
    throw new Untranslatable('an object of its own')
  return given[0] === undefined ? reading(['now']) : piped(meaning(given[0], names))
}

function called(name: string, given: readonly Script[], names: Names): Term {
  const value = (index: number): Term => {
    const script = given[index]
    if (script === undefined) throw new Untranslatable(`${name} without a value`)
    return meaning(script, names)
  }
  switch (name) {
    case '$':
    case '$items':
    case '$node': {
      const step = scalar(value(0))
      const found = stepNamed(String(step), names)
      return name === '$items' && found.is === 'step' ? { ...found, isEntry: true } : found
    }
    case '$now':
      return reading(['now'])
    case 'String':
      return withFilter(value(0), 'append', literal(''))
    case 'Number':
    case 'parseInt':
    case 'parseFloat': {
      const number = withFilter(value(0), 'to_number')
      return name === 'parseInt' ? withFilter(number, 'floor') : number
    }
    case 'Boolean':
      return withFilter(value(0), 'choose', literal(true), literal(false))
    case 'encodeURIComponent':
    case 'encodeURI':
      return withFilter(value(0), 'url_encode')
    case 'decodeURIComponent':
      return withFilter(value(0), 'url_decode')
    case '$ifEmpty':
      return withFilter(value(0), 'coalesce', value(1))
    case '$if':
      if (given[0]?.is === 'both') throw new Untranslatable('a comparison inside a value')
      return withFilter(value(0), 'choose', value(1), value(2))
    default:
      throw new Untranslatable(`the function "${name.slice(0, 40)}"`)
  }
}

const OF_LIBRARY: Readonly<Record<string, string>> = {
  'JSON.stringify': 'json',
  'JSON.parse': 'from_json',
  'Object.keys': 'keys',
  'Object.values': 'values',
  'Math.round': 'round',
  'Math.floor': 'floor',
  'Math.ceil': 'ceil',
  'Math.abs': 'abs',
  'Math.max': 'at_least',
  'Math.min': 'at_most',
  'DateTime.fromISO': '',
  'DateTime.fromMillis': '',
  'DateTime.fromJSDate': '',
}

/** Null when it is no function of a library but a method of a value. */
function ofLibrary(name: string, given: readonly Script[], names: Names): Term | null {
  if (name === 'DateTime.now' || name === 'DateTime.local' || name === 'DateTime.utc')
    return { ...reading(['now']), zone: name === 'DateTime.utc' ? 'UTC' : names.timeZone }
  if (name === 'Date.now') return withFilter(reading(['now']), 'timestamp')
  const filter = OF_LIBRARY[name]
  if (filter === undefined) {
    if (/^(?:JSON|Object|Math|DateTime|Date|Array|Intl|Buffer)\./.test(name))
      throw new Untranslatable(`the function "${name.slice(0, 40)}"`)
    return null
  }
  const [first, second] = given.map(script => meaning(script, names))
  if (first === undefined) throw new Untranslatable(`${name} without a value`)
  if (filter === '') return { ...piped(first), zone: names.timeZone }
  const isOfTwo = name === 'Math.max' || name === 'Math.min'
  return isOfTwo && second !== undefined ? withFilter(first, filter, second) : withFilter(first, filter)
}

/** Methods that are a filter of the same values. */
const PLAIN: Readonly<Record<string, string>> = {
  toLowerCase: 'lower',
  toUpperCase: 'upper',
  toTitleCase: 'title',
  toSentenceCase: 'capitalize',
  trim: 'trim',
  replaceAll: 'replace',
  split: 'split',
  join: 'join',
  includes: 'contains',
  startsWith: 'starts_with',
  endsWith: 'ends_with',
  padStart: 'pad_start',
  padEnd: 'pad_end',
  concat: 'concat',
  at: 'at',
  flat: 'flatten',
  reverse: 'reverse',
  unique: 'unique',
  removeDuplicates: 'unique',
  compact: 'compact',
  first: 'first',
  last: 'last',
  pluck: 'map',
  keys: 'keys',
  values: 'values',
  sum: 'sum',
  average: 'average',
  min: 'min',
  max: 'max',
  round: 'round',
  floor: 'floor',
  ceil: 'ceil',
  abs: 'abs',
  toFixed: 'round',
  toNumber: 'to_number',
  toInt: 'to_number',
  toFloat: 'to_number',
  urlEncode: 'url_encode',
  urlDecode: 'url_decode',
  removeTags: 'strip_html',
  toJsonString: 'json',
  parseJson: 'from_json',
  toMillis: 'timestamp',
  getTime: 'timestamp',
  valueOf: 'timestamp',
}

function method(of: Term, name: string, given: readonly Script[], names: Names): Term {
  if (of.is === 'step') {
    if (name === 'first' || name === 'last' || name === 'itemMatching') return { ...of, isEntry: true }
    throw new Untranslatable(`all items of a step at once ("${name.slice(0, 40)}")`)
  }
  const inZone = of.is === 'piped' && of.zone !== null ? [literal(of.zone)] : []
  const value = (index: number): Term => {
    const script = given[index]
    if (script === undefined) throw new Untranslatable(`${name} without a value`)
    return meaning(script, names)
  }
  switch (name) {
    case 'toString':
      return withFilter(of, 'append', literal(''))
    case 'toDateTime':
    case 'toISO':
    case 'toISOString':
    case 'toJSON':
    case 'toUTC':
    case 'toDate':
      return { ...piped(of), zone: name === 'toUTC' ? 'UTC' : (piped(of).zone ?? names.timeZone) }
    case 'setZone': {
      const zone = scalar(value(0))
      if (typeof zone !== 'string') throw new Untranslatable('a time zone that is worked out')
      return { ...piped(of), zone }
    }
    case 'toISODate':
      return withFilter(of, 'date', literal('YYYY-MM-DD'), ...inZone)
    case 'format':
    case 'toFormat':
      return withFilter(of, 'date', literal(dateFormat(String(scalar(value(0))))), ...inZone)
    case 'plus':
    case 'minus':
      return moved(piped(of), name === 'plus' ? 'date_add' : 'date_subtract', given, names)
    case 'startOf':
    case 'beginningOf':
      return keepZone(of, withFilter(of, 'start_of', value(0), ...inZone))
    case 'endOf':
    case 'endOfMonth':
      return keepZone(of, withFilter(of, 'end_of', given[0] ? value(0) : literal('month'), ...inZone))
    case 'isEmpty':
      return withFilter(of, 'choose', literal(false), literal(true))
    case 'isNotEmpty':
      return withFilter(of, 'choose', literal(true), literal(false))
    case 'slice':
    case 'substring':
    case 'substr':
      return sliced(of, name, given, names)
    case 'replace':
      return replaced(of, given, names)
    case 'map':
      return mapped(of, given)
    default:
  }
  const filter = PLAIN[name]
  if (filter === undefined) throw new Untranslatable(`the function "${name.slice(0, 40)}"`)
  if (given.some(script => script.is === 'pattern')) return withPattern(of, name, given)
  return withFilter(of, filter, ...given.map(script => meaning(script, names)))
}

function keepZone(of: Term, value: Piped): Piped {
  return of.is === 'piped' ? { ...value, zone: of.zone } : value
}

function scalar(term: Term): Scalar {
  if (term.is !== 'piped' || !('literal' in term.from) || term.filters.length > 0)
    throw new Untranslatable('a name that is worked out')
  return term.from.literal
}

/** `plus({ days: 1 })`, `plus(1, 'days')` or, of a number, `plus(1)`. */
function moved(of: Piped, filter: string, given: readonly Script[], names: Names): Term {
  const [first, second] = given
  const zone = of.zone === null ? [] : [literal(of.zone)]
  if (first?.is === 'object') {
    return first.members.reduce<Piped>(
      (date, { name, value }) =>
        keepZone(of, withFilter(date, filter, meaning(value, names), literal(unit(name)), ...zone)),
      of,
    )
  }
  if (first === undefined || second === undefined) throw new Untranslatable('a span that is worked out')
  const word = literal(unit(String(scalar(meaning(second, names)))))
  return keepZone(of, withFilter(of, filter, meaning(first, names), word, ...zone))
}

function unit(word: string): string {
  const name = word.toLowerCase()
  if (!/^(?:second|minute|hour|day|week|month|quarter|year)s?$/.test(name))
    throw new Untranslatable(`a span in "${name.slice(0, 40)}"`)
  return name
}

/** JavaScript names the end of a part, templates its length. */
function sliced(of: Term, name: string, given: readonly Script[], names: Names): Term {
  const [from = 0, to] = given.map(script => scalar(meaning(script, names)))
  if (typeof from !== 'number' || (to !== undefined && typeof to !== 'number'))
    throw new Untranslatable('a part of a text from a place that is worked out')
  if (to === undefined) return withFilter(of, 'slice', literal(from))
  const count = name === 'substr' ? to : to - from
  if (count < 0 || (from < 0 && name !== 'substr')) throw new Untranslatable('a part counted from the end')
  return withFilter(of, 'slice', literal(from), literal(count))
}

const SIGNS_ONLY = /^(?:[^\\^$.*+?()[\]{}|]|\\[^\w])+$/

function replaced(of: Term, given: readonly Script[], names: Names): Term {
  const [search, ...rest] = given
  if (search?.is === 'pattern') return withPattern(of, 'replace', given)
  if (search === undefined) throw new Untranslatable('replace without a value')
  return withFilter(of, 'replace', meaning(search, names), ...rest.map(script => meaning(script, names)))
}

/** A pattern that is nothing but signs, everywhere, is a text that is looked for; a few others have filters of their own. */
function withPattern(of: Term, name: string, given: readonly Script[]): Term {
  const [search, other] = given
  if ((name !== 'replace' && name !== 'replaceAll') || search?.is !== 'pattern' || other?.is !== 'literal')
    throw new Untranslatable('a pattern (regular expression)')
  const { source, flags } = search
  if (source === '<[^>]*>' || source === '<[^>]+>') return withFilter(of, 'strip_html')
  if ((source === '[^0-9]' || source === '\\D') && other.value === '') return withFilter(of, 'digits')
  if (source === '\\s+' && other.value === ' ') return withFilter(of, 'squish')
  if (source === '\\n' && flags === 'g') return withFilter(of, 'replace', literal('\n'), literal(other.value))
  if (!SIGNS_ONLY.test(source) || flags !== 'g') throw new Untranslatable('a pattern (regular expression)')
  return withFilter(of, 'replace', literal(source.replace(/\\(.)/g, '$1')), literal(other.value))
}

/** `map(x => x.name)` alone, and the same over items. */
function mapped(of: Term, given: readonly Script[]): Term {
  const [by] = given
  if (by?.is !== 'function') throw new Untranslatable('a function of its own')
  const path: string[] = []
  let script = by.result
  while (script.is === 'member') {
    path.unshift(String(script.name))
    script = script.of
  }
  if (script.is !== 'name' || script.name !== by.parameter || path.length === 0)
    throw new Untranslatable('a function of its own')
  if (path.some(name => name.includes('.'))) throw new Untranslatable('a name with a dot in it')
  return withFilter(of, 'map', literal(path.join('.')))
}
