/**
 * The closed list of template filters. A filter is a pure function from plain data to plain data; a missing
 * value (absent or null) passes through every filter except `default` and `json`.
 */

import { formatMoment, readMoment } from './date-text.ts'
import { readNumber } from './number-text.ts'
import { DATA_DEPTH_MAX, isPlainObject, plainValue } from './plain-data.ts'

export type FilterParameter = {
  readonly name: string
  readonly kind: 'string' | 'number' | 'any'
  readonly optional: boolean
  /** What a literal must do to be right ("be a whole number"), or undefined when it is. */
  check?(value: never): string | undefined
}

/** What a filter may use besides its value. `spend` counts work and throws when the budget is gone. */
export type FilterEnvironment = {
  readonly locale: string
  readonly timeZone: string
  readonly lengthMax: number
  spend(steps: number): void
}

/** Thrown by filters; the renderer adds the position. */
export class FilterFailure extends Error {
  readonly code: 'bad_value' | 'bad_argument' | 'too_large'

  constructor(code: 'bad_value' | 'bad_argument' | 'too_large', message: string) {
    super(message)
    this.name = 'FilterFailure'
    this.code = code
  }
}

type Filter = {
  readonly parameters: readonly FilterParameter[]
  readonly takesMissing?: true
  readonly description: string
  /** Arguments arrive converted to the kind of their parameter; optional ones may be undefined. */
  apply(value: unknown, given: readonly unknown[], environment: FilterEnvironment): unknown
}

/** Making a formatter is far dearer than a text operation, so it costs more of the budget. */
const FORMAT_STEPS = 20
const TEXT_PER_STEP = 256

const wholeUpTo = (most: number) => (value: number) =>
  Number.isInteger(value) && value >= 0 && value <= most ? undefined : `be a whole number from 0 to ${most}`
const currencyCode = (value: string) =>
  /^[A-Za-z]{3}$/.test(value) ? undefined : 'be a currency code such as "EUR"'

const filters: ReadonlyMap<string, Filter> = new Map<string, Filter>([
  [
    'default',
    {
      description: 'Uses another value when this one is missing or empty text.',
      parameters: [{ name: 'value', kind: 'any', optional: false }],
      takesMissing: true,
      apply: (value, [other]) => (value === undefined || value === null || value === '' ? other : value),
    },
  ],
  [
    'upper',
    { description: 'Upper case.', parameters: [], apply: (value, _, env) => text(value, env).toUpperCase() },
  ],
  [
    'lower',
    { description: 'Lower case.', parameters: [], apply: (value, _, env) => text(value, env).toLowerCase() },
  ],
  [
    'trim',
    {
      description: 'Without spaces around.',
      parameters: [],
      apply: (value, _, env) => text(value, env).trim(),
    },
  ],
  [
    'capitalize',
    {
      description: 'First letter in upper case.',
      parameters: [],
      apply: (value, _, env) => capitalize(text(value, env)),
    },
  ],
  [
    'date',
    {
      description: 'A date in a format such as "D MMMM YYYY, HH:mm", in a time zone.',
      parameters: [
        { name: 'format', kind: 'string', optional: true },
        { name: 'time zone', kind: 'string', optional: true },
        { name: 'locale', kind: 'string', optional: true },
      ],
      apply: (value, [format, zone, locale], env) =>
        date(value, given(format, 'YYYY-MM-DD'), given(zone, env.timeZone), given(locale, env.locale), env),
    },
  ],
  [
    'number',
    {
      description: 'A number with group separators and a fixed count of decimals.',
      parameters: [
        { name: 'decimals', kind: 'number', optional: true, check: wholeUpTo(20) },
        { name: 'locale', kind: 'string', optional: true },
      ],
      apply: (value, [decimals, locale], env) =>
        number(value, decimals as number | undefined, given(locale, env.locale), env),
    },
  ],
  [
    'money',
    {
      description: 'A number in major units, or { amount, currency } in minor units, as money.',
      parameters: [
        { name: 'currency', kind: 'string', optional: true, check: currencyCode },
        { name: 'locale', kind: 'string', optional: true },
      ],
      apply: (value, [currency, locale], env) =>
        money(value, currency as string | undefined, given(locale, env.locale), env),
    },
  ],
  [
    'truncate',
    {
      description: 'At most that many characters, the ending included.',
      parameters: [
        { name: 'length', kind: 'number', optional: false, check: wholeUpTo(100_000) },
        { name: 'ending', kind: 'string', optional: true },
      ],
      apply: (value, [length, ending], env) =>
        truncate(text(value, env), length as number, given(ending, '…')),
    },
  ],
  [
    'join',
    {
      description: 'The items of a list with a separator between.',
      parameters: [{ name: 'separator', kind: 'string', optional: true }],
      apply: (value, [separator], env) => join(value, given(separator, ', '), env),
    },
  ],
  [
    'first',
    { description: 'The first item of a list or the first character.', parameters: [], apply: first },
  ],
  [
    'replace',
    {
      description: 'Replaces every occurrence of a text.',
      parameters: [
        {
          name: 'text',
          kind: 'string',
          optional: false,
          check: (value: string) => (value === '' ? 'not be empty' : undefined),
        },
        { name: 'replacement', kind: 'string', optional: false },
      ],
      apply: (value, [search, replacement], env) =>
        replace(text(value, env), search as string, replacement as string, env),
    },
  ],
  [
    'url_encode',
    {
      description: 'Safe inside a web address.',
      parameters: [],
      apply: (value, _, env) => encodeURIComponent(text(value, env).toWellFormed()),
    },
  ],
  [
    'json',
    {
      description: 'As JSON.',
      parameters: [],
      takesMissing: true,
      apply: (value, _, env) => writeJson(value, env),
    },
  ],
])

