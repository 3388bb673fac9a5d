/**
 * The closed list of template filters. A filter is a pure function from plain data to plain data; a missing
 * value (absent or null) passes through every filter except those that are about missing values.
 */

import { DATA_DEPTH_MAX, isShallow, weigh } from '#platform/contract/plain-data.ts'
import { isEmpty, truthOf } from './comparison.ts'
import { readNumber } from './number-text.ts'
import { dateFilters } from './template-date-filters.ts'
import {
  type Filter,
  type FilterEnvironment,
  FilterFailure,
  type FilterParameter,
  isScalar,
  optional,
  required,
  TEXT_PER_STEP,
  text,
  tooLong,
  writeJson,
} from './template-filter.ts'
import { listFilters as filtersOfLists } from './template-list-filters.ts'
import { numberFilters } from './template-number-filters.ts'
import { textFilters } from './template-text-filters.ts'

const JSON_PER_STEP = 16
/** More than any budget; what is larger has not to be weighed to its end. */
const WEIGHED_MAX = 100_000_000

/** What works with every kind of value. */
const valueFilters: Readonly<Record<string, Filter>> = {
  default: {
    description: 'Uses another value when this one is missing or empty text.',
    parameters: [required('value', 'any')],
    takesMissing: true,
    apply: (value, [other]) => (value === undefined || value === null || value === '' ? other : value),
  },
  coalesce: {
    description: 'The first of the value and the given ones that is not missing or empty.',
    parameters: [
      required('value', 'any'),
      optional('second value', 'any'),
      optional('third value', 'any'),
      optional('fourth value', 'any'),
    ],
    takesMissing: true,
    apply: (value, others, env) => [value, ...others].find(each => isFilled(each, env)),
  },
  choose: {
    description:
      'The first value when this one is true or not empty, else the second; yes, on and 1 are true.',
    parameters: [required('if true', 'any'), optional('otherwise', 'any')],
    takesMissing: true,
    apply: (value, [yes, no], env) => (isFilled(value, env) && truthOf(value) !== false ? yes : (no ?? '')),
  },
  json: {
    description: 'As JSON.',
    parameters: [],
    takesMissing: true,
    apply: (value, _, env) => writeJson(value, env),
  },
  from_json: {
    description: 'The value that a text of JSON stands for.',
    parameters: [],
    apply: (value, _, env) => readJson(text(value, env), env),
  },
}

const filters: ReadonlyMap<string, Filter> = new Map(
  [valueFilters, textFilters, numberFilters, dateFilters, filtersOfLists].flatMap(group =>
    Object.entries(group),
  ),
)

function isFilled(value: unknown, env: FilterEnvironment): boolean {
  if (typeof value === 'string') env.spend(value.length / TEXT_PER_STEP)
  return !isEmpty(value)
}

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
  for (const each of values) env.spend(weigh(each, WEIGHED_MAX) / TEXT_PER_STEP)
  const converted = filter.parameters.map((parameter, index) =>
    // A value that is missing was given all the same.
    convert(name, parameter, index < values.length ? (values[index] ?? null) : undefined),
  )
  try {
    const result = filter.apply(value, converted, env)
    if (typeof result === 'string') {
      env.spend(result.length / TEXT_PER_STEP)
      if (result.length > env.lengthMax) throw tooLong(env)
    }
    return result
  } catch (error) {
    // Intl answers RangeError for a zone, locale or currency it does not know.
    if (!(error instanceof RangeError)) throw error
    throw new FilterFailure(
      'bad_argument',
      `The filter "${name}" does not know one of the values it was given.`,
    )
  }
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

function readJson(source: string, env: FilterEnvironment): unknown {
  env.spend(source.length / JSON_PER_STEP)
  let value: unknown
  try {
    value = JSON.parse(source)
  } catch {
    throw new FilterFailure('bad_value', 'The text is not JSON.')
  }
  if (!isShallow(value, DATA_DEPTH_MAX))
    throw new FilterFailure('too_large', `The value is nested deeper than ${DATA_DEPTH_MAX} levels.`)
  return value
}
