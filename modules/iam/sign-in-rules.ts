import { audit } from '#platform/audit/audit.ts'
import type { Context } from '#platform/context.ts'
import { generalErrors } from '#platform/errors.ts'
import { iamErrors } from './errors.ts'
import { secondFactorsOf } from './second-factors.ts'

/** What the organization asks of its members when they sign in. */
export async function signInRules(ctx: Context): Promise<{ secondFactorRequired: boolean }> {
  const found = await ctx.db.query<{ required: boolean }>(
    'select second_factor_required as required from iam.organizations where org_id = $1',
    [ctx.orgId],
  )
  return { secondFactorRequired: found.rows[0]?.required === true }
}

/**
 * Asks a second factor of every member, or stops asking. Throws `iam.own_second_factor_first` when the person who asks it
 * has none: they would lock themselves out.
 */
export async function setSignInRules(
  ctx: Context,
  userId: string,
  wanted: { secondFactorRequired: boolean },
): Promise<{ secondFactorRequired: boolean }> {
  const { secondFactorRequired } = wanted
  if (secondFactorRequired && (await secondFactorsOf(ctx.db, userId)).length === 0) {
    throw iamErrors.own_second_factor_first()
  }
  const before = await signInRules(ctx)
  if (before.secondFactorRequired === secondFactorRequired) return before
  const changed = await ctx.db.query(
    'update iam.organizations set second_factor_required = $2 where org_id = $1',
    [ctx.orgId, secondFactorRequired],
  )
  if (changed.rowCount === 0) throw generalErrors.not_found()
  await audit(ctx, {
    action: 'organization.sign_in_rules_changed',
    object: { type: 'organization', id: ctx.orgId },
    before,
    after: { secondFactorRequired },
  })
  return { secondFactorRequired }
}