/** The parameters of a filter, or undefined when there is no such filter. */
export function filterParameters(name: string): readonly FilterParameter[] | undefined {
  return filters.get(name)?.parameters
}

/** Every filter with its parameters, for documentation and the editor's completion. */
export function listFilters(): { name: string; description: string; parameters: string[] }[] {
  return [...filters].map(([name, filter]) => ({
    name,
    description: filter.description,
    parameters: filter.parameters.map(parameter =>
      parameter.optional ? `${parameter.name}?` : parameter.name,
    ),
  }))
}

/** Applies a filter that parsing has accepted. Throws FilterFailure, or whatever `spend` throws. */
export function applyFilter(
  name: string,
  value: unknown,
  values: readonly unknown[],
  env: FilterEnvironment,
): unknown {
  const filter = filters.get(name)
  if (filter === undefined) throw new FilterFailure('bad_argument', `There is no filter called "${name}".`)
  if ((value === undefined || value === null) && filter.takesMissing === undefined) return undefined
  env.spend(1)
  const converted = filter.parameters.map((parameter, index) => convert(name, parameter, values[index]))
  try {
    return filter.apply(value, converted, env)
  } catch (error) {
    // Intl answers RangeError for a zone, locale or currency it does not know.
    if (!(error instanceof RangeError)) throw error
    throw new FilterFailure(
      'bad_argument',
      `The filter "${name}" does not know one of the values it was given.`,
    )
  }
}

/** The text a value shows as: a list of simple values with commas, anything nested as JSON, missing as nothing. */
export function text(value: unknown, env: FilterEnvironment): string {
  if (typeof value === 'string') {
    env.spend(value.length / TEXT_PER_STEP)
    return value
  }
  if (value === undefined || value === null) return ''
  if (typeof value !== 'object') return String(value)
  return Array.isArray(value) && value.every(isScalar) ? join(value, ', ', env) : writeJson(value, env)
}

/** JSON text of plain data. Anything that is not plain data becomes null, as JSON itself has no word for it. */
export function writeJson(value: unknown, env: FilterEnvironment, depth = 0): string {
  env.spend(1)
  const plain = plainValue(value)
  if (typeof plain === 'string') {
    env.spend(plain.length / TEXT_PER_STEP)
    return JSON.stringify(plain)
  }
  if (typeof plain !== 'object' || plain === null) return plain === undefined ? 'null' : String(plain)
  if (depth >= DATA_DEPTH_MAX)
    throw new FilterFailure('too_large', `The value is nested deeper than ${DATA_DEPTH_MAX} levels.`)
  if (Array.isArray(plain)) return `[${plain.map(item => writeJson(item, env, depth + 1)).join(',')}]`
  const entries = Object.entries(plain).map(
    ([key, item]) => `${JSON.stringify(key)}:${writeJson(item, env, depth + 1)}`,
  )
  return `{${entries.join(',')}}`
}

