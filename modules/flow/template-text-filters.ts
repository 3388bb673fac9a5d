import { contains, prepare } from './comparison.ts'
import {
  type Filter,
  type FilterEnvironment,
  FilterFailure,
  given,
  itemsIn,
  notEmpty,
  optional,
  required,
  TEXT_PER_STEP,
  text,
  textFilter,
  tooLong,
  wholeBetween,
} from './template-filter.ts'

const length = required('length', 'number', wholeBetween(0, 100_000))
const padding = [required('length', 'number', wholeBetween(0, 1_000)), optional('fill', 'string', notEmpty)]

/** Everything that takes a text. Numbers and lists are turned into text first. */
export const textFilters: Readonly<Record<string, Filter>> = {
  upper: textFilter('Upper case.', value => value.toUpperCase()),
  lower: textFilter('Lower case.', value => value.toLowerCase()),
  capitalize: textFilter('First letter in upper case, the rest as it is.', capitalize),
  title: textFilter('Every word with a capital letter and the rest small.', title),
  trim: textFilter('Without spaces around.', value => value.trim()),
  squish: textFilter('Without spaces around, and one space for every run of them inside.', squish),
  truncate: {
    description: 'At most that many characters, the ending included.',
    parameters: [length, optional('ending', 'string')],
    apply: (value, [most, ending], env) => truncate(text(value, env), most as number, given(ending, '…')),
  },
  truncate_words: {
    description: 'At most that many words, with an ending when some are left out.',
    parameters: [required('count', 'number', wholeBetween(1, 10_000)), optional('ending', 'string')],
    apply: (value, [count, ending], env) =>
      truncateWords(text(value, env), count as number, given(ending, '…')),
  },
  replace: {
    description: 'Replaces every occurrence of a text.',
    parameters: [required('text', 'string', notEmpty), required('replacement', 'string')],
    apply: (value, [search, replacement], env) =>
      replace(text(value, env), search as string, replacement as string, env),
  },
  remove: {
    description: 'Takes every occurrence of a text away.',
    parameters: [required('text', 'string', notEmpty)],
    apply: (value, [search], env) => replace(text(value, env), search as string, '', env),
  },
  append: {
    description: 'Puts a text behind.',
    parameters: [required('text', 'string')],
    apply: (value, [more], env) => text(value, env) + more,
  },
  prepend: {
    description: 'Puts a text in front.',
    parameters: [required('text', 'string')],
    apply: (value, [more], env) => more + text(value, env),
  },
  pad_start: {
    description: 'Fills up at the start to a length, with spaces or a text of your own.',
    parameters: padding,
    apply: (value, [to, fill], env) => text(value, env).padStart(to as number, given(fill, ' ')),
  },
  pad_end: {
    description: 'Fills up at the end to a length.',
    parameters: padding,
    apply: (value, [to, fill], env) => text(value, env).padEnd(to as number, given(fill, ' ')),
  },
  split: {
    description: 'A list of the pieces between a separator, without spaces around them.',
    parameters: [optional('separator', 'string', notEmpty)],
    apply: (value, [separator], env) => split(text(value, env), given(separator, ','), env),
  },
  lines: textFilter('A list of the lines that are not empty.', value =>
    value.split(/\r\n|\r|\n/).flatMap(line => line.trim() || []),
  ),
  contains: {
    description: 'Whether a text has a part, or a list an item, whatever the case of letters.',
    parameters: [required('value', 'any')],
    apply: (value, [part], env) =>
      contains(Array.isArray(value) ? itemsIn(value, env) : text(value, env), prepare(part)),
  },
  starts_with: {
    description: 'Whether the text starts so, whatever the case of letters.',
    parameters: [required('text', 'string')],
    apply: (value, [start], env) => folded(text(value, env)).startsWith(folded(start as string)),
  },
  ends_with: {
    description: 'Whether the text ends so, whatever the case of letters.',
    parameters: [required('text', 'string')],
    apply: (value, [end], env) => folded(text(value, env)).endsWith(folded(end as string)),
  },
  slug: textFilter('Small letters, digits and dashes, as in web addresses.', slug),
  digits: textFilter('The digits of the text only.', value => value.replace(/\D+/g, '')),
  first_name: textFilter('The first name out of a full name.', value => namesOf(value).first),
  last_name: textFilter('The last name out of a full name.', value => namesOf(value).last),
  initials: textFilter('The first letter of every word, in upper case.', value =>
    wordsOf(value).map(firstCharacter).join('').toUpperCase(),
  ),
  email_domain: textFilter('What stands behind the @ of an address.', value =>
    value
      .slice(value.lastIndexOf('@') + 1 || value.length)
      .trim()
      .toLowerCase(),
  ),
  strip_html: textFilter('The text of a piece of HTML, without its tags.', stripHtml),
  url_encode: textFilter('Safe inside a web address.', value => encodeURIComponent(value.toWellFormed())),
  url_decode: textFilter('The opposite of url_encode.', decode),
}

