import type { Kit, OutsideContext } from '#platform/context.ts'
import type { GlobalTx } from '#platform/db/database.ts'
import type { Http } from '#platform/http/handlers.ts'
import { accountOf } from './email-verification.ts'
import { iamErrors } from './errors.ts'
import { makeLink, readResetLink, takeLink } from './mailed-links.ts'
import { describeSession } from './organizations.ts'
import { checkNewPassword } from './password-rules.ts'
import { hashNewPassword, isOwnPassword } from './passwords.ts'
import { tellUser, writeReset, writeToNobody } from './security-letters.ts'
import { currentSignIn, endEverySession, renewSession } from './sessions.ts'
import { beginAttempt } from './sign-in-limits.ts'

/** A new password is not made of what others know about the person, their organizations included. */
async function checkAgainstPerson(tx: GlobalTx, userId: string, password: string): Promise<void> {
  const { user, organizations } = await describeSession(tx, userId, null)
  checkNewPassword(password, {
    email: user.email,
    name: user.name,
    organizationName: organizations.map(each => each.name).join(' '),
  })
}

/**
 * Checks the present password of a signed-in person and hashes the new one. Throws `iam.proof_refused`,
 * `iam.too_many_tries`, `request.invalid` for a password that is easy to guess.
 */
export async function preparePassword(
  http: Http,
  userId: string,
  given: { currentPassword: string; password: string },
): Promise<{ hash: string; version: string | null }> {
  const version = await isOwnPassword(http, userId, given.currentPassword)
  if (version === undefined) throw iamErrors.proof_refused()
  await http.kit.db.withGlobal(tx => checkAgainstPerson(tx, userId, given.password))
  return { hash: await hashNewPassword(given.password), version }
}

/** Stores the new password, ends every other sign-in and gives this one a new token. */
export async function changePassword(
  ctx: OutsideContext,
  http: Http,
  userId: string,
  prepared: { hash: string; version: string | null },
): Promise<void> {
  const changed = await ctx.db.query(
    `update iam.users set password_hash = $2, password_changed_at = clock_timestamp()
     where id = $1 and password_changed_at::text is not distinct from $3`,
    [userId, prepared.hash, prepared.version],
  )
  if (changed.rowCount === 0) throw iamErrors.proof_refused()
  await endEverySession(ctx.db, userId, await currentSignIn(ctx.db, http))
  await ctx.db.query(`delete from iam.mailed_links where user_id = $1 and kind = 'reset_password'`, [userId])
  await renewSession(ctx.db, http)
  await tellUser(ctx.db, ctx.kit, userId, { what: 'password_changed' })
}

/**
 * Sends a link for a new password to the person with an address. The answer and the work are the same for every
 * address: one that nobody has gets a link that opens nothing and a letter that is never sent. Throws
 * `iam.too_many_tries`.
 */
export async function askPasswordReset(kit: Kit, given: { email: string; address: string }): Promise<void> {
  await beginAttempt(kit, 'reset', given)
  await kit.db.withGlobal(async tx => {
    const found = await tx.query<{ id: string; email: string; name: string }>(
      `select id, email, name from iam.users where email = $1 and status = 'active'`,
      [given.email],
    )
    const user = found.rows[0]
    const to = { userId: user?.id ?? null, email: user?.email ?? 'nobody@nobody.invalid' }
    const link = await makeLink(tx, 'reset_password', to)
    await (user ? writeReset(tx, kit, user, link) : writeToNobody(tx, kit))
  })
}

/**
 * Sets the password of the person whose link it is, and ends every sign-in of theirs. Nobody is signed in by it, so that a
 * second factor is asked for as ever. The mailbox is proved on the way. Throws `iam.link_refused`,
 * `request.invalid` for a password that is easy to guess, after which the link still works.
 */
export async function resetPassword(kit: Kit, given: { token: string; password: string }): Promise<void> {
  const userId = await kit.db.withGlobal(async tx => {
    const id = await readResetLink(tx, given.token)
    if (id !== undefined) await checkAgainstPerson(tx, id, given.password)
    return id
  })
  if (userId === undefined) throw iamErrors.link_refused()
  const hash = await hashNewPassword(given.password)
  await kit.db.withGlobal(async tx => {
    await tx.query('select 1 from iam.users where id = $1 for update', [userId])
    const link = await takeLink(tx, ['reset_password'], userId, given.token)
    const { email } = await accountOf(tx, userId)
    if (link?.email.toLowerCase() !== email.toLowerCase()) throw iamErrors.link_refused()
    await tx.query(
      `update iam.users set password_hash = $2, password_changed_at = clock_timestamp(),
         email_verified_at = coalesce(email_verified_at, now()) where id = $1`,
      [userId, hash],
    )
    await endEverySession(tx, userId)
    await tellUser(tx, kit, userId, { what: 'password_changed' })
  })
}
