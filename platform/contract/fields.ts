import { z } from 'zod'

/** An identifier: a UUID in lower case, minted by the application as UUIDv7. */
export const Id = z
  .string()
  .regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/)
  .meta({ format: 'uuid', example: '019b0c4e-7a10-7c3e-9f00-3c2f1d4a5b6c' })
export type Id = string

/** An instant as RFC 3339 text in UTC. */
export const Timestamp = z.string().meta({ format: 'date-time', example: '2026-11-21T09:30:00.000Z' })

/** Text a person types on one line: trimmed, not empty, at most `max` characters. */
export function line(max = 200) {
  return z.string().trim().min(1).max(max)
}

/** Query of a list: at most 100 items a page, continued by the opaque cursor of the answer. */
export const PageQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).default(50),
  cursor: z.string().max(4_000).optional(),
})

/** A page of a list. `nextCursor` is null on the last page. */
export function pageOf<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() })
}

/** A strict e-mail address as a person types it: one mailbox, no display name, no comments. */
export const EmailAddress = z
  .string()
  .trim()
  .max(254)
  .regex(
    /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/,
    'Enter an e-mail address like name@example.com.',
  )
  .meta({ format: 'email' })
