import type { GlobalContext, Kit } from '#platform/context.ts'
import type { Tx } from '#platform/db/database.ts'
import type { PasskeyPurpose } from './passkey-challenges.ts'
import type { PasskeyAnswer } from './passkey-shapes.ts'
import { acceptPasskey } from './passkeys.ts'
import { acceptRecoveryCode } from './recovery-codes.ts'
import type { SecondFactorAsked } from './sign-in-api.ts'
import { acceptTotpCode } from './totp-secrets.ts'

/** What a person shows beside the password; the API lets exactly one of them through. */
export interface Proof {
  readonly code?: string | undefined
  readonly recoveryCode?: string | undefined
  readonly passkey?: PasskeyAnswer | undefined
}

export type SecondFactorMethod = SecondFactorAsked['secondFactor']['methods'][number]

/** Whether the user `u` of a statement has a second factor. */
export const HAS_SECOND_FACTOR = `(
  exists (select 1 from iam.totp_secrets t where t.user_id = u.id and t.confirmed_at is not null)
  or exists (select 1 from iam.passkeys p where p.user_id = u.id))`

/** What a person's account asks for beside the password; empty without a second factor. */
export async function secondFactorsOf(tx: Tx, userId: string): Promise<SecondFactorMethod[]> {
  const found = await tx.query<{ code: boolean; passkey: boolean; recovery: boolean }>(
    `select exists (select 1 from iam.totp_secrets where user_id = $1 and confirmed_at is not null) as code,
            exists (select 1 from iam.passkeys where user_id = $1) as passkey,
            exists (select 1 from iam.recovery_codes where user_id = $1 and used_at is null) as recovery`,
    [userId],
  )
  const { code, passkey, recovery } = found.rows[0] ?? { code: false, passkey: false, recovery: false }
  if (!code && !passkey) return []
  return [
    ...(code ? (['code'] as const) : []),
    ...(passkey ? (['passkey'] as const) : []),
    ...(recovery ? (['recoveryCode'] as const) : []),
  ]
}

/**
 * Whether a proof is right for a person. What works once is used up by it. It answers and does not throw, so that the
 * transaction commits and a passkey's challenge is gone also when the answer was wrong.
 */
export async function isProven(
  tx: Tx,
  kit: Kit,
  asked: { purpose: Extract<PasskeyPurpose, 'second_factor' | 'confirm'>; userId: string },
  proof: Proof,
): Promise<boolean> {
  const { userId } = asked
  if (proof.passkey !== undefined) return (await acceptPasskey(tx, kit, asked, proof.passkey)) !== null
  const methods = await secondFactorsOf(tx, userId)
  // Recovery codes stand in for a second factor; without one there is nothing to recover.
  if (methods.length === 0) return false
  if (proof.code !== undefined) return acceptTotpCode(tx, kit, userId, proof.code)
  return proof.recoveryCode !== undefined && acceptRecoveryCode(tx, kit, userId, proof.recoveryCode)
}

/** After a second factor went: without any, recovery codes are worth nothing and go too. */
export async function forgetUselessCodes(ctx: GlobalContext, userId: string): Promise<void> {
  await ctx.db.query(
    `delete from iam.recovery_codes r using iam.users u
     where r.user_id = $1 and u.id = r.user_id and not ${HAS_SECOND_FACTOR}`,
    [userId],
  )
}
