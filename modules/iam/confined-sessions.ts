import type { GlobalTx, Tx } from '#platform/db/database.ts'
import type { Http } from '#platform/http/handlers.ts'
import { noteBrowser } from './known-devices.ts'
import { endSession, giveCookie, openSession, SESSION_COOKIE, userAgentOf } from './sessions.ts'
import { auditSignIn } from './sign-in-log.ts'
import { holdEntrant } from './start-session.ts'

/**
 * Signs a person in for whom a provider of an organization stands, in the caller's transaction. The session opens that
 * organization and nothing else, and nothing that is the person's across organizations: whoever runs the provider could
 * be anybody. The cookie is set after the commit.
 */
export async function beginConfinedSession(
  tx: GlobalTx,
  http: Http,
  { userId, orgId }: { userId: string; orgId: string },
): Promise<void> {
  await holdEntrant(tx, { userId })
  await endSession(tx, http.cookie(SESSION_COOKIE))
  const from = { userAgent: userAgentOf(http), address: http.address }
  const token = await openSession(tx, { userId, orgId, ...from })
  await tx.query('update iam.sessions set confined_to = org_id where token_hash = $1', [token.hash])
  await tx.query(
    'update iam.user_organizations set last_used_at = now() where user_id = $1 and org_id = $2',
    [userId, orgId],
  )
  await noteBrowser(tx, http, userId)
  await auditSignIn(tx, http, { userId, orgId, client: 'browser' })
  tx.afterCommit(() => giveCookie(http, token))
}

/** Ends what providers of an organization began, of one person or of all: sessions and tokens confined to it. */
export async function endConfinedSessions(tx: Tx, orgId: string, userId?: string): Promise<void> {
  await tx.query(
    'delete from iam.sessions where confined_to = $1 and ($2::uuid is null or user_id = $2::uuid)',
    [orgId, userId ?? null],
  )
  await tx.query(
    `update iam.token_families set revoked_at = now(), revoked_because = 'revoked'
     where confined_to = $1 and revoked_at is null and ($2::uuid is null or user_id = $2::uuid)`,
    [orgId, userId ?? null],
  )
}
