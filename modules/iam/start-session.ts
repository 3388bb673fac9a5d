import type { z } from 'zod'
import type { GlobalTx, Tx } from '#platform/db/database.ts'
import type { Http } from '#platform/http/handlers.ts'
import type { Session } from './contract.ts'
import { iamErrors } from './errors.ts'
import { noteBrowser } from './known-devices.ts'
import { describeSession, enterOrganization } from './organizations.ts'
import { endSession, giveCookie, openSession, SESSION_COOKIE, userAgentOf } from './sessions.ts'
import { auditSignIn } from './sign-in-log.ts'

/** Somebody whose identity is established, and what it rests on. */
export interface Entrant {
  readonly userId: string
  /** The password that was checked, as `checkCredentials` says; absent when something else was. */
  readonly passwordVersion?: string | null
}

/**
 * Keeps a sign-in and a change of its person apart: either it sees the change and is refused, or the change waits and
 * then ends what it opened. Throws `iam.credentials_refused` when the person is not active any more or the password
 * was changed since it was checked.
 */
export async function holdEntrant(tx: Tx, { userId, passwordVersion }: Entrant): Promise<void> {
  const held = await tx.query(
    `select 1 from iam.users
     where id = $1 and status = 'active' and ($2 or password_changed_at::text is not distinct from $3)
     for no key update`,
    [userId, passwordVersion === undefined, passwordVersion ?? null],
  )
  if (held.rowCount === 0) throw iamErrors.credentials_refused()
}

/**
 * Signs a person in, in the caller's transaction, replacing whatever session the browser had: its token is new, so that
 * nobody can have planted it. The cookie is set after the commit.
 */
export async function beginSession(
  tx: GlobalTx,
  http: Http,
  entrant: Entrant,
): Promise<z.input<typeof Session>> {
  const { userId } = entrant
  await holdEntrant(tx, entrant)
  await endSession(tx, http.cookie(SESSION_COOKIE))
  const orgId = await enterOrganization(tx, userId)
  const token = await openSession(tx, {
    userId,
    orgId,
    userAgent: userAgentOf(http),
    address: http.address,
  })
  await noteBrowser(tx, http, userId)
  tx.afterCommit(() => giveCookie(http, token))
  const session = await describeSession(tx, userId, orgId)
  await auditSignIn(tx, http, { userId, orgId, client: 'browser' })
  return session
}

/** As `beginSession`, in a transaction of its own. */
export function startSession(http: Http, entrant: Entrant): Promise<z.input<typeof Session>> {
  return http.kit.db.withGlobal(tx => beginSession(tx, http, entrant))
}
