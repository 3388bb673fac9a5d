/**
 * When two values are the same to people: shared by conditions, the switch node and template filters. Missing
 * data never fails.
 *
 * - Text is compared without regard to letter case, accents' encoding (NFC) and spaces around.
 * - A number against a text compares the number in the text; true and false also match yes/no, on/off, 1/0 as
 *   text; two texts compare as texts ("007" is not "7"); two lists item by item; null or empty text asks
 *   whether the value is empty.
 */

import { isPlainObject } from '#platform/contract/plain-data.ts'
import { readNumber } from './number-text.ts'

const TRUE_WORDS: ReadonlySet<string> = new Set(['true', 'yes', 'on', '1'])
const FALSE_WORDS: ReadonlySet<string> = new Set(['false', 'no', 'off', '0'])

/** What is compared with, converted once instead of at every comparison. */
export type Expected = {
  readonly value: unknown
  readonly text: string | null
  readonly number: number | null
  readonly truth: boolean | null
  readonly items: readonly Expected[]
}

export function prepare(value: unknown): Expected {
  // A list inside a list is never equal to anything, so one level is all there is to prepare.
  return prepareItem(value, Array.isArray(value) ? value.map(item => prepareItem(item, [])) : [])
}

function prepareItem(value: unknown, items: readonly Expected[]): Expected {
  const text = comparable(value)
  return { value, text, number: readNumber(value), truth: truthOf(value, text), items }
}

export function equals(actual: unknown, expected: Expected): boolean {
  if (isEmpty(expected.value)) return isEmpty(actual)
  if (Array.isArray(actual)) {
    const { items } = expected
    return (
      items.length > 0 &&
      actual.length === items.length &&
      items.every((item, index) => equals(actual[index], item))
    )
  }
  if (typeof actual === 'boolean' || typeof expected.value === 'boolean') {
    const truth = truthOf(actual, comparable(actual))
    return truth !== null && truth === expected.truth
  }
  if (typeof actual === 'number' || typeof expected.value === 'number') {
    const number = readNumber(actual)
    return number !== null && number === expected.number
  }
  const text = comparable(actual)
  return text !== null && text === expected.text
}

export function areEqual(actual: unknown, expected: unknown): boolean {
  return equals(actual, prepare(expected))
}

/** A part of a text, or an item of a list. Nothing contains what is empty. */
export function contains(actual: unknown, expected: Expected): boolean {
  if (isEmpty(expected.value)) return false
  if (Array.isArray(actual)) return actual.some(item => !Array.isArray(item) && equals(item, expected))
  return expected.text !== null && comparable(actual)?.includes(expected.text) === true
}

/** Missing, null, text of spaces, a list or object without anything in it. */
export function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null) return true
  if (typeof value === 'string') return value.trim() === ''
  if (Array.isArray(value)) return value.length === 0
  if (!isPlainObject(value)) return false
  for (const name in value) if (Object.hasOwn(value, name)) return false
  return true
}

/** The text of a simple value as it is compared; null for lists, objects and nothing. */
export function comparable(value: unknown): string | null {
  if (typeof value === 'string') return value.trim().normalize('NFC').toLowerCase()
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : null
}

/** The yes or no a value means, or null when it means neither. */
export function truthOf(value: unknown, text = comparable(value)): boolean | null {
  if (typeof value === 'boolean') return value
  if (text === null) return null
  return TRUE_WORDS.has(text) ? true : FALSE_WORDS.has(text) ? false : null
}
