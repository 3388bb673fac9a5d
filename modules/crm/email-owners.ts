import type { Context } from '#platform/context.ts'
import { constraintOf, sqlState } from '#platform/db/database.ts'
import type { AppError } from '#platform/errors.ts'
import { crmErrors } from './errors.ts'

const HOLDER = `
  select person_id from crm.positions where org_id = $1 and email_key = lower($2::text) and deleted_at is null`

/**
 * Asks for an e-mail address that no live position has but this one. Throws `crm.email_taken`, which names who has it only to
 * whoever sees them. Two at once both pass here; the index refuses the second, see `emailTaken`.
 */
export async function requireFreeEmail(
  ctx: Context,
  email: string | null,
  exceptPositionId: string | null = null,
): Promise<void> {
  if (email === null) return
  // That it is taken cannot be hidden: the index says it in any case. Whose it is can.
  const found = await ctx.db.unnarrowed(() =>
    ctx.db.query<{ person_id: string }>(`${HOLDER} and ($3::uuid is null or id <> $3)`, [
      ctx.orgId,
      email,
      exceptPositionId,
    ]),
  )
  const holder = found.rows[0]?.person_id
  if (holder !== undefined) throw await takenBy(ctx, holder)
}

/** The error of an address that this person has. */
export async function takenBy(ctx: Context, personId: string): Promise<AppError> {
  const found = await ctx.db.query<{ name: string }>(
    `select concat_ws(' ', first_name, last_name) as name from crm.people
     where org_id = $1 and id = $2 and deleted_at is null`,
    [ctx.orgId, personId],
  )
  const name = found.rows[0]?.name
  const detail = name
    ? `Nothing was saved. It is the address of ${name}; use another one, or merge the two.`
    : undefined
  return crmErrors.email_taken({
    ...(detail === undefined ? {} : { detail }),
    errors: [
      {
        in: 'body',
        pointer: '/email',
        code: 'taken',
        message: found.rows[0]
          ? `This is the address of ${name || 'somebody you know'}.`
          : 'Somebody else has it.',
      },
    ],
  })
}

/** Turns what the index of addresses refuses into `crm.email_taken`; anything else is thrown on. */
export function emailTaken(error: unknown): never {
  if (sqlState(error) === '23505' && constraintOf(error) === 'positions_email')
    throw crmErrors.email_taken({
      errors: [{ in: 'body', pointer: '/email', code: 'taken', message: 'Somebody else has it.' }],
      cause: error,
    })
  throw error
}