function capitalize(value: string): string {
  const head = firstCharacter(value)
  return head.toUpperCase() + value.slice(head.length)
}

/** The first character of a text, whole even when it takes two units. */
export function firstCharacter(value: string): string {
  const point = value.codePointAt(0)
  return point === undefined ? '' : String.fromCodePoint(point)
}

function title(value: string): string {
  return value.toLowerCase().replace(/[^\s-]+/gu, capitalize)
}

function squish(value: string): string {
  return value.replace(/\s+/gu, ' ').trim()
}

function wordsOf(value: string): string[] {
  return value.split(/\s+/u).filter(Boolean)
}

function truncate(value: string, most: number, ending: string): string {
  if (value.length <= most) return value
  const kept: string[] = []
  for (const character of value) {
    kept.push(character)
    if (kept.length > most) break
  }
  if (kept.length <= most) return value
  const room = Math.max(0, most - [...ending].length)
  return kept.slice(0, room).join('') + (room === 0 ? [...ending].slice(0, most).join('') : ending)
}

function truncateWords(value: string, count: number, ending: string): string {
  const words = wordsOf(value)
  return words.length <= count ? value : words.slice(0, count).join(' ') + ending
}

function replace(value: string, search: string, replacement: string, env: FilterEnvironment): string {
  const pieces = value.split(search)
  const made = value.length + (pieces.length - 1) * (replacement.length - search.length)
  if (made > env.lengthMax) throw tooLong(env)
  env.spend(made / TEXT_PER_STEP)
  return pieces.join(replacement)
}

/** Every piece is counted before it is made, so that a long text cannot become a list nobody can afford. */
function split(value: string, separator: string, env: FilterEnvironment): string[] {
  if (value.trim() === '') return []
  const pieces: string[] = []
  for (let at = 0; ; ) {
    env.spend(1)
    const end = value.indexOf(separator, at)
    pieces.push(value.slice(at, end === -1 ? value.length : end).trim())
    if (end === -1) return pieces
    at = end + separator.length
  }
}

function folded(value: string): string {
  return value.normalize('NFC').toLowerCase()
}

const SPELLED: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
}

function slug(value: string): string {
  return value
    .toLowerCase()
    .replace(/[ßæœøłđðþ]/g, letter => SPELLED[letter] ?? '')
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '')
}

const TITLES: ReadonlySet<string> = new Set(
  'mr mrs ms miss dr prof sir herr frau m mme mlle monsieur madame mademoiselle sr sra'.split(' '),
)

/** First and last name; a title in front is no name, and "Lovelace, Ada" has the last name first. */
function namesOf(value: string): { first: string; last: string } {
  const comma = value.indexOf(',')
  const ordered = comma === -1 ? value : `${value.slice(comma + 1)} ${value.slice(0, comma)}`
  const words = wordsOf(ordered)
  while (words.length > 1 && TITLES.has((words[0] ?? '').toLowerCase().replace(/\.$/, ''))) words.shift()
  return { first: words[0] ?? '', last: words.length > 1 ? (words.at(-1) ?? '') : '' }
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
  '&nbsp;': ' ',
}

/** Goes through the text once; a < that is never closed is text. */
function stripHtml(value: string): string {
  const pieces: string[] = []
  for (let at = 0; at < value.length; ) {
    const open = value.indexOf('<', at)
    const close = open === -1 ? -1 : value.indexOf('>', open)
    if (close === -1) {
      pieces.push(value.slice(at))
      break
    }
    pieces.push(value.slice(at, open))
    at = close + 1
  }
  return squish(
    pieces.join(' ').replace(/&(?:amp|lt|gt|quot|#39|nbsp);/g, entity => ENTITIES[entity] ?? entity),
  )
}

function decode(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    throw new FilterFailure('bad_value', 'The text is not encoded for a web address.')
  }
}
