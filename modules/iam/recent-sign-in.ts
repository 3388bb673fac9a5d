import type { GlobalContext } from '#platform/context.ts'
import { generalErrors } from '#platform/errors.ts'
import type { Http } from '#platform/http/handlers.ts'
import { iamErrors } from './errors.ts'
import { currentSignIn } from './sessions.ts'

/** How long a proof of who one is covers acts that an open browser or a stolen token alone must not do. */
const RECENT = '10 minutes'

const PROVED = `
  select proved_at > now() - interval '${RECENT}' as recently from iam.sessions where id = $1
  union all
  select proved_at > now() - interval '${RECENT}' from iam.token_families where id = $2 and revoked_at is null`

/**
 * Throws `iam.sign_in_again` unless the person behind the request proved who they are within the last 10 minutes: by
 * signing in, or by `POST /v1/session/confirm`. For what an owner does rarely and an intruder would do first. An access
 * token counts from the sign-in that began its family, which refreshing does not renew; credentials that are not a
 * person's never do. Throws `request.not_signed_in` when the sign-in was ended while the request was on its way: there is
 * nothing left to confirm.
 */
export async function requireRecentSignIn(ctx: GlobalContext, http: Http): Promise<void> {
  const { sessionId, familyId } = await currentSignIn(ctx.db, http)
  const found = await ctx.db.query<{ recently: boolean }>(PROVED, [sessionId, familyId])
  const [signIn] = found.rows
  if (!signIn && (sessionId !== null || familyId !== null)) throw generalErrors.not_signed_in()
  if (!signIn?.recently) throw iamErrors.sign_in_again()
}

/**
 * Says that the person behind the request has just proved who they are. Throws `request.not_signed_in` when the sign-in was
 * ended while the request was on its way.
 */
export async function markProved(ctx: GlobalContext, http: Http): Promise<void> {
  const { sessionId, familyId } = await currentSignIn(ctx.db, http)
  const session = await ctx.db.query('update iam.sessions set proved_at = now() where id = $1', [sessionId])
  const family = await ctx.db.query(
    'update iam.token_families set proved_at = now() where id = $1 and revoked_at is null',
    [familyId],
  )
  if (session.rowCount === 0 && family.rowCount === 0) throw generalErrors.not_signed_in()
}
