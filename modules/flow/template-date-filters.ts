import {
  DATE_UNITS,
  type DateUnit,
  endOf,
  momentText,
  moved,
  readUnit,
  startOf,
  weekdayOf,
  wholeBetweenMoments,
} from './date-steps.ts'
import { formatMoment, type Moment, readMoment } from './date-text.ts'
import {
  type Filter,
  type FilterEnvironment,
  FilterFailure,
  FORMAT_STEPS,
  given,
  optional,
  required,
  shown,
} from './template-filter.ts'

const FORMAT_LENGTH_MAX = 200
const AMOUNT_MAX = 1_000_000

const unitWord = (value: string) =>
  readUnit(value) === undefined ? `be one of ${DATE_UNITS.map(unit => `${unit}s`).join(', ')}` : undefined
const amountSize = (value: number) => (Math.abs(value) <= AMOUNT_MAX ? undefined : `be at most ${AMOUNT_MAX}`)

const unit = required('unit', 'string', unitWord)
const zone = optional('time zone', 'string')
const step = [required('amount', 'number', amountSize), unit, zone]

/**
 * Everything that takes a date: ISO 8601 text, or a number of milliseconds since 1970. A day without a time stays a
 * day, and is never shifted by a time zone. `now` is a value of every run, not a filter.
 */
export const dateFilters: Readonly<Record<string, Filter>> = {
  date: {
    description: 'A date in a format such as "D MMMM YYYY, HH:mm", in a time zone.',
    parameters: [optional('format', 'string'), zone, optional('locale', 'string')],
    apply: (value, [format, where, locale], env) =>
      written(
        momentIn(value, env),
        given(format, 'YYYY-MM-DD'),
        given(where, env.timeZone),
        given(locale, env.locale),
        env,
      ),
  },
  date_add: {
    description: 'A date that much later. Days and longer units follow the calendar of the time zone.',
    parameters: step,
    apply: (value, [amount, word, where], env) =>
      stepped(value, amount as number, word, given(where, env.timeZone), env),
  },
  date_subtract: {
    description: 'A date that much earlier.',
    parameters: step,
    apply: (value, [amount, word, where], env) =>
      stepped(value, -(amount as number), word, given(where, env.timeZone), env),
  },
  date_diff: {
    description:
      'How many whole units lie between this date and another one; negative when that one is earlier.',
    parameters: [required('date', 'any'), unit, zone],
    apply: (value, [other, word, where], env) =>
      wholeBetweenMoments(
        momentIn(value, env),
        momentIn(other, env),
        unitIn(word),
        given(where, env.timeZone),
      ),
  },
  start_of: {
    description: 'The start of the hour, day, week (Monday), month, quarter or year the date lies in.',
    parameters: [unit, zone],
    apply: (value, [word, where], env) =>
      textOf(startOf(momentIn(value, env), unitIn(word), given(where, env.timeZone))),
  },
  end_of: {
    description: 'The end of it: the last day, or the last millisecond.',
    parameters: [unit, zone],
    apply: (value, [word, where], env) =>
      textOf(endOf(momentIn(value, env), unitIn(word), given(where, env.timeZone))),
  },
  in_zone: {
    description: 'The date and time on the clocks of a time zone, with its offset.',
    parameters: [required('time zone', 'string')],
    apply: (value, [where], env) => {
      const moment = momentIn(value, env)
      return moment.isDay
        ? momentText(moment)
        : written(moment, 'YYYY-MM-DD[T]HH:mm:ssZ', where as string, env.locale, env)
    },
  },
  weekday: {
    description: 'The name of the day of the week.',
    parameters: [zone, optional('locale', 'string')],
    apply: (value, [where, locale], env) =>
      written(momentIn(value, env), 'dddd', given(where, env.timeZone), given(locale, env.locale), env),
  },
  weekday_number: {
    description: 'The day of the week from 1 for Monday to 7 for Sunday.',
    parameters: [zone],
    apply: (value, [where], env) => weekdayOf(momentIn(value, env), given(where, env.timeZone)),
  },
  timestamp: {
    description: 'Milliseconds since 1970.',
    parameters: [],
    apply: (value, _, env) => momentIn(value, env).ms,
  },
}

function momentIn(value: unknown, env: FilterEnvironment): Moment {
  env.spend(FORMAT_STEPS)
  const moment = readMoment(value)
  if (moment === null) throw new FilterFailure('bad_value', `"${shown(value)}" is not a date.`)
  return moment
}

/** Parameters are checked before a filter is applied, so this is always one of them. */
function unitIn(word: unknown): DateUnit {
  return readUnit(String(word)) ?? 'day'
}

function stepped(
  value: unknown,
  amount: number,
  word: unknown,
  where: string,
  env: FilterEnvironment,
): string {
  const unitOfStep = unitIn(word)
  const moment = moved(momentIn(value, env), amount, unitOfStep, where)
  if (moment === null && !Number.isInteger(amount))
    throw new FilterFailure('bad_argument', `A part of a ${unitOfStep} cannot be added to a date.`)
  return textOf(moment)
}

function textOf(moment: Moment | null): string {
  if (moment === null) throw new FilterFailure('bad_value', 'The date is not within the years 1 to 9999.')
  return momentText(moment)
}

function written(
  moment: Moment,
  format: string,
  where: string,
  locale: string,
  env: FilterEnvironment,
): string {
  if (format.length > FORMAT_LENGTH_MAX)
    throw new FilterFailure('bad_argument', `A date format has at most ${FORMAT_LENGTH_MAX} characters.`)
  env.spend(format.length)
  return formatMoment(moment, format, where, locale)
}
