import { foldCell } from './fold.ts'

/** The order in which a column writes day, month and year. */
export type DateOrder = 'dmy' | 'mdy' | 'ymd'

const MONTHS = [
  ['jan', 'janv', 'january', 'janvier'],
  ['feb', 'fev', 'fevr', 'february', 'fevrier'],
  ['mar', 'mars', 'march'],
  ['apr', 'avr', 'april', 'avril'],
  ['may', 'mai'],
  ['jun', 'juin', 'june'],
  ['jul', 'juil', 'july', 'juillet'],
  ['aug', 'aou', 'aout', 'august'],
  ['sep', 'sept', 'september', 'septembre'],
  ['oct', 'october', 'octobre'],
  ['nov', 'november', 'novembre'],
  ['dec', 'december', 'decembre'],
]
const NUMBERS = /^(\d{1,4})[-/. ](\d{1,2})[-/. ](\d{1,4})(?:[T ,].*)?$/
/** Days since 1899-12-30, as spreadsheets count them: from 1954 to 2119. */
const SERIAL = /^(\d{5})(?:[.,]\d+)?$/
const SERIAL_MIN = 20_000
const SERIAL_MAX = 80_000
/** Two digits up to here are of this century. */
const CENTURY_TURNS = 40

/** A day as YYYY-MM-DD; null for what is none, and for one that no calendar has. */
export function readDate(text: string, order: DateOrder): string | null {
  const parts = NUMBERS.exec(text)?.slice(1).map(Number)
  if (parts) {
    const [a = 0, b = 0, c = 0] = parts
    if (String(text).match(/^\d{4}/)) return day(a, b, c)
    if (order === 'ymd') return day(yearOf(a), b, c)
    return order === 'mdy' ? day(yearOf(c), a, b) : day(yearOf(c), b, a)
  }
  const compact = /^(\d{4})(\d{2})(\d{2})$/.exec(text)?.slice(1).map(Number)
  if (compact) return day(compact[0] ?? 0, compact[1] ?? 0, compact[2] ?? 0)
  const serial = Number(SERIAL.exec(text)?.[1])
  if (serial >= SERIAL_MIN && serial <= SERIAL_MAX)
    return new Date(Date.UTC(1899, 11, 30 + serial)).toISOString().slice(0, 10)
  return readWords(foldCell(text))
}

/** "12 janvier 2024", "Jan 12, 2024". */
function readWords(text: string): string | null {
  const words =
    /^(?:(\d{1,2})(?:er|st|nd|rd|th)? )?([a-z]+)\.?(?: (\d{1,2})(?:st|nd|rd|th)?,?)? (\d{4})$/.exec(text)
  const month = MONTHS.findIndex(names => names.includes(words?.[2] ?? '')) + 1
  return words && month > 0 ? day(Number(words[4]), month, Number(words[1] ?? words[3] ?? 1)) : null
}

function yearOf(number: number): number {
  if (number >= 100) return number
  return number <= CENTURY_TURNS ? 2000 + number : 1900 + number
}

function day(year: number, month: number, date: number): string | null {
  const at = new Date(Date.UTC(year, month - 1, date))
  const isReal = at.getUTCFullYear() === year && at.getUTCMonth() === month - 1 && at.getUTCDate() === date
  return isReal && year >= 1000 && year <= 9999 ? at.toISOString().slice(0, 10) : null
}

/**
 * The order that dates of a column are written in, by those that can be read in one way only; null when each could be read
 * in two, undefined when there is nothing to decide.
 */
export function orderOfDates(texts: readonly string[]): DateOrder | null | undefined {
  let isOpen = false
  for (const text of texts) {
    const [a = 0, b = 0] =
      /^(\d{1,2})[-/. ](\d{1,2})[-/. ]\d{2,4}(?:\D|$)/.exec(text.trim())?.slice(1).map(Number) ?? []
    if (a > 12 && b <= 12) return 'dmy'
    if (b > 12 && a <= 12) return 'mdy'
    if (a > 0 && a !== b) isOpen = true
  }
  return isOpen ? null : undefined
}
