import { randomBytes } from 'node:crypto'
import type { GlobalContext, Kit } from '#platform/context.ts'
import { asSealed, type SealedAt } from '#platform/crypto/vault.ts'
import type { Tx } from '#platform/db/database.ts'
import { iamErrors } from './errors.ts'
import { base32, matchingStep, TOTP_STEP_S, totpUri } from './totp.ts'

/** As long as the tag of the hash (RFC 4226, section 4, R6). */
const SECRET_BYTES = 20

/** The vault ties a value to an organization; what belongs to a person has none. */
function sealedAt(userId: string): SealedAt {
  const orgId = '00000000-0000-0000-0000-000000000000'
  return { orgId, table: 'iam.totp_secrets', column: 'secret', id: userId }
}

/**
 * Makes a secret for a person's authenticator app. It asks nothing of anybody until `confirmTotp`. Throws
 * `iam.second_factor_in_use` when an app is set up already.
 */
export async function startTotp(
  ctx: GlobalContext,
  user: { id: string; email: string },
): Promise<{ secret: string; uri: string }> {
  const secret = randomBytes(SECRET_BYTES)
  const sealed = await ctx.kit.vault.seal(secret, sealedAt(user.id))
  const stored = await ctx.db.query(
    `insert into iam.totp_secrets (user_id, secret) values ($1, $2)
     on conflict (user_id) do update set secret = excluded.secret, last_step = 0
       where totp_secrets.confirmed_at is null`,
    [user.id, sealed],
  )
  if (stored.rowCount === 0) throw iamErrors.second_factor_in_use()
  return { secret: base32(secret), uri: totpUri(secret, user.email) }
}

/** Whether a code shows that the app has the secret; from then on signing in asks for one. */
export function confirmTotp(ctx: GlobalContext, userId: string, code: string): Promise<boolean> {
  return acceptCode(ctx.db, ctx.kit, { userId, code, confirmed: false })
}

/**
 * Whether a code is right for the app that is set up. An accepted code and all before it are worth nothing
 * afterwards, also for two that use it at the same moment.
 */
export function acceptTotpCode(tx: Tx, kit: Kit, userId: string, code: string): Promise<boolean> {
  return acceptCode(tx, kit, { userId, code, confirmed: true })
}

async function acceptCode(
  tx: Tx,
  kit: Kit,
  given: { userId: string; code: string; confirmed: boolean },
): Promise<boolean> {
  const { userId, code, confirmed } = given
  const found = await tx.query<{ secret: string; step: number }>(
    `select secret, floor(extract(epoch from now()) / ${TOTP_STEP_S})::int as step
     from iam.totp_secrets where user_id = $1 and (confirmed_at is not null) = $2`,
    [userId, confirmed],
  )
  const row = found.rows[0]
  if (!row) return false
  const step = matchingStep(await kit.vault.open(asSealed(row.secret), sealedAt(userId)), code, row.step)
  if (step === null) return false
  const accepted = await tx.query(
    `update iam.totp_secrets set last_step = $2, confirmed_at = coalesce(confirmed_at, now())
     where user_id = $1 and last_step < $2 and secret = $3`,
    [userId, step, row.secret],
  )
  return accepted.rowCount === 1
}

/** Removes the app, set up or half set up. Returns whether signing in asked for its codes. */
export async function removeTotp(ctx: GlobalContext, userId: string): Promise<boolean> {
  const gone = await ctx.db.query<{ confirmed: boolean }>(
    'delete from iam.totp_secrets where user_id = $1 returning confirmed_at is not null as confirmed',
    [userId],
  )
  return gone.rows[0]?.confirmed === true
}
