import {
  isForbiddenName,
  isPlainObject,
  type Path,
  plainValue,
  readPath,
} from '#platform/contract/plain-data.ts'
import { equals, isEmpty, prepare } from './comparison.ts'
import { readNumber } from './number-text.ts'
import {
  type Filter,
  type FilterEnvironment,
  FilterFailure,
  FORMAT_STEPS,
  given,
  itemsIn,
  joinItems,
  numberIn,
  optional,
  required,
  shown,
  TEXT_PER_STEP,
  text,
  wholeBetween,
  writeJson,
} from './template-filter.ts'
import { sound } from './template-number-filters.ts'
import { firstCharacter } from './template-text-filters.ts'

const PATH_LENGTH_MAX = 200
const PLACE = wholeBetween(-1_000_000, 1_000_000)

const pathText = (value: string) => {
  if (value === '' || value.length > PATH_LENGTH_MAX) return `have 1 to ${PATH_LENGTH_MAX} characters`
  return value.split('.').some(isForbiddenName) ? 'not be a reserved name' : undefined
}
const orderWord = (value: string) => (value === 'asc' || value === 'desc' ? undefined : 'be "asc" or "desc"')
/** An empty path stands for the item itself, so that an order can follow. */
const keyText = (value: string) => (value === '' ? undefined : pathText(value))

const key = optional('key', 'string', keyText)

/** Everything that takes a list. `key` is the path of a value inside each item, such as "person.name". */
export const listFilters: Readonly<Record<string, Filter>> = {
  first: { description: 'The first item of a list or the first character.', parameters: [], apply: first },
  last: { description: 'The last item of a list or the last character.', parameters: [], apply: last },
  at: {
    description: 'The item at a place of a list, from 0; a negative place counts from the end.',
    parameters: [required('place', 'number', PLACE)],
    apply: (value, [place], env) => itemsIn(value, env).at(place as number),
  },
  size: {
    description: 'How many items a list, or how many characters a text has.',
    parameters: [],
    apply: sizeOf,
  },
  join: {
    description: 'The items of a list with a separator between, as a text.',
    parameters: [optional('separator', 'string')],
    apply: (value, [separator], env) =>
      Array.isArray(value) ? joinItems(value, given(separator, ', '), env) : text(value, env),
  },
  map: {
    description: 'The value under a key of every item.',
    parameters: [required('key', 'string', pathText)],
    apply: (value, [path], env) => itemsIn(value, env).map(item => at(item, path, env) ?? null),
  },
  where: {
    description: 'The items with a value under a key, or with that very value; compared like "equals".',
    parameters: [required('key', 'string', pathText), optional('value', 'any')],
    apply: (value, [path, wanted], env) => itemsIn(value, env).filter(fitting(path, wanted, env)),
  },
  reject: {
    description: 'The items that "where" would leave out.',
    parameters: [required('key', 'string', pathText), optional('value', 'any')],
    apply: (value, [path, wanted], env) => {
      const holds = fitting(path, wanted, env)
      return itemsIn(value, env).filter(item => !holds(item))
    },
  },
  sort: {
    description:
      'In order: by number when every value is one, else by the alphabet. What is missing comes last.',
    parameters: [key, optional('order', 'string', orderWord)],
    apply: (value, [path, order], env) => sorted(itemsIn(value, env), path, order === 'desc', env),
  },
  reverse: {
    description: 'In the opposite order.',
    parameters: [],
    apply: (value, _, env) => itemsIn(value, env).reverse(),
  },
  unique: {
    description: 'Every value once, the first of each.',
    parameters: [key],
    apply: (value, [path], env) => unique(itemsIn(value, env), path, env),
  },
  compact: {
    description: 'Without what is missing or empty.',
    parameters: [],
    apply: (value, _, env) => itemsIn(value, env).filter(item => !isEmpty(item)),
  },
  flatten: {
    description: 'The items of the lists in a list, in one list.',
    parameters: [],
    apply: (value, _, env) =>
      itemsIn(value, env).flatMap(item => (Array.isArray(item) ? itemsIn(item, env) : [item])),
  },
  concat: {
    description: 'The items of another list, or one more item, behind.',
    parameters: [required('list', 'any')],
    apply: (value, [more], env) => [
      ...itemsIn(value, env),
      ...(Array.isArray(more) ? itemsIn(more, env) : [more ?? null]),
    ],
  },
  slice: {
    description: 'A part of a list or a text: from a place, so many. A negative place counts from the end.',
    parameters: [required('place', 'number', PLACE), optional('count', 'number', wholeBetween(0, 1_000_000))],
    apply: (value, [place, count], env) =>
      sliced(
        Array.isArray(value) ? itemsIn(value, env) : text(value, env),
        place as number,
        count as number | undefined,
      ),
  },
  sum: {
    description: 'All numbers together, of the items or under a key. What is missing counts nothing.',
    parameters: [key],
    apply: (value, [path], env) => sound(total(numbersIn(value, path, env))),
  },
  average: {
    description: 'The mean of the numbers; missing when there are none.',
    parameters: [key],
    apply: (value, [path], env) => {
      const numbers = numbersIn(value, path, env)
      return numbers.length === 0 ? undefined : sound(total(numbers) / numbers.length)
    },
  },
  min: {
    description: 'The smallest value, in the order of "sort".',
    parameters: [key],
    apply: (value, [path], env) => extreme(valuesIn(value, path, env), false, env),
  },
  max: {
    description: 'The greatest value, in the order of "sort".',
    parameters: [key],
    apply: (value, [path], env) => extreme(valuesIn(value, path, env), true, env),
  },
  group_by: {
    description: 'A list of { key, items }, one for every value under a key, in order of first appearance.',
    parameters: [required('key', 'string', pathText)],
    apply: (value, [path], env) => grouped(itemsIn(value, env), path, env),
  },
  keys: {
    description: 'The names in an object.',
    parameters: [],
    apply: (value, _, env) => namesIn(value, env),
  },
  values: {
    description: 'The values in an object.',
    parameters: [],
    apply: (value, _, env) => namesIn(value, env).map(name => at(value, name, env) ?? null),
  },
  get: {
    description: 'The value under a key that is itself a value.',
    parameters: [required('key', 'string', pathText)],
    apply: (value, [path], env) => at(value, path, env),
  },
}

