import { minorDigits } from '#platform/contract/money.ts'
import { isPlainObject } from '#platform/contract/plain-data.ts'
import {
  type Filter,
  type FilterEnvironment,
  FilterFailure,
  FORMAT_STEPS,
  given,
  numberIn,
  optional,
  required,
  wholeBetween,
} from './template-filter.ts'

const currencyCode = (value: string) =>
  /^[A-Za-z]{3}$/.test(value) ? undefined : 'be a currency code such as "EUR"'
const locale = optional('locale', 'string')
const decimals = (most: number) => optional('decimals', 'number', wholeBetween(0, most))
const other = [required('number', 'number')]

/**
 * Everything that takes a number; texts are read as numbers by the rule of number-text.ts. What comes out of a
 * calculation is a number with at most 15 digits, so that 0.1 plus 0.2 is 0.3.
 */
export const numberFilters: Readonly<Record<string, Filter>> = {
  number: {
    description: 'A number with group separators and a fixed count of decimals, as a text.',
    parameters: [decimals(20), locale],
    apply: (value, [places, where], env) => {
      const options = places === undefined ? {} : fixed(places as number)
      return formatted(numberIn(value), options, given(where, env.locale), env)
    },
  },
  money: {
    description: 'A number in major units, or { amount, currency } in minor units, as money.',
    parameters: [optional('currency', 'string', currencyCode), locale],
    apply: (value, [currency, where], env) =>
      money(value, currency as string | undefined, given(where, env.locale), env),
  },
  percent: {
    description: 'A share such as 0.25 as a percentage.',
    parameters: [decimals(20), locale],
    apply: (value, [places, where], env) =>
      formatted(
        numberIn(value),
        { style: 'percent', ...fixed((places as number | undefined) ?? 0) },
        given(where, env.locale),
        env,
      ),
  },
  to_number: {
    description: 'The number in a text such as "$5,000", to go on calculating with.',
    parameters: [],
    apply: value => numberIn(value),
  },
  round: {
    description: 'Rounded to a count of decimals, half away from zero.',
    parameters: [decimals(15)],
    apply: (value, [places]) => rounded(numberIn(value), (places as number | undefined) ?? 0),
  },
  floor: {
    description: 'The next whole number below.',
    parameters: [],
    apply: value => sound(Math.floor(numberIn(value))),
  },
  ceil: {
    description: 'The next whole number above.',
    parameters: [],
    apply: value => sound(Math.ceil(numberIn(value))),
  },
  abs: { description: 'Without its sign.', parameters: [], apply: value => Math.abs(numberIn(value)) },
  plus: calculation('Adds a number.', (a, b) => a + b),
  minus: calculation('Takes a number away.', (a, b) => a - b),
  times: calculation('Multiplies with a number.', (a, b) => a * b),
  divided_by: calculation('Divides by a number.', (a, b) => a / notZero(b)),
  mod: calculation('What is left after dividing; never negative for a positive number.', (a, b) => {
    const left = a % notZero(b)
    return left !== 0 && left < 0 !== b < 0 ? left + b : left
  }),
  at_least: calculation('The number, or the given one when that is greater.', Math.max),
  at_most: calculation('The number, or the given one when that is smaller.', Math.min),
}

function calculation(description: string, result: (a: number, b: number) => number): Filter {
  return {
    description,
    parameters: other,
    apply: (value, [second]) => sound(result(numberIn(value), second as number)),
  }
}

/** A result people can read: without the last digits that binary fractions get wrong, and never -0. */
export function sound(value: number): number {
  if (!Number.isFinite(value)) throw new FilterFailure('bad_value', 'The number is too large.')
  if (value === 0 || Number.isInteger(value)) return value === 0 ? 0 : value
  return Number(value.toPrecision(15))
}

function notZero(value: number): number {
  if (value === 0) throw new FilterFailure('bad_argument', 'Nothing can be divided by zero.')
  return value
}

/** Works on the decimal digits, because 1.005 times 100 is 100.49999999999999. */
function rounded(value: number, places: number): number {
  const [digits = '0', exponent = '0'] = String(Math.abs(value)).split('e')
  const scaled = Math.round(Number(`${digits}e${Number(exponent) + places}`))
  const [whole = '0', more = '0'] = String(scaled).split('e')
  return sound(Math.sign(value) * Number(`${whole}e${Number(more) - places}`))
}

function fixed(places: number): Intl.NumberFormatOptions {
  return { minimumFractionDigits: places, maximumFractionDigits: places }
}

function formatted(
  value: number,
  options: Intl.NumberFormatOptions,
  where: string,
  env: FilterEnvironment,
): string {
  env.spend(FORMAT_STEPS)
  return new Intl.NumberFormat(where, options).format(value)
}

function money(value: unknown, currency: string | undefined, where: string, env: FilterEnvironment): string {
  env.spend(FORMAT_STEPS)
  const isMinor = isPlainObject(value)
  const code = isMinor ? value.currency : currency
  if (typeof code !== 'string')
    throw new FilterFailure('bad_argument', 'The filter "money" needs a currency such as "EUR".')
  const format = new Intl.NumberFormat(where, { style: 'currency', currency: code })
  return format.format(isMinor ? numberIn(value.amount) / 10 ** minorDigits(code) : numberIn(value))
}
