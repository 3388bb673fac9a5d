/**
 * Dates moved, cut and counted by units of the calendar. A calendar day stays one; an instant is moved by what the
 * clock on the wall shows in a time zone, so that a day later is the same time of day. A local time that a change of
 * the clock skips counts as much later as the clock jumps; of one that it repeats, the first counts. Runs in browsers.
 */

import { DAY_MS, type Moment, wallClock } from './date-text.ts'

export const DATE_UNITS = ['second', 'minute', 'hour', 'day', 'week', 'month', 'quarter', 'year'] as const
export type DateUnit = (typeof DATE_UNITS)[number]

const CLOCK_MS: Readonly<Partial<Record<DateUnit, number>>> = {
  second: 1_000,
  minute: 60_000,
  hour: 3_600_000,
}
const MONTHS: Readonly<Partial<Record<DateUnit, number>>> = { month: 1, quarter: 3, year: 12 }
const MONDAY_1970 = 4 * DAY_MS

/** The unit in a word such as "days" or "Day"; undefined for any other. */
export function readUnit(word: string): DateUnit | undefined {
  const one = word.trim().toLowerCase().replace(/s$/, '')
  return DATE_UNITS.find(unit => unit === one)
}

/**
 * The moment that many units later, or earlier for a negative amount. A calendar day moved by a unit of the clock
 * becomes an instant. Null when it is no moment people have a date for, or the amount of a calendar unit is not whole.
 */
export function moved(moment: Moment, amount: number, unit: DateUnit, timeZone: string): Moment | null {
  const clock = CLOCK_MS[unit]
  if (clock !== undefined)
    return checked({ ms: instantOfMoment(moment, timeZone) + Math.round(amount * clock), isDay: false })
  if (!Number.isInteger(amount)) return null
  const months = MONTHS[unit]
  const wall = wallOf(moment, timeZone)
  const shifted =
    months === undefined
      ? wall + amount * (unit === 'week' ? 7 : 1) * DAY_MS
      : plusMonths(wall, amount * months)
  return fromWall(shifted, moment.isDay, timeZone)
}

/** The first moment of the unit the moment lies in; a week starts on Monday. */
export function startOf(moment: Moment, unit: DateUnit, timeZone: string): Moment | null {
  const clock = CLOCK_MS[unit]
  if (clock !== undefined && moment.isDay) return moment
  const wall = wallOf(moment, timeZone)
  // An hour that the wall shows twice, as in autumn, begins in the one of the two that the moment lies in.
  if (clock !== undefined) return checked({ ms: moment.ms - (wall - floor(wall, unit)), isDay: false })
  return fromWall(floor(wall, unit), moment.isDay, timeZone)
}

/** The last moment of the unit: the last day for a calendar day, the last millisecond for an instant. */
export function endOf(moment: Moment, unit: DateUnit, timeZone: string): Moment | null {
  const start = startOf(moment, unit, timeZone)
  if (start === null || (CLOCK_MS[unit] !== undefined && moment.isDay)) return start
  const next = moved(start, 1, unit, timeZone)
  return next && checked({ ms: next.ms - (moment.isDay ? DAY_MS : 1), isDay: moment.isDay })
}

/** How many whole units lie between, negative when `to` is earlier. Units of the clock count real time. */
export function wholeBetweenMoments(from: Moment, to: Moment, unit: DateUnit, timeZone: string): number {
  const clock = CLOCK_MS[unit]
  if (clock !== undefined)
    return whole((instantOfMoment(to, timeZone) - instantOfMoment(from, timeZone)) / clock)
  const [a, b] = [wallOf(from, timeZone), wallOf(to, timeZone)]
  const months = MONTHS[unit]
  if (months === undefined) return whole((b - a) / (unit === 'week' ? 7 * DAY_MS : DAY_MS))
  const [first, last] = [new Date(a), new Date(b)]
  let count = (last.getUTCFullYear() - first.getUTCFullYear()) * 12 + last.getUTCMonth() - first.getUTCMonth()
  if (count > 0 && plusMonths(a, count) > b) count -= 1
  else if (count < 0 && plusMonths(a, count) < b) count += 1
  return whole(count / months)
}

/** The day of the week in a time zone, from 1 for Monday to 7 for Sunday. */
export function weekdayOf(moment: Moment, timeZone: string): number {
  return new Date(wallOf(moment, timeZone)).getUTCDay() || 7
}

/** YYYY-MM-DD for a calendar day, else the instant in UTC with milliseconds. */
export function momentText({ ms, isDay }: Moment): string {
  const written = new Date(ms).toISOString()
  return isDay ? written.slice(0, 10) : written
}

function whole(count: number): number {
  return Math.trunc(count) || 0
}

/** What the wall shows, as if it were UTC, milliseconds included. The zone is checked for a calendar day too. */
function wallOf({ ms, isDay }: Moment, timeZone: string): number {
  const rest = ms - Math.floor(ms / 1_000) * 1_000
  const wall = wallClock(ms - rest, timeZone) + rest
  return isDay ? ms : wall
}

function instantOfMoment(moment: Moment, timeZone: string): number {
  return moment.isDay ? instantAt(moment.ms, timeZone) : moment.ms
}

function fromWall(wall: number, isDay: boolean, timeZone: string): Moment | null {
  if (checked({ ms: wall, isDay }) === null) return null
  return checked({ ms: isDay ? wall : instantAt(wall, timeZone), isDay })
}

function instantAt(wall: number, timeZone: string): number {
  const offsetAt = (ms: number) => {
    const second = Math.floor(ms / 1_000) * 1_000
    return wallClock(second, timeZone) - second
  }
  const before = wall - offsetAt(wall - DAY_MS)
  const after = wall - offsetAt(wall + DAY_MS)
  const fits = (ms: number) => ms + offsetAt(ms) === wall
  if (fits(before)) return fits(after) ? Math.min(before, after) : before
  return fits(after) ? after : before
}

function floor(wall: number, unit: DateUnit): number {
  const clock = CLOCK_MS[unit]
  if (clock !== undefined) return Math.floor(wall / clock) * clock
  if (unit === 'day') return Math.floor(wall / DAY_MS) * DAY_MS
  if (unit === 'week') return Math.floor((wall - MONDAY_1970) / (7 * DAY_MS)) * 7 * DAY_MS + MONDAY_1970
  const date = new Date(wall)
  const months = MONTHS[unit] ?? 1
  const day = new Date(0)
  day.setUTCFullYear(date.getUTCFullYear(), Math.floor(date.getUTCMonth() / months) * months, 1)
  return day.getTime()
}

/** The same day of another month, or that month's last day. */
function plusMonths(wall: number, months: number): number {
  const date = new Date(wall)
  const day = date.getUTCDate()
  date.setUTCDate(1)
  date.setUTCMonth(date.getUTCMonth() + months)
  const last = new Date(date)
  last.setUTCMonth(last.getUTCMonth() + 1, 0)
  date.setUTCDate(Math.min(day, last.getUTCDate()))
  return date.getTime()
}

const FIRST_MS = new Date('0001-01-01T00:00:00Z').getTime()
const LAST_MS = new Date('9999-12-31T23:59:59.999Z').getTime()

/** Null outside the years 1 to 9999, which is what can be written as a date and read again. */
function checked(moment: Moment): Moment | null {
  return moment.ms >= FIRST_MS && moment.ms <= LAST_MS ? moment : null
}
