import type { Kit } from '#platform/context.ts'
import { hashPassword, needsRehash, PasswordError, verifyPassword } from '#platform/crypto/passwords.ts'
import { AppError } from '#platform/errors.ts'
import type { Http } from '#platform/http/handlers.ts'
import { iamErrors } from './errors.ts'
import { beginAttempt } from './sign-in-limits.ts'
import { auditRefusedSignIn } from './sign-in-log.ts'

const BUSY_RETRY_S = 3

async function orBusy<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (error instanceof PasswordError && error.code === 'busy')
      throw iamErrors.busy({ retryAfterS: BUSY_RETRY_S, cause: error })
    throw error
  }
}

/** Hashes a password that was checked before. Throws `iam.busy` when too many wait for the same. */
export function hashNewPassword(password: string): Promise<string> {
  return orBusy(hashPassword(password))
}

interface Known {
  id: string
  password_hash: string | null
  password_version: string | null
  status: string
}

/**
 * Finds out who signs in with an e-mail address and a password. An unknown address, a wrong password and a user who is
 * not active are refused alike: one text, one query, one hash. `passwordVersion` says which password it was, so that
 * what follows can tell whether it was changed in between.
 * Throws `iam.credentials_refused`, `iam.too_many_tries`, `iam.busy`.
 */
export async function checkCredentials(
  kit: Kit,
  given: { email: string; password: string; address: string },
): Promise<{ userId: string; passwordVersion: string | null }> {
  const attempt = await beginAttempt(kit, 'sign_in', given)
  const found = await kit.db.withGlobal(tx =>
    tx.query<Known>(
      `select id, password_hash, password_changed_at::text as password_version, status
       from iam.users where email = $1`,
      [given.email],
    ),
  )
  const user = found.rows[0]
  const hash = user?.password_hash ?? null
  let right: boolean
  try {
    right = await orBusy(verifyPassword(given.password, hash))
  } catch (error) {
    await attempt.takeBack()
    throw error
  }
  if (!right || !user || user.status !== 'active') {
    auditRefusedSignIn(kit, { userId: user?.id ?? null, address: given.address, reason: 'credentials' })
    throw iamErrors.credentials_refused()
  }
  await attempt.takeBack()
  if (hash !== null && needsRehash(hash)) await renewHash(kit, user.id, given.password, hash)
  return { userId: user.id, passwordVersion: user.password_version }
}

/**
 * Whether a signed-in person knows their password: its version when they do, undefined when not. Counts as a try to sign
 * in. Throws `iam.too_many_tries`, `iam.busy`.
 */
export async function isOwnPassword(
  http: Http,
  userId: string,
  password: string,
): Promise<string | null | undefined> {
  const { kit, address } = http
  const found = await kit.db.withGlobal(tx =>
    tx.query<{ email: string }>('select email from iam.users where id = $1', [userId]),
  )
  try {
    const proven = await checkCredentials(kit, { email: found.rows[0]?.email ?? '', password, address })
    return proven.userId === userId ? proven.passwordVersion : undefined
  } catch (error) {
    if (error instanceof AppError && error.code === 'iam.credentials_refused') return undefined
    throw error
  }
}

/** Hashes made with older parameters are replaced when the password is at hand, unless it was changed meanwhile. */
async function renewHash(kit: Kit, userId: string, password: string, old: string): Promise<void> {
  const renewed = await hashNewPassword(password)
  await kit.db.withGlobal(tx =>
    tx.query('update iam.users set password_hash = $2 where id = $1 and password_hash = $3', [
      userId,
      renewed,
      old,
    ]),
  )
}
