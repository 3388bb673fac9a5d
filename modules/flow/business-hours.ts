/**
 * Waiting by the calendar of a place: until it opens, or until a date that somebody wrote. A local time that a change of the
 * clock skips counts as much later as the clock jumps; of one that it repeats, the first counts. Instants are milliseconds
 * since 1970.
 */

import { readMoment } from './date-text.ts'

/** When a place is open. */
export interface BusinessHours {
  readonly timeZone: string
  /** 1 is Monday, 7 is Sunday. */
  readonly days: readonly number[]
  /** HH:MM on the clock there; `to` is the first minute it is closed again, at most 24:00. */
  readonly from: string
  readonly to: string
  /** Days it stays closed, YYYY-MM-DD. */
  readonly holidays: readonly string[]
}

const DAYS_AHEAD_MAX = 731
const OFFSET_AT_END = /(?:Z|[+-]\d{2}:?\d{2})$/i

/** The first instant from `now` on at which the place is open: `now` itself when it is. Null when it stays closed for two years. */
export function nextOpening(hours: BusinessHours, now: number): number | null {
  const { timeZone, days } = hours
  const holidays = new Set(hours.holidays)
  let day = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(timeZone).toPlainDate()
  for (let ahead = 0; ahead <= DAYS_AHEAD_MAX; ahead += 1, day = day.add({ days: 1 })) {
    if (!days.includes(day.dayOfWeek) || holidays.has(day.toString())) continue
    const opens = instantAt(day, hours.from, timeZone)
    // Both ends may fall into a skipped hour, which then has nothing between them.
    if (Math.max(opens, now) < instantAt(day, hours.to, timeZone)) return Math.max(opens, now)
  }
  return null
}

/**
 * The instant of an ISO date or date-time; without an offset of its own it is local time in `timeZone`, and a date alone is the
 * beginning of that day. Null for anything else.
 */
export function instantOf(text: string, timeZone: string): number | null {
  const written = text.trim()
  const moment = readMoment(written)
  if (moment === null) return null
  if (!moment.isDay && OFFSET_AT_END.test(written)) return moment.ms
  const local = Temporal.Instant.fromEpochMilliseconds(moment.ms).toZonedDateTimeISO('UTC').toPlainDateTime()
  return local.toZonedDateTime(timeZone).epochMilliseconds
}

/** An instant moved by whole units. Days and weeks are those of the calendar: a day later is the same time on the clock. */
export function shifted(
  ms: number,
  { amount, unit }: { amount: number; unit: 'seconds' | 'minutes' | 'hours' | 'days' | 'weeks' },
  timeZone: string,
): number {
  const at = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(timeZone)
  return at.add({ [unit]: amount }).epochMilliseconds
}

function instantAt(day: Temporal.PlainDate, time: string, timeZone: string): number {
  const [on, at] = time === '24:00' ? [day.add({ days: 1 }), '00:00'] : [day, time]
  return on.toZonedDateTime({ timeZone, plainTime: at }).epochMilliseconds
}
