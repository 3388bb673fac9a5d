/**
 * Schedules as people write them: five fields (minute, hour, day of the month, month, weekday), six with seconds in
 * front, or a name such as `@daily`. Browser-safe; when a schedule happens is worked out in cron.ts.
 *
 * A field is a star, a value, a range such as 9-17, a star or range with a step such as 0-30/5, or a list of these.
 * Months and weekdays have English names of three letters; 0 and 7 are both Sunday. When day of the month and weekday
 * are both restricted, either is enough; a field that starts with a star restricts nothing, and then both must hold.
 * This is how Vixie cron, and with it nearly every crontab, reads them.
 */

/** A parsed schedule. Every list is sorted and has no value twice. */
export interface Cron {
  readonly seconds: readonly number[]
  readonly minutes: readonly number[]
  readonly hours: readonly number[]
  /** Days of the month, 1 to 31. */
  readonly days: readonly number[]
  /** 1 to 12. */
  readonly months: readonly number[]
  /** 0 is Sunday. */
  readonly weekdays: readonly number[]
  /** Whether a day has to fit only one of `days` and `weekdays`, not both. */
  readonly eitherDay: boolean
  /**
   * Whether it names times of the day, as `30 2 * * *` does. Otherwise its seconds, minutes or hours start with a star, and it
   * happens whenever the clock passes such a time. The two differ where clocks are changed; see cron.ts.
   */
  readonly isFixed: boolean
}

/** A schedule that cannot be read, or would never happen; the message is for the person who wrote it. */
export class CronError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'CronError'
  }
}

interface Field {
  readonly name: string
  readonly min: number
  readonly max: number
  readonly words?: readonly string[]
}

const MONTH_NAMES = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const WEEKDAY_NAMES = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']

const SECOND: Field = { name: 'second', min: 0, max: 59 }
const MINUTE: Field = { name: 'minute', min: 0, max: 59 }
const HOUR: Field = { name: 'hour', min: 0, max: 23 }
const DAY: Field = { name: 'day of the month', min: 1, max: 31 }
const MONTH: Field = { name: 'month', min: 1, max: 12, words: MONTH_NAMES }
const WEEKDAY: Field = { name: 'weekday', min: 0, max: 7, words: WEEKDAY_NAMES }

const NAMED: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
}

/** The longest month of each name: February has 29 days in some year. */
const MONTH_DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

export const CRON_LENGTH_MAX = 200

/** Reads a schedule. Throws CronError for text that is none, and for dates that never happen, such as 30 February. */
export function parseCron(text: string): Cron {
  if (text.length > CRON_LENGTH_MAX) throw new CronError('This schedule is too long.')
  const written = text.trim().toLowerCase()
  const fields = (NAMED[written] ?? written).split(/\s+/)
  if (fields.length === 5) fields.unshift('0')
  if (written.startsWith('@') && NAMED[written] === undefined) {
    throw new CronError(
      `There is no schedule called "${written}"; there is ${Object.keys(NAMED).join(', ')}.`,
    )
  }
  if (fields.length !== 6) {
    throw new CronError(
      'A schedule has five fields: minute, hour, day of the month, month and weekday. A sixth in front is the second.',
    )
  }
  const [second = '', minute = '', hour = '', day = '', month = '', weekday = ''] = fields
  const cron: Cron = {
    seconds: readField(second, SECOND),
    minutes: readField(minute, MINUTE),
    hours: readField(hour, HOUR),
    days: readField(day, DAY),
    months: readField(month, MONTH),
    weekdays: sorted(readField(weekday, WEEKDAY).map(value => value % 7)),
    eitherDay: !day.startsWith('*') && !weekday.startsWith('*'),
    isFixed: ![second, minute, hour].some(field => field.startsWith('*')),
  }
  if (neverHappens(cron)) throw new CronError('This never happens: no month of this schedule has such a day.')
  return cron
}

/** What is wrong with a schedule, or null when it can be used. */
export function cronProblem(text: string): string | null {
  try {
    parseCron(text)
    return null
  } catch (error) {
    if (error instanceof CronError) return error.message
    throw error
  }
}

/** Whether this is the name of a time zone of the IANA database, such as Europe/Paris. Fixed offsets are not. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z][A-Za-z0-9_+/-]{0,63}$/.test(name)) return false
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}

/** Any date that exists falls on every weekday some year, so only days that no month has make a schedule impossible. */
function neverHappens({ days, months, eitherDay }: Cron): boolean {
  if (eitherDay) return false
  return months.every(month => days.every(day => day > (MONTH_DAYS[month - 1] ?? 0)))
}

function readField(text: string, field: Field): number[] {
  return sorted(text.split(',').flatMap(part => readPart(part, field)))
}

/** One member of a list: a star, a value or a range, with or without a step. */
function readPart(part: string, field: Field): number[] {
  const [span = '', step, ...more] = part.split('/')
  if (more.length > 0 || part === '') throw unreadable(part, field)
  const every = step === undefined ? 1 : readStep(step, part, field)
  const [from, to] = readSpan(span, part, field)
  if (step !== undefined && span !== '*' && !span.includes('-')) {
    throw new CronError(
      `Write "${part}" of the ${field.name} with an end, such as ${span}-${field.max}/${step}.`,
    )
  }
  const values: number[] = []
  for (let value = from; value <= to; value += every) values.push(value)
  return values
}

function readSpan(span: string, part: string, field: Field): [from: number, to: number] {
  // The weekday 7 is a second name of Sunday, which a star must not count twice.
  if (span === '*') return [field.min, field === WEEKDAY ? 6 : field.max]
  const [first = '', last, ...more] = span.split('-')
  if (more.length > 0) throw unreadable(part, field)
  const from = readValue(first, part, field)
  if (last === undefined) return [from, from]
  const to = readValue(last, part, field)
  // Sunday ends a week as well as it begins one: mon-sun.
  if (field === WEEKDAY && to === 0 && from > 0) return [from, 7]
  if (to < from) throw new CronError(`The range "${span}" of the ${field.name} ends before it begins.`)
  return [from, to]
}

function readValue(text: string, part: string, field: Field): number {
  const named = field.words?.indexOf(text) ?? -1
  if (named >= 0) return named + field.min
  if (!/^\d{1,2}$/.test(text)) throw unreadable(part, field)
  const value = Number(text)
  if (value < field.min || value > field.max) {
    throw new CronError(`The ${field.name} is from ${field.min} to ${field.max}, not ${value}.`)
  }
  return value
}

function readStep(text: string, part: string, field: Field): number {
  if (!/^\d{1,2}$/.test(text)) throw unreadable(part, field)
  const step = Number(text)
  if (step < 1 || step > field.max) {
    throw new CronError(`The step of "${part}" of the ${field.name} is from 1 to ${field.max}.`)
  }
  return step
}

function unreadable(part: string, field: Field): CronError {
  return new CronError(`"${part}" is nothing a ${field.name} can be.`)
}

function sorted(values: readonly number[]): number[] {
  return [...new Set(values)].sort((a, b) => a - b)
}
