import type { Kit } from '#platform/context.ts'
import { randomToken, sha256 } from '#platform/crypto/tokens.ts'
import type { GlobalTx, Tx } from '#platform/db/database.ts'
import { iamErrors } from './errors.ts'
import { askForPasskey } from './passkey-challenges.ts'
import type { PasskeyQuestion } from './passkey-shapes.ts'
import { isProven, type Proof, secondFactorsOf } from './second-factors.ts'
import type { SecondFactorAsked } from './sign-in-api.ts'
import { beginAttempt } from './sign-in-limits.ts'
import { auditRefusedSignIn } from './sign-in-log.ts'

const LIFE = '10 minutes'

/** What a person gets when both steps are done. */
export type SignInPurpose = 'session' | 'tokens'

/**
 * The second step of a sign-in whose password was right, or null when the account asks for nothing more. The token of
 * the step opens nothing by itself.
 */
export async function askSecondFactor(
  tx: Tx,
  person: { userId: string; purpose: SignInPurpose; orgId: string | null },
): Promise<SecondFactorAsked | null> {
  const methods = await secondFactorsOf(tx, person.userId)
  if (methods.length === 0) return null
  const token = randomToken()
  const stored = await tx.query<{ expires_at: Date }>(
    `insert into iam.sign_in_challenges (token_hash, user_id, purpose, org_id, expires_at)
     values ($1, $2, $3, $4, now() + interval '${LIFE}') returning expires_at`,
    [sha256(token), person.userId, person.purpose, person.orgId],
  )
  const expiresAt = stored.rows[0]?.expires_at ?? new Date(0)
  return { secondFactor: { token, methods, expiresAt: expiresAt.toISOString() } }
}

interface Step {
  user_id: string
  email: string
  org_id: string | null
}

/** The step must still be open and its person active. Nothing that ends sessions leaves a step behind. */
async function findStep(tx: Tx, token: string, purpose: SignInPurpose | null): Promise<Step | undefined> {
  const found = await tx.query<Step>(
    `select c.user_id, u.email, c.org_id
     from iam.sign_in_challenges c join iam.users u on u.id = c.user_id and u.status = 'active'
     where c.token_hash = $1 and c.expires_at > now() and ($2::text is null or c.purpose = $2)`,
    [sha256(token), purpose],
  )
  return found.rows[0]
}

/** What a passkey of the person has to sign for the second step. Throws `iam.sign_in_over`. */
export function askPasskeyForStep(kit: Kit, token: string): Promise<PasskeyQuestion> {
  return kit.db.withGlobal(async tx => {
    const step = await findStep(tx, token, null)
    if (!step) throw iamErrors.sign_in_over()
    return askForPasskey(tx, kit, 'second_factor', step.user_id)
  })
}

/**
 * Takes the second step and lets `finish` open what the person came for, in the same transaction. Throws
 * `iam.sign_in_over` for a step that is over, `iam.second_factor_refused`, `iam.too_many_tries`.
 */
export async function takeSecondStep<T>(
  kit: Kit,
  given: { token: string; purpose: SignInPurpose; address: string; proof: Proof },
  finish: (tx: GlobalTx, person: { userId: string; orgId: string | null }) => Promise<T>,
): Promise<T> {
  const { token, purpose, address, proof } = given
  const open = await kit.db.withGlobal(tx => findStep(tx, token, purpose))
  if (!open) throw iamErrors.sign_in_over()
  const attempt = await beginAttempt(kit, 'second_factor', { email: open.email, address })
  // The verdict leaves the transaction as a value: an error would give a used challenge back.
  const outcome = await kit.db.withGlobal(async tx => {
    // Before anything else, so that a change of the password comes wholly before or wholly after this.
    await tx.query('select 1 from iam.users where id = $1 for no key update', [open.user_id])
    const step = await findStep(tx, token, purpose)
    if (!step) return 'over'
    if (!(await isProven(tx, kit, { purpose: 'second_factor', userId: step.user_id }, proof)))
      return 'refused'
    const taken = await tx.query('delete from iam.sign_in_challenges where token_hash = $1', [sha256(token)])
    if (taken.rowCount === 0) return 'over'
    return { value: await finish(tx, { userId: step.user_id, orgId: step.org_id }) }
  })
  if (outcome === 'refused') {
    auditRefusedSignIn(kit, { userId: open.user_id, address, reason: 'second_factor' })
    throw iamErrors.second_factor_refused()
  }
  await attempt.takeBack()
  if (outcome === 'over') throw iamErrors.sign_in_over()
  return outcome.value
}