function pathOf(key: unknown): Path {
  return typeof key !== 'string' || key === ''
    ? []
    : key.split('.').map(part => (/^\d{1,9}$/.test(part) ? Number(part) : part))
}

/** What stands under a path of an item; reading a text costs what working with it will. */
function at(item: unknown, key: unknown, env: FilterEnvironment): unknown {
  const value = readPath(item, pathOf(key))
  if (typeof value === 'string') env.spend(value.length / TEXT_PER_STEP)
  return value
}

function first(value: unknown): unknown {
  if (Array.isArray(value)) return Object.hasOwn(value, 0) ? plainValue(value[0]) : undefined
  return typeof value === 'string' ? firstCharacter(value) : value
}

function last(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? undefined : plainValue(value[value.length - 1])
  return typeof value === 'string' ? ([...value.slice(-2)].at(-1) ?? '') : value
}

function sizeOf(value: unknown, _: unknown, env: FilterEnvironment): number {
  if (Array.isArray(value)) return value.length
  if (isPlainObject(value)) return namesIn(value, env).length
  return [...text(value, env)].length
}

/** Whether an item has the wanted value under a path, or any value when none is wanted. */
function fitting(path: unknown, wanted: unknown, env: FilterEnvironment): (item: unknown) => boolean {
  if (wanted === undefined) {
    return item => {
      const value = at(item, path, env)
      return !isEmpty(value) && value !== false
    }
  }
  const expected = prepare(wanted)
  return item => equals(at(item, path, env), expected)
}

/** By number when every value is one; what is neither number nor text is compared as JSON. */
function comparator(values: readonly unknown[], env: FilterEnvironment): (a: unknown, b: unknown) => number {
  const isNumeric = values.every(value => isEmpty(value) || readNumber(value) !== null)
  if (isNumeric) return (a, b) => (readNumber(a) ?? 0) - (readNumber(b) ?? 0)
  env.spend(FORMAT_STEPS)
  const collator = new Intl.Collator(env.locale)
  return (a, b) => collator.compare(String(a), String(b))
}

function sorted(items: unknown[], path: unknown, isDescending: boolean, env: FilterEnvironment): unknown[] {
  env.spend(items.length)
  const keyed = items.map(item => ({ item, value: sortable(at(item, path, env), env) }))
  const compare = comparator(
    keyed.map(({ value }) => value),
    env,
  )
  return keyed
    .sort((a, b) => {
      const missing = Number(isEmpty(a.value)) - Number(isEmpty(b.value))
      return missing || (isDescending ? compare(b.value, a.value) : compare(a.value, b.value))
    })
    .map(({ item }) => item)
}

function sortable(value: unknown, env: FilterEnvironment): unknown {
  return typeof value === 'object' && value !== null ? writeJson(value, env) : value
}

function extreme(values: unknown[], isGreatest: boolean, env: FilterEnvironment): unknown {
  const known = values.filter(value => !isEmpty(value))
  return sorted(known, '', isGreatest, env)[0]
}

function unique(items: readonly unknown[], path: unknown, env: FilterEnvironment): unknown[] {
  const seen = new Set<string>()
  return items.filter(item => {
    const name = writeJson(at(item, path, env), env)
    return seen.has(name) ? false : seen.add(name)
  })
}

function grouped(items: readonly unknown[], path: unknown, env: FilterEnvironment): unknown[] {
  const groups = new Map<string, { key: unknown; items: unknown[] }>()
  for (const item of items) {
    const value = at(item, path, env) ?? null
    const name = writeJson(value, env)
    const group = groups.get(name)
    if (group === undefined) groups.set(name, { key: value, items: [item] })
    else group.items.push(item)
  }
  return [...groups.values()]
}

function sliced(value: string | unknown[], place: number, count: number | undefined): unknown {
  const isText = typeof value === 'string'
  const all: readonly unknown[] = isText ? [...value] : value
  const start = place < 0 ? Math.max(0, all.length + place) : place
  const part = all.slice(start, count === undefined ? undefined : start + count)
  return isText ? part.join('') : part
}

function valuesIn(value: unknown, path: unknown, env: FilterEnvironment): unknown[] {
  return itemsIn(value, env).map(item => at(item, path, env))
}

function numbersIn(value: unknown, path: unknown, env: FilterEnvironment): number[] {
  return valuesIn(value, path, env).flatMap(each => (isEmpty(each) ? [] : [numberIn(each)]))
}

function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, each) => sum + each, 0)
}

function namesIn(value: unknown, env: FilterEnvironment): string[] {
  if (!isPlainObject(value)) throw new FilterFailure('bad_value', `"${shown(value)}" has no names.`)
  const names = Object.keys(value).filter(name => !isForbiddenName(name))
  env.spend(names.length + names.reduce((sum, name) => sum + name.length, 0) / TEXT_PER_STEP)
  return names
}
