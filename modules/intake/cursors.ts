import { generalErrors } from '#platform/errors.ts'
import { isId } from '#platform/ids.ts'

/** The cursor of a list in order of ids: the last id of the page. */
export function cursorAfter(id: string): string {
  return Buffer.from(id).toString('base64url')
}

/** The id in a cursor, or null without one. Throws `request.invalid` for a cursor that we did not make. */
export function readCursor(cursor: string | undefined): string | null {
  if (cursor === undefined) return null
  const id = Buffer.from(cursor, 'base64url').toString('utf8')
  if (isId(id)) return id
  throw generalErrors.invalid({
    errors: [
      { in: 'query', pointer: '/cursor', code: 'invalid_cursor', message: 'This page does not exist.' },
    ],
  })
}

/** A page out of rows that were asked for with one more than fits, ordered by id. */
export function pageOfRows<R extends { id: string }, T>(
  rows: readonly R[],
  limit: number,
  read: (row: R) => T,
): { items: T[]; nextCursor: string | null } {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return {
    items: shown.map(read),
    nextCursor: last && rows.length > limit ? cursorAfter(last.id) : null,
  }
}
