import { createHash } from 'node:crypto'
import { fault } from './fault.ts'

/** What a request for a page of a list holds: its size, its place, and the conditions it shall go on under. */
export interface ListRequest {
  readonly limit: number
  readonly cursor?: string | undefined
}

const CHECK_CHARS = 16

/**
 * Where a page goes on: the sort keys of the last row of the page before, as text. Null for the first page. A cursor is
 * good for the list it came from with the same conditions; any other throws `request.invalid`.
 */
export function readCursor(request: ListRequest, keys = 1): readonly (string | null)[] | null {
  if (request.cursor === undefined) return null
  const [text = '', check] = request.cursor.split('.')
  const place = Buffer.from(text, 'base64url').toString('utf8')
  if (check !== checkOf(request, place)) throw wrongCursor()
  const values = placeIn(place)
  if (values?.length !== keys) throw wrongCursor()
  return values
}

/** The check of a cursor is no secret, so what stands in one may be made up. */
function placeIn(text: string): (string | null)[] | undefined {
  try {
    const values: unknown = JSON.parse(text)
    const isPlace = (value: unknown) => value === null || (typeof value === 'string' && !value.includes('\0'))
    return Array.isArray(values) && values.every(isPlace) ? values : undefined
  } catch {
    return undefined
  }
}

/** The cursor of the page that follows a row with these sort keys. */
function cursorAfter(request: ListRequest, values: readonly (string | null)[]): string {
  const place = JSON.stringify(values)
  return `${Buffer.from(place).toString('base64url')}.${checkOf(request, place)}`
}

/** The id after which a list in order of ids goes on; null for the first page. */
export function readIdCursor(request: ListRequest): string | null {
  return readCursor(request)?.[0] ?? null
}

/** A page out of rows that were asked for with one more than fits; `keys` are a row's sort keys as text. */
export function pageOfRows<R extends { readonly id: string }, T>(
  request: ListRequest,
  rows: readonly R[],
  read: (row: R) => T,
  keys: (row: R) => readonly (string | null)[] = row => [row.id],
): { items: T[]; nextCursor: string | null } {
  const shown = rows.slice(0, request.limit)
  const last = shown.at(-1)
  return {
    items: shown.map(read),
    nextCursor: last && rows.length > request.limit ? cursorAfter(request, keys(last)) : null,
  }
}

/** Binds a place to the conditions of its list, in any order. It hides nothing, so it needs no secret. */
function checkOf(request: ListRequest, place: string): string {
  const conditions = Object.entries(request)
    .filter(
      ([name, value]) => !['limit', 'cursor', 'fields', 'include'].includes(name) && value !== undefined,
    )
    .sort(([a], [b]) => (a < b ? -1 : 1))
  return createHash('sha256')
    .update(JSON.stringify([conditions, place]))
    .digest('base64url')
    .slice(0, CHECK_CHARS)
}

function wrongCursor() {
  return fault(
    '/cursor',
    'invalid_cursor',
    'This page does not exist. A cursor goes with the list, filter and order it came from.',
  )
}
