/**
 * Dates as tenants write and read them. A date without a time ("2026-03-01", what a form's date field holds)
 * is a calendar day, not an instant: it is never shifted by a time zone.
 */

export type Moment = {
  /** Milliseconds since 1970 in UTC; for a calendar day, its midnight in UTC. */
  readonly ms: number
  readonly isDay: boolean
}

const ISO =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s?(Z|[+-]\d{2}:?\d{2})?)?$/i
const MS_MAX = 8.64e15
export const DAY_MS = 86_400_000
const SPAN = /^(\d{1,9}(?:\.\d{1,6})?)\s*(second|minute|hour|day|week)s?$/i
const SPAN_UNIT_MS: Readonly<Record<string, number>> = {
  second: 1_000,
  minute: 60_000,
  hour: 3_600_000,
  day: DAY_MS,
  week: 7 * DAY_MS,
}
const FORMAT_TOKENS = /\[([^\]]*)\]|YYYY|YY|MMMM|MMM|MM|M|dddd|ddd|DD|D|HH|H|hh|h|mm|m|ss|s|A|a|Z/g
const FORMATTERS_MAX = 200

/** Format, zone and locale cannot be trusted, so formatters are kept only up to a bound. */
const formatters = new Map<string, Intl.DateTimeFormat>()

/**
 * Reads an ISO 8601 date or date-time, or a number of milliseconds since 1970. A date-time without an offset
 * is UTC. Null for anything else, including days that do not exist.
 */
export function readMoment(value: unknown): Moment | null {
  if (typeof value === 'number') {
    return Number.isFinite(value) && Math.abs(value) <= MS_MAX
      ? { ms: Math.trunc(value), isDay: false }
      : null
  }
  if (typeof value !== 'string' || value.length > 40) return null
  const match = ISO.exec(value.trim())
  if (match === null) return null
  const [, year = '', month = '', day = '', hour, minute = '0', second = '0', fraction = '', offset] = match
  const midnight = utcDay(Number(year), Number(month), Number(day))
  if (midnight === null) return null
  if (hour === undefined) return { ms: midnight, isDay: true }
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return null
  const offsetMinutes = readOffset(offset)
  if (offsetMinutes === null) return null
  const minutes = Number(hour) * 60 + Number(minute) - offsetMinutes
  const ms = midnight + minutes * 60_000 + Number(second) * 1000 + Number(fraction.padEnd(3, '0').slice(0, 3))
  return { ms, isDay: false }
}

/**
 * A span such as "7 days", "1 hour" or "90 minutes" in milliseconds; a number alone means days of 24 hours. Null
 * for anything else.
 */
export function readSpan(value: unknown): number | null {
  if (typeof value === 'number') return Number.isFinite(value) && value >= 0 ? value * DAY_MS : null
  if (typeof value !== 'string' || value.length > 40) return null
  const text = value.trim()
  if (/^\d{1,9}(\.\d{1,6})?$/.test(text)) return Number(text) * DAY_MS
  const [, amount = '', unit = ''] = SPAN.exec(text) ?? []
  const size = SPAN_UNIT_MS[unit.toLowerCase()]
  return size === undefined ? null : Number(amount) * size
}

/**
 * Writes a moment with the tokens YYYY YY MMMM MMM MM M dddd ddd DD D HH H hh h mm m ss s A a Z; text in
 * [brackets] is copied. Throws RangeError for an unknown time zone or locale.
 */
export function formatMoment(moment: Moment, format: string, timeZone: string, locale: string): string {
  // The zone is checked for a calendar day too, so that a wrong one is found whatever the data holds.
  const zoned = wallClock(moment.ms, timeZone)
  const wall = moment.isDay ? moment.ms : zoned
  const date = new Date(wall)
  const hours = date.getUTCHours()
  return format.replace(FORMAT_TOKENS, (token: string, literal: string | undefined) => {
    if (literal !== undefined) return literal
    switch (token) {
      case 'YYYY':
        return pad(date.getUTCFullYear(), 4)
      case 'YY':
        return pad(date.getUTCFullYear() % 100, 2)
      case 'MMMM':
        return named(wall, { month: 'long' }, locale)
      case 'MMM':
        return named(wall, { month: 'short' }, locale)
      case 'MM':
        return pad(date.getUTCMonth() + 1, 2)
      case 'M':
        return String(date.getUTCMonth() + 1)
      case 'dddd':
        return named(wall, { weekday: 'long' }, locale)
      case 'ddd':
        return named(wall, { weekday: 'short' }, locale)
      case 'DD':
        return pad(date.getUTCDate(), 2)
      case 'D':
        return String(date.getUTCDate())
      case 'HH':
        return pad(hours, 2)
      case 'H':
        return String(hours)
      case 'hh':
        return pad(hours % 12 || 12, 2)
      case 'h':
        return String(hours % 12 || 12)
      case 'mm':
        return pad(date.getUTCMinutes(), 2)
      case 'm':
        return String(date.getUTCMinutes())
      case 'ss':
        return pad(date.getUTCSeconds(), 2)
      case 's':
        return String(date.getUTCSeconds())
      case 'A':
        return hours < 12 ? 'AM' : 'PM'
      case 'a':
        return hours < 12 ? 'am' : 'pm'
      default:
        return offsetText(wall - moment.ms)
    }
  })
}

function utcDay(year: number, month: number, day: number): number | null {
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? date.getTime() : null
}

/** Minutes east of UTC, or null for an offset no place has. */
function readOffset(text: string | undefined): number | null {
  if (text === undefined || text.toUpperCase() === 'Z') return 0
  const hours = Number(text.slice(1, 3))
  const minutes = Number(text.slice(-2))
  if (hours > 23 || minutes > 59) return null
  return (text.startsWith('-') ? -1 : 1) * (hours * 60 + minutes)
}

/**
 * What a clock on the wall in that zone shows at that time, to the second, expressed as if it were UTC. Throws
 * RangeError for an unknown zone.
 */
export function wallClock(ms: number, timeZone: string): number {
  const parts: Record<string, number> = {}
  const options: Intl.DateTimeFormatOptions = {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }
  for (const part of formatter('en-US', options).formatToParts(ms)) parts[part.type] = Number(part.value)
  const date = new Date(0)
  date.setUTCFullYear(parts.year ?? 0, (parts.month ?? 1) - 1, parts.day ?? 1)
  date.setUTCHours(parts.hour ?? 0, parts.minute ?? 0, parts.second ?? 0)
  return date.getTime()
}

function named(wall: number, options: Intl.DateTimeFormatOptions, locale: string): string {
  return formatter(locale, { ...options, timeZone: 'UTC' }).format(wall)
}

function formatter(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${locale} ${JSON.stringify(options)}`
  const known = formatters.get(key)
  if (known !== undefined) return known
  const made = new Intl.DateTimeFormat(locale, options)
  if (formatters.size >= FORMATTERS_MAX) formatters.clear()
  formatters.set(key, made)
  return made
}

function offsetText(differenceMs: number): string {
  const minutes = Math.round(differenceMs / 60_000)
  const size = Math.abs(minutes)
  return `${minutes < 0 ? '-' : '+'}${pad(Math.floor(size / 60), 2)}:${pad(size % 60, 2)}`
}

function pad(value: number, width: number): string {
  return String(value).padStart(width, '0')
}
