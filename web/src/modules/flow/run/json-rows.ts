/** How much of a value is shown before a person asks for more. */
export const TEXT_SHOWN = 1_200
export const MEMBERS_SHOWN = 100

export type JsonKind = 'object' | 'list' | 'text' | 'number' | 'word'

export function kindOf(value: unknown): JsonKind {
  if (Array.isArray(value)) return 'list'
  if (typeof value === 'object' && value !== null) return 'object'
  if (typeof value === 'string') return 'text'
  return typeof value === 'number' ? 'number' : 'word'
}

export interface JsonMember {
  readonly name: string
  readonly value: unknown
}

/** The members of an object or a list in their order; a list names them by position. */
export function membersOf(value: unknown): JsonMember[] {
  if (Array.isArray(value)) return value.map((member, index) => ({ name: String(index), value: member }))
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).map(([name, member]) => ({ name, value: member }))
}

/** Short lists of plain values stand on one line. */
const LINE_LENGTH = 100

/** The value on one line when it is plain, or a short list of plain values; otherwise undefined. */
export function lineOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return leafText(value)
  if (!Array.isArray(value) || value.length === 0) return undefined
  if (value.some(member => typeof member === 'object' && member !== null)) return undefined
  const line = value.map(leafText).join(', ')
  return line.length <= LINE_LENGTH && !line.includes('\n') ? line : undefined
}

/** What a closed object or list says about itself: "3 values", "empty". */
export function sizeWords(value: unknown): string {
  const count = membersOf(value).length
  if (count === 0) return 'empty'
  return `${count} ${Array.isArray(value) ? (count === 1 ? 'item' : 'items') : count === 1 ? 'value' : 'values'}`
}

/** A value that holds no others, as it is written in JSON; a missing one as null. */
export function leafText(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? 'null')
}

/** The whole value as indented JSON, for the clipboard. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value, null, 2) ?? 'null'
}
