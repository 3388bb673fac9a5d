import { generalErrors } from '#platform/errors.ts'

/** The id after which a page goes on, from the cursor of a request; null for the first page. Throws `invalid`. */
export function pageCursor(cursor: string | undefined): string | null {
  if (cursor === undefined) return null
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(cursor)) return cursor
  throw generalErrors.invalid({
    errors: [
      {
        in: 'query',
        pointer: '/cursor',
        code: 'invalid_cursor',
        message: 'Use the nextCursor of the page before.',
      },
    ],
  })
}
