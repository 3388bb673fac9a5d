/**
 * What a run may hold: JSON and nothing else. Templates, conditions and the engine read tenant data only
 * through this file, so a function, a class instance or an inherited property is never a value.
 */

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }
export type JsonObject = { readonly [key: string]: Json }

/** Where a value sits inside data: property names, and whole numbers for list positions. */
export type Path = readonly (string | number)[]

/** Names that reach a prototype in JavaScript; nothing a tenant names may be called so. */
const FORBIDDEN_NAMES: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])

/** Data nested deeper than this is refused everywhere, which also bounds every recursion over it. */
export const DATA_DEPTH_MAX = 64

export function isForbiddenName(name: string): boolean {
  return FORBIDDEN_NAMES.has(name)
}

/** True for `{}` and null-prototype objects; false for arrays, dates, maps and class instances. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

/** The value when it is plain data, else undefined. Looks at the value itself, not into it. */
export function plainValue(value: unknown): unknown {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value
    case 'number':
      return Number.isFinite(value) ? value : undefined
    case 'object':
      return value === null || Array.isArray(value) || isPlainObject(value) ? value : undefined
    default:
      return undefined
  }
}

/**
 * Follows a path through own properties of plain objects and lists. A list also answers `length`.
 * Anything absent, inherited or not plain data is undefined; it never throws.
 */
export function readPath(data: unknown, path: Path): unknown {
  let value = data
  for (const segment of path) {
    if (typeof value !== 'object' || value === null) return undefined
    if (Array.isArray(value)) {
      if (segment === 'length') value = value.length
      else if (typeof segment === 'number' && Object.hasOwn(value, segment)) value = value[segment]
      else return undefined
    } else {
      if (!isPlainObject(value) || !Object.hasOwn(value, segment)) return undefined
      value = value[segment]
    }
  }
  return plainValue(value)
}

/**
 * Roughly how many bytes the value takes as JSON (text counted in UTF-16 units). Stops early and answers a
 * number above `limit` when the value is larger than that or nested deeper than DATA_DEPTH_MAX.
 */
export function weigh(value: unknown, limit: number, depth = 0): number {
  if (typeof value === 'string') return value.length + 2
  if (typeof value !== 'object' || value === null) return 5
  if (depth >= DATA_DEPTH_MAX) return Number.POSITIVE_INFINITY
  let bytes = 2
  if (Array.isArray(value)) {
    for (const item of value) {
      bytes += 1 + weigh(item, limit, depth + 1)
      if (bytes > limit) return bytes
    }
    return bytes
  }
  for (const key in value) {
    bytes += key.length + 4 + weigh((value as Record<string, unknown>)[key], limit, depth + 1)
    if (bytes > limit) return bytes
  }
  return bytes
}

/** True when no value sits more than `levels` containers deep. Does not recurse, so any input is safe. */
export function isShallow(value: unknown, levels: number): boolean {
  let layer: unknown[] = [value]
  for (let level = 0; level <= levels; level++) {
    const next: unknown[] = []
    for (const item of layer) {
      if (typeof item !== 'object' || item === null) continue
      for (const child of Object.values(item)) next.push(child)
    }
    if (next.length === 0) return true
    layer = next
  }
  return false
}

/** JSON text with sorted keys, so that equal values give equal text whatever order they were written in. */
export function canonicalJson(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  // Written piece by piece: plans of large graphs have tens of thousands of values, and lists in between would be most of the work.
  let text = ''
  if (Array.isArray(value)) {
    for (const child of value) text += text === '' ? canonicalJson(child) : `,${canonicalJson(child)}`
    return `[${text}]`
  }
  const object = value as Readonly<Record<string, unknown>>
  for (const key of Object.keys(object).sort()) {
    if (object[key] === undefined) continue
    text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${canonicalJson(object[key])}`
  }
  return `{${text}}`
}

/** The number of bytes the text takes in UTF-8; a lone surrogate counts as the three bytes it is replaced by. */
export function utf8Length(text: string): number {
  let bytes = text.length
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index)
    if (unit < 0x80) continue
    if (unit < 0x800) bytes += 1
    else if (unit >= 0xd800 && unit <= 0xdbff && isLowSurrogate(text.charCodeAt(index + 1))) {
      // A pair is two units and four bytes, so it adds two beyond its length.
      bytes += 2
      index += 1
    } else bytes += 2
  }
  return bytes
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff
}
