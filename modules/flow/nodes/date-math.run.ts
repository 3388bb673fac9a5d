import type { Json } from '#platform/contract/plain-data.ts'
import { instantOf } from '../business-hours.ts'
import { type LoadTools, type NodeRunner, next, type Outcome, permanent, type Scope } from '../node-run.ts'
import type { DateMathConfig } from './date-math.ts'

const AMOUNT_MAX = 1_000_000
// Years of four digits, which every reader of dates understands.
const YEAR_MIN = 1
const YEAR_MAX = 9_999

export const dateMathRunner: NodeRunner<DateMathConfig> = {
  type: 'date_math',
  load(config, tools) {
    const { direction, unit, timeZone } = config
    const date = tools.value(config.date, { missing: 'error' })
    const amount = readerOf(config.amount, tools)
    return {
      run({ scope }) {
        const input = { date: date(scope), amount: amount(scope) }
        const from = msOf(input.date, timeZone)
        if (from === null) return failed('date.invalid_date', `${shown(input.date)} is not a date.`, input)
        const count = wholeNumber(input.amount)
        if (count === null) {
          return failed(
            'date.invalid_amount',
            `${shown(input.amount)} is not a whole number up to a million.`,
            input,
          )
        }
        const moved = movedBy(from, direction === 'add' ? count : -count, unit, timeZone)
        if (moved === null)
          return failed('date.out_of_range', 'The result is not in the years 1 to 9999.', input)
        return next('out', partsOf(moved), input)
      },
    }
  },
}

function readerOf(value: number | string, tools: LoadTools): (scope: Scope) => Json {
  return typeof value === 'string' ? tools.value(value, { missing: 'error' }) : () => value
}

function msOf(date: Json, timeZone: string): number | null {
  if (typeof date === 'number')
    return Number.isFinite(date) && Math.abs(date) <= 8.64e15 ? Math.trunc(date) : null
  return typeof date === 'string' ? instantOf(date, timeZone) : null
}

/** A whole number, also one that came as text from a form. */
function wholeNumber(value: Json): number | null {
  const number = typeof value === 'string' && /^\s*-?\d{1,7}\s*$/.test(value) ? Number(value) : value
  return typeof number === 'number' && Number.isInteger(number) && Math.abs(number) <= AMOUNT_MAX
    ? number
    : null
}

function movedBy(
  ms: number,
  amount: number,
  unit: DateMathConfig['unit'],
  timeZone: string,
): Temporal.ZonedDateTime | null {
  try {
    const moved = Temporal.Instant.fromEpochMilliseconds(ms)
      .toZonedDateTimeISO(timeZone)
      .add({ [unit]: amount })
    return moved.year >= YEAR_MIN && moved.year <= YEAR_MAX ? moved : null
  } catch (error) {
    // Temporal throws it for what is outside of the years it knows.
    if (error instanceof RangeError) return null
    throw error
  }
}

/** `iso` is the instant in UTC; everything else is what the clock and the calendar show in the time zone. */
function partsOf(at: Temporal.ZonedDateTime): Json {
  return {
    iso: new Date(at.epochMilliseconds).toISOString(),
    local: at.toString({ timeZoneName: 'never', fractionalSecondDigits: 0 }),
    date: at.toPlainDate().toString(),
    time: at.toPlainTime().toString({ smallestUnit: 'minute' }),
    year: at.year,
    month: at.month,
    day: at.day,
    hour: at.hour,
    minute: at.minute,
    second: at.second,
    weekday: at.dayOfWeek,
    week: at.weekOfYear ?? null,
    timeZone: at.timeZoneId,
  }
}

function shown(value: Json): string {
  return typeof value === 'string' ? `"${value.slice(0, 100)}"` : (JSON.stringify(value) ?? '').slice(0, 100)
}

function failed(code: string, message: string, input: Json): Outcome {
  return { do: 'fail', error: permanent(code, message), input }
}
