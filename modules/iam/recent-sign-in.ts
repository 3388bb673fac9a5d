import type { GlobalContext } from '#platform/context.ts'
import type { Http } from '#platform/http/handlers.ts'
import { readCredential } from './credentials.ts'
import { iamErrors } from './errors.ts'

/** How long a proof of who one is covers acts that an open browser or a stolen token alone must not do. */
const RECENT = '10 minutes'

const BY_SESSION = `
  select proved_at > now() - interval '${RECENT}' as recent from iam.sessions where id = $1`

const BY_ACCESS_TOKEN = `
  select f.proved_at > now() - interval '${RECENT}' as recent
  from iam.access_tokens a join iam.token_families f on f.id = a.family_id where a.token_hash = $1`

/**
 * Throws `iam.sign_in_again` unless the person behind the request proved who they are within the last 10 minutes: by
 * signing in, or by `POST /v1/session/confirm`. For what an owner does rarely and an intruder would do first. An access
 * token counts from the sign-in that began its family, which refreshing does not renew; credentials that are not a
 * person's never do.
 */
export async function requireRecentSignIn(ctx: GlobalContext, http: Http): Promise<void> {
  if (!(await isRecent(ctx, http))) throw iamErrors.sign_in_again()
}

async function isRecent(ctx: GlobalContext, http: Http): Promise<boolean> {
  const sessionId = http.principal?.sessionId ?? null
  if (sessionId !== null) return ask(ctx, BY_SESSION, sessionId)
  const bearer = /^Bearer ([^ ]+)$/i.exec(http.header('authorization') ?? '')?.[1]
  const token = bearer === undefined ? null : readCredential('access', bearer)
  return token !== null && ask(ctx, BY_ACCESS_TOKEN, token.hash)
}

async function ask(ctx: GlobalContext, text: string, value: string | Buffer): Promise<boolean> {
  const result = await ctx.db.query<{ recent: boolean }>(text, [value])
  return result.rows[0]?.recent === true
}
