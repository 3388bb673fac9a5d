import type { GlobalContext } from '#platform/context.ts'
import type { Http } from '#platform/http/handlers.ts'
import { iamErrors } from './errors.ts'
import { currentSignIn } from './sessions.ts'

/** How long a proof of who one is covers acts that an open browser or a stolen token alone must not do. */
const RECENT = '10 minutes'

const PROVED = `
  select 1 from iam.sessions where id = $1 and proved_at > now() - interval '${RECENT}'
  union all
  select 1 from iam.token_families where id = $2 and proved_at > now() - interval '${RECENT}'`

/**
 * Throws `iam.sign_in_again` unless the person behind the request proved who they are within the last 10 minutes: by
 * signing in, or by `POST /v1/session/confirm`. For what an owner does rarely and an intruder would do first. An access
 * token counts from the sign-in that began its family, which refreshing does not renew; credentials that are not a
 * person's never do.
 */
export async function requireRecentSignIn(ctx: GlobalContext, http: Http): Promise<void> {
  const { sessionId, familyId } = await currentSignIn(ctx.db, http)
  const proved = await ctx.db.query(PROVED, [sessionId, familyId])
  if (proved.rowCount === 0) throw iamErrors.sign_in_again()
}

/** Says that the person behind the request has just proved who they are. */
export async function markProved(ctx: GlobalContext, http: Http): Promise<void> {
  const { sessionId, familyId } = await currentSignIn(ctx.db, http)
  await ctx.db.query('update iam.sessions set proved_at = now() where id = $1', [sessionId])
  await ctx.db.query('update iam.token_families set proved_at = now() where id = $1', [familyId])
}
