import type { OutsideContext } from '#platform/context.ts'
import type { Tx } from '#platform/db/database.ts'
import { generalErrors } from '#platform/errors.ts'
import type { Http, Principal } from '#platform/http/handlers.ts'
import { newId } from '#platform/ids.ts'
import { type Credential, mintCredential, readCredential } from './credentials.ts'
import { iamErrors } from './errors.ts'
import { enterOrganization } from './organizations.ts'

/** The `__Host-` prefix makes browsers insist on Secure, on Path=/ and on no Domain. */
export const SESSION_COOKIE = '__Host-session'

const IDLE = '8 hours'
const ABSOLUTE_DAYS = 7
const COOKIE_S = ABSOLUTE_DAYS * 24 * 3600
const USER_AGENT_MAX = 400

/** What a browser or program says it is, cut to what is stored. */
export function userAgentOf(http: Http): string {
  return (http.header('user-agent') ?? '').slice(0, USER_AGENT_MAX)
}

/** Opens a session and returns its token, which is stored nowhere else. */
export async function openSession(
  tx: Tx,
  session: { userId: string; orgId: string | null; userAgent: string; address: string },
): Promise<Credential> {
  const token = mintCredential('session', session.orgId)
  await tx.query(
    `insert into iam.sessions (token_hash, id, user_id, org_id, user_agent, address, idle_expires_at, expires_at)
     values ($1, $2, $3, $4, $5, $6, now() + interval '${IDLE}', now() + interval '${ABSOLUTE_DAYS} days')`,
    [token.hash, newId(), session.userId, session.orgId, session.userAgent, session.address],
  )
  await tx.query('update iam.users set last_signed_in_at = now() where id = $1', [session.userId])
  return token
}

/** Says that the session is in use; at most once a minute does this write anything. */
export const TOUCH_SESSION = `
  update iam.sessions set last_seen_at = now(), idle_expires_at = now() + interval '${IDLE}',
    address = coalesce($2, address)
  where token_hash = $1 and last_seen_at < now() - interval '1 minute'`

/** Ends the session of a cookie, if there is one. */
export async function endSession(tx: Tx, cookie: string | undefined): Promise<void> {
  const token = cookie === undefined ? null : readCredential('session', cookie)
  if (token) await tx.query('delete from iam.sessions where token_hash = $1', [token.hash])
}

/** What a request came with: one of both, or neither. */
export interface Kept {
  readonly sessionId: string | null
  readonly familyId: string | null
}

/** Ends every session, revokes every token and drops every half-done sign-in of a person; one may be kept. */
export async function endEverySession(
  tx: Tx,
  userId: string,
  kept: Kept = { sessionId: null, familyId: null },
): Promise<void> {
  await tx.query('delete from iam.sessions where user_id = $1 and id is distinct from $2::uuid', [
    userId,
    kept.sessionId,
  ])
  await tx.query(
    `update iam.token_families set revoked_at = now(), revoked_because = 'signed_out'
     where user_id = $1 and revoked_at is null and id is distinct from $2::uuid`,
    [userId, kept.familyId],
  )
  await tx.query('delete from iam.sign_in_challenges where user_id = $1', [userId])
}

/**
 * The session or the family of tokens that a request came with. Throws `request.not_signed_in` for an access token that is
 * gone since the request was let in.
 */
export async function currentSignIn(tx: Tx, http: Http): Promise<Kept> {
  const sessionId = http.principal?.sessionId ?? null
  const bearer = /^Bearer ([^ ]+)$/i.exec(http.header('authorization') ?? '')?.[1]
  const token = bearer === undefined ? null : readCredential('access', bearer)
  if (sessionId !== null || token === null) return { sessionId, familyId: null }
  const found = await tx.query<{ family_id: string }>(
    'select family_id from iam.access_tokens where token_hash = $1',
    [token.hash],
  )
  const [row] = found.rows
  if (!row) throw generalErrors.not_signed_in()
  return { sessionId, familyId: row.family_id }
}

/** Gives the caller's session another token, after which a copy of the old one is worth nothing. */
export async function renewSession(tx: Tx, http: Http): Promise<void> {
  const { sessionId, orgId } = http.principal ?? { sessionId: null, orgId: null }
  if (sessionId === null) return
  const token = mintCredential('session', orgId)
  await tx.query('update iam.sessions set token_hash = $1, proved_at = now() where id = $2', [
    token.hash,
    sessionId,
  ])
  tx.afterCommit(() => giveCookie(http, token))
}

/**
 * Moves the caller's session into another organization of theirs and gives it a new token, in the same row,
 * so that signing out everywhere at the same moment catches it. Throws `request.not_found` for an
 * organization that is not theirs, `iam.session_needed` for a caller without a session.
 */
export async function switchSession(
  ctx: OutsideContext,
  principal: Principal,
  organizationId: string,
): Promise<Credential> {
  const { userId, sessionId } = principal
  if (userId === null || sessionId === null) throw iamErrors.session_needed()
  const orgId = await enterOrganization(ctx.db, userId, organizationId, principal.confinedTo ?? null)
  const token = mintCredential('session', orgId)
  const moved = await ctx.db.query('update iam.sessions set token_hash = $1, org_id = $2 where id = $3', [
    token.hash,
    orgId,
    sessionId,
  ])
  if (moved.rowCount === 0) throw generalErrors.not_signed_in()
  return token
}

/** Hands the token to the browser: not readable by scripts, over TLS only, not sent by other sites' posts. */
export function giveCookie(http: Http, token: Credential): void {
  http.setCookie(SESSION_COOKIE, token.text, { maxAgeS: COOKIE_S })
}

/** Makes the browser forget the token. */
export function takeCookie(http: Http): void {
  http.setCookie(SESSION_COOKIE, '', { maxAgeS: 0 })
}
