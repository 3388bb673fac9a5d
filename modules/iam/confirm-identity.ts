import type { GlobalContext } from '#platform/context.ts'
import type { Http } from '#platform/http/handlers.ts'
import { accountOf } from './email-verification.ts'
import { iamErrors } from './errors.ts'
import { isOwnPassword } from './passwords.ts'
import { isProven, type Proof, type SecondFactorMethod, secondFactorsOf } from './second-factors.ts'
import { beginAttempt } from './sign-in-limits.ts'

/** What a signed-in person can prove again with who they are; empty for one who signs in elsewhere. */
export async function confirmMethods(
  ctx: GlobalContext,
  userId: string,
): Promise<('password' | SecondFactorMethod)[]> {
  const found = await ctx.db.query<{ has_password: boolean }>(
    'select password_hash is not null as has_password from iam.users where id = $1',
    [userId],
  )
  const factors = await secondFactorsOf(ctx.db, userId)
  return found.rows[0]?.has_password ? ['password', ...factors] : factors
}

/**
 * Checks a proof of who a signed-in person is, in transactions of its own. Throws `iam.proof_refused`,
 * `iam.too_many_tries`, `iam.busy`.
 */
export async function checkIdentity(
  http: Http,
  userId: string,
  proof: Proof & { password?: string | undefined },
): Promise<void> {
  const { kit, address } = http
  if (proof.password !== undefined) {
    if ((await isOwnPassword(http, userId, proof.password)) === undefined) throw iamErrors.proof_refused()
    return
  }
  const { email } = await kit.db.withGlobal(tx => accountOf(tx, userId))
  const attempt = await beginAttempt(kit, 'second_factor', { email, address })
  const isRight = await kit.db.withGlobal(tx => isProven(tx, kit, { purpose: 'confirm', userId }, proof))
  if (!isRight) throw iamErrors.proof_refused()
  await attempt.takeBack()
}
