/** What a template filter is, and what all of them share: how values are read, how work and size are bounded. */

import { DATA_DEPTH_MAX, plainValue } from '#platform/contract/plain-data.ts'
import { readNumber } from './number-text.ts'

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

/** A pure function from plain data to plain data. */
export type Filter = {
  readonly parameters: readonly FilterParameter[]
  /** Whether it is asked about a missing value too, instead of passing it on. */
  readonly takesMissing?: true
  readonly description: string
  /** Arguments arrive converted to the kind of their parameter; optional ones may be undefined. */
  apply(value: unknown, given: readonly unknown[], environment: FilterEnvironment): unknown
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

/** Making a formatter is far dearer than a text operation, so it costs more of the budget. */
export const FORMAT_STEPS = 20
export const TEXT_PER_STEP = 256

/** A parameter that has to be given. */
export function required(
  name: string,
  kind: FilterParameter['kind'],
  check?: FilterParameter['check'],
): FilterParameter {
  return { name, kind, optional: false, ...(check ? { check } : {}) }
}

/** A parameter that may be left out. */
export function optional(
  name: string,
  kind: FilterParameter['kind'],
  check?: FilterParameter['check'],
): FilterParameter {
  return { name, kind, optional: true, ...(check ? { check } : {}) }
}

export const wholeBetween = (least: number, most: number) => (value: number) =>
  Number.isInteger(value) && value >= least && value <= most
    ? undefined
    : `be a whole number from ${least} to ${most}`

export const notEmpty = (value: string) => (value === '' ? 'not be empty' : undefined)

/** A filter of a text that takes nothing else. */
export function textFilter(description: string, change: (value: string) => unknown): Filter {
  return { description, parameters: [], apply: (value, _, env) => change(text(value, env)) }
}

/** The text a value shows as: a list of simple values with commas, anything nested as JSON, missing as nothing. */
export function text(value: unknown, env: FilterEnvironment): string {
  if (typeof value === 'string') {
    env.spend(value.length / TEXT_PER_STEP)
    return value
  }
  if (value === undefined || value === null) return ''
  if (typeof value !== 'object') return String(value)
  return Array.isArray(value) && value.every(isScalar) ? joinItems(value, ', ', env) : writeJson(value, env)
}

/** The items as texts with a separator between; null shows as nothing. */
export function joinItems(items: readonly unknown[], separator: string, env: FilterEnvironment): string {
  let length = 0
  const pieces: string[] = []
  for (const item of items) {
    env.spend(1)
    const piece = isScalar(item) ? text(item, env) : item === null ? '' : writeJson(item, env)
    length += piece.length + separator.length
    if (length > env.lengthMax + separator.length) throw tooLong(env)
    pieces.push(piece)
  }
  return pieces.join(separator)
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

export function isScalar(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
}

/** The items of a list as plain data; what is not plain is null. Any other value fails. */
export function itemsIn(value: unknown, env: FilterEnvironment): unknown[] {
  if (!Array.isArray(value)) throw new FilterFailure('bad_value', `"${shown(value)}" is not a list.`)
  env.spend(value.length)
  return value.map(item => {
    if (typeof item === 'string') env.spend(item.length / TEXT_PER_STEP)
    return plainValue(item) ?? null
  })
}

export function numberIn(value: unknown): number {
  const found = readNumber(value)
  if (found === null) throw new FilterFailure('bad_value', `"${shown(value)}" is not a number.`)
  return found
}

/** A short piece of a wrong value for a message; long tenant data does not belong in error texts. */
export function shown(value: unknown): string {
  if (isScalar(value)) return String(value).slice(0, 40)
  return value === null ? 'nothing' : Array.isArray(value) ? 'a list' : typeof value
}

/** A text argument, or what stands for it when it was left out. */
export function given(value: unknown, otherwise: string): string {
  return typeof value === 'string' ? value : otherwise
}

export function tooLong(env: FilterEnvironment): FilterFailure {
  return new FilterFailure('too_large', `The text grows beyond ${env.lengthMax} characters.`)
}