function convert(filter: string, parameter: FilterParameter, value: unknown): unknown {
  if (parameter.kind === 'any') return value
  if (value === undefined || value === null) {
    if (parameter.optional) return undefined
    throw new FilterFailure('bad_argument', `The ${parameter.name} given to "${filter}" is missing.`)
  }
  const converted = parameter.kind === 'number' ? readNumber(value) : isScalar(value) ? String(value) : null
  const problem = converted === null ? `be a ${parameter.kind}` : parameter.check?.(converted as never)
  if (problem !== undefined)
    throw new FilterFailure('bad_argument', `The ${parameter.name} given to "${filter}" must ${problem}.`)
  return converted
}

function given(value: unknown, otherwise: string): string {
  return typeof value === 'string' ? value : otherwise
}

function isScalar(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
}

function capitalize(value: string): string {
  const head = firstCharacter(value)
  return head.toUpperCase() + value.slice(head.length)
}

function firstCharacter(value: string): string {
  const point = value.codePointAt(0)
  return point === undefined ? '' : String.fromCodePoint(point)
}

function first(value: unknown): unknown {
  if (Array.isArray(value)) return Object.hasOwn(value, 0) ? plainValue(value[0]) : undefined
  return typeof value === 'string' ? firstCharacter(value) : value
}

function date(value: unknown, format: string, zone: string, locale: string, env: FilterEnvironment): string {
  env.spend(FORMAT_STEPS + format.length)
  const moment = readMoment(value)
  if (moment === null) throw new FilterFailure('bad_value', `"${shown(value)}" is not a date.`)
  if (format.length > 200)
    throw new FilterFailure('bad_argument', 'A date format has at most 200 characters.')
  return formatMoment(moment, format, zone, locale)
}

function number(
  value: unknown,
  decimals: number | undefined,
  locale: string,
  env: FilterEnvironment,
): string {
  env.spend(FORMAT_STEPS)
  const options =
    decimals === undefined ? {} : { minimumFractionDigits: decimals, maximumFractionDigits: decimals }
  return new Intl.NumberFormat(locale, options).format(numberIn(value))
}

function money(value: unknown, currency: string | undefined, locale: string, env: FilterEnvironment): string {
  env.spend(FORMAT_STEPS)
  const isMinor = isPlainObject(value)
  const code = isMinor ? value.currency : currency
  if (typeof code !== 'string')
    throw new FilterFailure('bad_argument', 'The filter "money" needs a currency such as "EUR".')
  const format = new Intl.NumberFormat(locale, { style: 'currency', currency: code })
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2
  return format.format(isMinor ? numberIn(value.amount) / 10 ** digits : numberIn(value))
}

function numberIn(value: unknown): number {
  const found = readNumber(value)
  if (found === null) throw new FilterFailure('bad_value', `"${shown(value)}" is not a number.`)
  return found
}

/** A short piece of a wrong value for a message; long tenant data does not belong in error texts. */
function shown(value: unknown): string {
  return isScalar(value) ? String(value).slice(0, 40) : typeof value
}

function truncate(value: string, length: number, ending: string): string {
  if (value.length <= length) return value
  const kept: string[] = []
  for (const character of value) {
    kept.push(character)
    if (kept.length > length) break
  }
  if (kept.length <= length) return value
  const room = Math.max(0, length - [...ending].length)
  return kept.slice(0, room).join('') + (room === 0 ? [...ending].slice(0, length).join('') : ending)
}

function join(value: unknown, separator: string, env: FilterEnvironment): string {
  if (!Array.isArray(value)) return text(value, env)
  let length = 0
  const pieces: string[] = []
  for (const item of value) {
    env.spend(1)
    const piece = isScalar(item) ? text(item, env) : item === null ? '' : writeJson(item, env)
    length += piece.length + separator.length
    if (length > env.lengthMax + separator.length) throw tooLong(env)
    pieces.push(piece)
  }
  return pieces.join(separator)
}

function replace(value: string, search: string, replacement: string, env: FilterEnvironment): string {
  if (search === '') throw new FilterFailure('bad_argument', 'The text given to "replace" must not be empty.')
  const pieces = value.split(search)
  const length = value.length + (pieces.length - 1) * (replacement.length - search.length)
  if (length > env.lengthMax) throw tooLong(env)
  env.spend((value.length + length) / TEXT_PER_STEP)
  return pieces.join(replacement)
}

function tooLong(env: FilterEnvironment): FilterFailure {
  return new FilterFailure('too_large', `The text grows beyond ${env.lengthMax} characters.`)
}
