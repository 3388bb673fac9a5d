/**
 * What the steps of n8n call `$json`: the item a step works on. It is followed through the graph without being run, so
 * that `$json.email` becomes the path of the step that made it. Browser-safe.
 */

import { isForbiddenName, type Path } from '#platform/contract/plain-data.ts'

/** One place where the members of an item stand. */
interface Layer {
  /** Where the whole of it is; null when it is nowhere as one value. */
  readonly at: Path | null
  /** Whether it may have members besides the named ones. */
  readonly isOpen: boolean
  /** Members that are known to be there, by their path in n8n. */
  readonly names: readonly Named[]
  /** The same by the first name of their paths. */
  readonly byFirst: ReadonlyMap<string, readonly Named[]>
  /** Different for every layer, so that items are told apart without looking into them. */
  readonly number: number
}

interface Named {
  readonly name: Path
  readonly at: Path
}

let layers = 0

function layerOf(at: Path | null, isOpen: boolean, names: readonly Named[]): Layer {
  layers += 1
  return { at, isOpen, names, byFirst: Map.groupBy(names, ({ name }) => String(name[0])), number: layers }
}

/** An item is one of several alternatives, as where branches meet; each is layers, of which the first one wins. */
export interface Item {
  readonly alternatives: readonly (readonly Layer[])[]
}

/** What n8n can do and this cannot; the message says what, in words that follow "it has". */
export class Untranslatable extends Error {}

/** An item that is whatever stands at the path. */
export function itemAt(...path: Path): Item {
  return { alternatives: [[layerOf(path, true, [])]] }
}

/** An item that has these members and no others. */
export function recordAt(at: Path | null, names: readonly Named[]): Item {
  return { alternatives: [[layerOf(at, false, names)]] }
}

/** An item that stands at the path, and of which some members are known to stand elsewhere. */
export function openAt(at: Path, names: readonly Named[]): Item {
  return { alternatives: [[layerOf(at, true, names)]] }
}

/** An item about which nothing is known but that it is one. */
export const NO_ITEM: Item = { alternatives: [] }

const ALTERNATIVES_MAX = 5
/** What lies deeper is not found; no workflow that people draw has so many steps that only add members. */
const LAYERS_MAX = 30

/** The members of `upper`, and of `lower` those it does not have. */
export function over(upper: Item, lower: Item): Item {
  if (upper.alternatives.length === 0) return lower
  if (lower.alternatives.length === 0) return upper
  const alternatives = upper.alternatives.flatMap(high =>
    lower.alternatives.map(low => [...high, ...low].slice(0, LAYERS_MAX)),
  )
  return { alternatives: alternatives.slice(0, ALTERNATIVES_MAX) }
}

/** Where branches meet: one of them, whichever came. */
export function either(items: readonly Item[]): Item {
  const [only, ...others] = items
  if (only !== undefined && others.length === 0) return only
  const seen = new Set<string>()
  const alternatives = items
    .flatMap(item => item.alternatives)
    .filter(one => {
      const key = one.map(({ number }) => number).join()
      return seen.has(key) ? false : seen.add(key)
    })
  return { alternatives: alternatives.slice(0, ALTERNATIVES_MAX) }
}

/** How many values it takes to make the item. */
export function valuesIn({ alternatives }: Item): number {
  return alternatives.flat().reduce((sum, { names }) => sum + names.length + 1, 0)
}

/** Where a member of the item may stand, the likeliest first. Throws Untranslatable when that cannot be said. */
export function placesOf(item: Item, path: Path): Path[] {
  if (path.some(name => typeof name === 'string' && isForbiddenName(name)))
    throw new Untranslatable('a reserved name')
  const found = new Map<string, Path>()
  for (const layers of item.alternatives) {
    for (const place of placesIn(layers, path)) found.set(JSON.stringify(place), place)
  }
  if (found.size === 0) throw new Untranslatable(`a value (${shownPath(path)}) that no step before it gives`)
  return [...found.values()].slice(0, ALTERNATIVES_MAX)
}

function placesIn(layers: readonly Layer[], path: Path): Path[] {
  if (path.length === 0) {
    const [only, ...more] = layers
    if (only?.at === null || only === undefined || more.length > 0)
      throw new Untranslatable('a whole item that several steps made together')
    return [only.at]
  }
  const places: Path[] = []
  for (const { at, isOpen, byFirst } of layers) {
    const names = byFirst.get(String(path[0])) ?? []
    const known = names.find(({ name }) => startsWith(path, name))
    if (known !== undefined) {
      places.push([...known.at, ...path.slice(known.name.length)])
      return places
    }
    if (names.some(({ name }) => startsWith(name, path)))
      throw new Untranslatable(`an object (${shownPath(path)}) of which only parts are set`)
    if (isOpen && at !== null) places.push([...at, ...path])
  }
  return places
}

function startsWith(path: Path, start: Path): boolean {
  return path.length >= start.length && start.every((name, index) => String(name) === String(path[index]))
}

function shownPath(path: Path): string {
  return path.length === 0 ? '$json' : path.join('.')
}

const PLAIN = /^[\p{L}_][\p{L}\p{M}\p{N}_-]*$/u
const LATER = /^[\p{L}\p{M}\p{N}_-]+$/u

/** A path as templates and conditions write it. */
export function pathText(path: Path): string {
  const [first = '', ...rest] = path
  if (typeof first !== 'string' || !PLAIN.test(first))
    throw new Untranslatable('a name that no path can have')
  return rest.reduce<string>((text, name) => {
    if (typeof name === 'number') return Number.isInteger(name) && name >= 0 ? `${text}[${name}]` : refuse()
    return LATER.test(name) && !/^\d/.test(name) ? `${text}.${name}` : `${text}[${quoted(name)}]`
  }, first)
}

function refuse(): never {
  throw new Untranslatable('a place in a list that is no number from 0')
}

const ESCAPED: Readonly<Record<string, string>> = {
  '\n': '\\n',
  '\t': '\\t',
  '\r': '\\r',
  '\\': '\\\\',
  '"': '\\"',
}

/** A text as templates write it between quotes. */
export function quoted(text: string): string {
  return `"${text.replace(/[\n\t\r\\"]/g, sign => ESCAPED[sign] ?? sign)}"`
}
