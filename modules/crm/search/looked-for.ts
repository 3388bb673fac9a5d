import { fold } from './fold.ts'

/** What of a long text is looked for: nobody's name is longer. */
const CHARS_MAX = 200
const WORDS_MAX = 8
/** The policy compares so many words; see `platform.searched_table`. */
const PATTERNS_MAX = 3
/** Shorter words are in every index entry: they are looked for where words begin, and alone where names begin. */
const MIDDLE_MIN = 3
/** Fewer digits are no phone number. */
const DIGITS_MIN = 4
/** So many digits in a row are one of thousands. */
const RARE_DIGITS = 6
/** The digits of a number without its country in nearly all countries; a longer end would miss how others wrote it. */
const PHONE_END = 9

/** What somebody looks for, as it is compared with what records are found by. */
export interface LookedFor {
  /** All of it, folded, one space between words. Empty when nothing is looked for. */
  readonly text: string
  /** Its words; for a phone or register number its digits alone. */
  readonly words: readonly string[]
  /** Set when it is written like a phone number or the number of a register. */
  readonly isNumber: boolean
  /** Set when hardly anybody has it: a number, or a part of an address. */
  readonly isRare: boolean
  /** At most three LIKE patterns that an index narrows down, the longest word first; empty for what only names begin with. */
  readonly patterns: readonly string[]
}

/** Reads what was typed into a search. Any text is fine; what no database could store is left out. */
export function readLookedFor(typed: string): LookedFor {
  const text = fold([...typed.toWellFormed()].slice(0, CHARS_MAX).join(''))
    .replace(/[\p{Cc}\p{Cf}\uFFFD]/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim()
  const digits = digitsOf(text)
  if (digits !== null) {
    const isRare = digits.length >= RARE_DIGITS
    return { text, words: [digits], isNumber: true, isRare, patterns: [`%${digits}%`] }
  }
  const words = [...new Set(text.split(' '))].filter(word => word !== '').slice(0, WORDS_MAX)
  return { text, words, isNumber: false, isRare: text.includes('@'), patterns: patternsOf(words) }
}

/** The digits of a number however it is written, without what is dialled before it; null for any other text. */
function digitsOf(text: string): string | null {
  if (!/^[+(\d][\d\s().+/-]*$/.test(text)) return null
  const digits = text.replace(/\D/g, '').replace(/^0+/, '')
  if (digits.length < DIGITS_MIN) return null
  // Fourteen digits are a SIRET and nine a SIREN; what is between and longer than a number at home names its country.
  return digits.length > PHONE_END && digits.length < 14 ? digits.slice(-PHONE_END) : digits
}

function patternsOf(words: readonly string[]): string[] {
  const isLone = words.length === 1
  return [...words]
    .filter(word => /[\p{L}\p{N}]/u.test(word) && !(isLone && [...word].length < MIDDLE_MIN))
    .sort((a, b) => b.length - a.length)
    .slice(0, PATTERNS_MAX)
    .map(word => ([...word].length < MIDDLE_MIN ? `% ${literal(word)}%` : `%${literal(word)}%`))
}

/** A text that means itself in a LIKE pattern. */
export function literal(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&')
}
