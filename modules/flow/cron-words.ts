/** Schedules in plain English, such as "Every weekday at 09:00, Europe/Paris". Browser-safe. */

import type { Cron } from './cron-text.ts'

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]
const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']
const TIMES_MAX = 6

/** Says when a schedule happens. */
export function cronWords(cron: Cron, timeZone: string): string {
  const times = clockTimes(cron)
  const day = dayWords(cron)
  if (times !== null) return `${sentence(day)} at ${listed(times)}, ${timeZone}`
  const often = oftenWords(cron)
  return `${sentence(day === 'every day' ? often : `${often}, ${day}`)}, ${timeZone}`
}

/** The times of the day when they are few enough to be listed. */
function clockTimes({ hours, minutes, seconds }: Cron): string[] | null {
  if (hours.length * minutes.length * seconds.length > TIMES_MAX) return null
  const withSeconds = seconds.length > 1 || seconds[0] !== 0
  return hours.flatMap(hour =>
    minutes.flatMap(minute =>
      seconds.map(second => [hour, minute, ...(withSeconds ? [second] : [])].map(two).join(':')),
    ),
  )
}

/** How often within the hours of a day: "every 5 minutes from 09:00 to 17:59". */
function oftenWords({ hours, minutes, seconds }: Cron): string {
  const minute = everyWords(minutes, 60, 'minute')
  const second = seconds.length === 1 && seconds[0] === 0 ? null : everyWords(seconds, 60, 'second')
  if (second !== null) {
    const inMinutes = minutes.length === 60 ? [] : [`during ${plural('minute', minutes)}`]
    return [second, ...inMinutes, hoursWords(hours)].filter(part => part !== '').join(' ')
  }
  if (minute.startsWith('every')) return [minute, hoursWords(hours)].filter(part => part !== '').join(' ')
  const every = everyWords(hours, 24, 'hour')
  if (minutes.length === 1 && hours.length < 24 && isRun(hours)) {
    const [first, last] = [hours[0] ?? 0, hours.at(-1) ?? 0].map(
      hour => `${two(hour)}:${two(minutes[0] ?? 0)}`,
    )
    return `every hour from ${first} to ${last}`
  }
  if (!every.startsWith('every')) return `${minute} of ${plural('hour', hours)}`
  return minutes.length === 1 && minutes[0] === 0 ? every : `${every} ${minute}`
}

/** "every 5 minutes" for a step that fills the whole unit evenly, else "at minutes 5 and 40". */
function everyWords(values: readonly number[], size: number, unit: string): string {
  const step = size / values.length
  if (values.every((value, index) => value === index * step)) {
    return step === 1 ? `every ${unit}` : step === size ? `at ${unit} 0` : `every ${step} ${unit}s`
  }
  return `at ${plural(unit, values)}`
}

function hoursWords(hours: readonly number[]): string {
  if (hours.length === 24) return ''
  const first = hours[0] ?? 0
  const last = hours.at(-1) ?? 0
  return isRun(hours) ? `from ${two(first)}:00 to ${two(last)}:59` : `during ${plural('hour', hours)}`
}

function dayWords(cron: Cron): string {
  const months = cron.months.length === 12 ? null : listed(cron.months.map(monthName))
  const dates = `on ${datesWords(cron)} of ${months ?? 'every month'}`
  const weekdays = `${weekdayWords(cron.weekdays)}${months === null ? '' : ` in ${months}`}`
  if (cron.eitherDay) return `${dates} and ${weekdays}`
  if (cron.days.length === 31) return weekdays
  return cron.weekdays.length === 7
    ? dates
    : `${dates} if it is ${listed(cron.weekdays.map(weekdayName), 'or')}`
}

function datesWords({ days }: Cron): string {
  if (days.length > 2 && isRun(days))
    return `the ${ordinal(days[0] ?? 1)} to the ${ordinal(days.at(-1) ?? 1)}`
  return `the ${listed(days.map(ordinal))}`
}

/** Weekdays in words, 0 being Sunday: "every weekday", "every Monday and Friday". */
export function weekdayWords(weekdays: readonly number[]): string {
  const key = [...weekdays].sort((a, b) => a - b).join('')
  if (key === '0123456') return 'every day'
  if (key === '12345') return 'every weekday'
  if (key === '06') return 'every Saturday and Sunday'
  // A week is read from Monday.
  const ordered = [...weekdays].sort((a, b) => ((a + 6) % 7) - ((b + 6) % 7))
  return `every ${listed(ordered.map(weekdayName))}`
}

function monthName(month: number): string {
  return MONTHS[month - 1] ?? ''
}

function weekdayName(weekday: number): string {
  return WEEKDAYS[weekday] ?? ''
}

function ordinal(value: number): string {
  const ending = value > 10 && value < 14 ? undefined : { 1: 'st', 2: 'nd', 3: 'rd' }[value % 10]
  return `${value}${ending ?? 'th'}`
}

/** "hour 9", "hours 9 to 17", "hours 9 and 17". */
function plural(unit: string, values: readonly number[]): string {
  if (values.length === 1) return `${unit} ${values[0]}`
  return values.length > 2 && isRun(values)
    ? `${unit}s ${values[0]} to ${values.at(-1)}`
    : `${unit}s ${listed(values.map(String))}`
}

function isRun(values: readonly number[]): boolean {
  return values.every((value, index) => value === (values[0] ?? 0) + index)
}

function listed(words: readonly string[], last = 'and'): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} ${last} ${words.at(-1)}`
}

function two(value: number): string {
  return String(value).padStart(2, '0')
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
