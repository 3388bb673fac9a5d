/**
 * When a schedule happens, in a time zone with its changes of the clock:
 * - A time that a day skips (02:30 when clocks go from 2 to 3) happens as long after the change as it would have been
 *   after it without one, at 03:30. If that time is in the schedule anyway, it happens once.
 * - A time that a day has twice happens at its first occurrence only.
 * - Both are about fixed times. A schedule whose seconds, minutes or hours start with a star, such as every five minutes,
 *   follows the clock instead: it happens through a repeated hour both times and not in a skipped one.
 *
 * Instants are milliseconds since 1970. "Local" below is what the clock on the wall shows, as if it were UTC.
 */

import type { Cron } from './cron-text.ts'

const SECOND = 1_000
const DAY = 86_400_000
/** 29 February falls on a given weekday at least every 40 years. */
const HORIZON = 50 * 366 * DAY

/** The first instant after `after` at which it happens; null when that is more than half a century away. */
export function nextSlot(cron: Cron, timeZone: string, after: number): number | null {
  const around = spanAt(timeZone, after)
  let best: number | null = null
  // Times that the last change skipped may still lie ahead.
  let span: Span | null = spanBefore(timeZone, around) ?? around
  while (span !== null) {
    const { from, to } = localRange(cron, span)
    if ((best !== null && best < from - span.offset) || from - span.offset > after + HORIZON) return best
    const found = firstLocal(cron, Math.max(from, after + span.offset + 1), to)
    if (found !== null) best = Math.min(best ?? Infinity, found - span.offset)
    span = span.to === Infinity ? null : spanAt(timeZone, span.to)
  }
  return best
}

/** The instants after `after` and not after `upTo` at which it happens, earliest first; of many only the latest `most`. */
export function slotsBetween(
  cron: Cron,
  timeZone: string,
  { after, upTo, most }: { after: number; upTo: number; most: number },
): number[] {
  const slots: number[] = []
  for (let end = upTo; slots.length < most; ) {
    const slot = previousSlot(cron, timeZone, after, end)
    if (slot === null) break
    slots.unshift(slot)
    end = slot - 1
  }
  return slots
}

/** The last instant after `after` and not after `upTo` at which it happens, or null. */
function previousSlot(cron: Cron, timeZone: string, after: number, upTo: number): number | null {
  let best: number | null = null
  let span: Span | null = spanAt(timeZone, upTo)
  while (span !== null) {
    const { from, to } = localRange(cron, span)
    if (to - span.offset <= (best ?? after)) return best
    const found = lastLocal(
      cron,
      Math.max(from, after + span.offset + 1),
      Math.min(to, upTo + span.offset + 1),
    )
    if (found !== null) best = Math.max(best ?? -Infinity, found - span.offset)
    span = spanBefore(timeZone, span)
  }
  return best
}

/** A time without a change of the clock, from one change up to but not including the next. */
interface Span {
  readonly from: number
  readonly to: number
  /** What local time is ahead of UTC, in milliseconds. */
  readonly offset: number
  /** The same in the spans before and after this one. */
  readonly offsetBefore: number
  readonly offsetAfter: number
}

function spanAt(timeZone: string, ms: number): Span {
  const at = zonedAt(timeZone, ms)
  // "previous" looks strictly before, so the question is put a moment later to find a change at this very instant.
  const from = zonedAt(timeZone, ms + 1).getTimeZoneTransition('previous')
  const to = at.getTimeZoneTransition('next')
  const offset = offsetOf(at)
  return {
    from: from?.epochMilliseconds ?? -Infinity,
    to: to?.epochMilliseconds ?? Infinity,
    offset,
    offsetBefore: from ? offsetOf(zonedAt(timeZone, from.epochMilliseconds - 1)) : offset,
    offsetAfter: to ? offsetOf(to) : offset,
  }
}

function spanBefore(timeZone: string, span: Span): Span | null {
  return span.from === -Infinity ? null : spanAt(timeZone, span.from - 1)
}

function zonedAt(timeZone: string, ms: number): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(timeZone)
}

function offsetOf(at: Temporal.ZonedDateTime): number {
  return at.offsetNanoseconds / 1e6
}

/**
 * The local times a span answers for. For fixed times the spans share all of local time without gap or overlap: a
 * skipped time is counted with the offset before the change, a repeated one belongs to the span before it.
 */
function localRange(cron: Cron, span: Span): { from: number; to: number } {
  const { offset } = span
  return {
    from: span.from + (cron.isFixed ? Math.max(span.offsetBefore, offset) : offset),
    to: span.to + (cron.isFixed ? Math.max(offset, span.offsetAfter) : offset),
  }
}

/** The first local time of the schedule from `from` up to but not including `to`, within the horizon. */
function firstLocal(cron: Cron, from: number, to: number): number | null {
  const limit = Math.min(to, from + HORIZON)
  for (let day = startOfDay(from); day < limit; day += DAY) {
    if (!isDay(cron, day)) continue
    const time = timeAt(cron, timesBefore(cron, from - day))
    if (time === null) continue
    return day + time < limit ? day + time : null
  }
  return null
}

/** The last such local time. */
function lastLocal(cron: Cron, from: number, to: number): number | null {
  for (let day = startOfDay(to - 1); day > from - DAY; day -= DAY) {
    if (!isDay(cron, day)) continue
    const time = timeAt(cron, timesBefore(cron, to - day) - 1)
    if (time === null) continue
    return day + time >= from ? day + time : null
  }
  return null
}

function startOfDay(local: number): number {
  return Math.floor(local / DAY) * DAY
}

function isDay(cron: Cron, day: number): boolean {
  const date = new Date(day)
  if (!cron.months.includes(date.getUTCMonth() + 1)) return false
  const byDay = cron.days.includes(date.getUTCDate())
  const byWeekday = cron.weekdays.includes(date.getUTCDay())
  return cron.eitherDay ? byDay || byWeekday : byDay && byWeekday
}

/** The time of the day with this number among all of the schedule's times, in milliseconds; null when there is none. */
function timeAt({ hours, minutes, seconds }: Cron, index: number): number | null {
  const perHour = minutes.length * seconds.length
  const hour = hours[Math.floor(index / perHour)]
  const minute = minutes[Math.floor((index % perHour) / seconds.length)]
  const second = seconds[index % seconds.length]
  if (hour === undefined || minute === undefined || second === undefined) return null
  return ((hour * 60 + minute) * 60 + second) * SECOND
}

/** How many of the schedule's times of the day are before this one. */
function timesBefore(cron: Cron, time: number): number {
  let low = 0
  let high = cron.hours.length * cron.minutes.length * cron.seconds.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((timeAt(cron, middle) ?? Infinity) < time) low = middle + 1
    else high = middle
  }
  return low
}
