import type { GlobalContext } from '#platform/context.ts'
import type { RouteReply } from '#platform/contract/route.ts'
import { type Http, type Implemented, implement, implementForUser } from '#platform/http/handlers.ts'
import {
  addPasskey,
  confirmTotp,
  getAccountSecurity,
  getSignInRules,
  removePasskey,
  removeTotp,
  renamePasskey,
  renewRecoveryCodes,
  setSignInRules,
  startPasskey,
  startTotp,
} from './contract.ts'
import { accountOf } from './email-verification.ts'
import { iamErrors } from './errors.ts'
import * as passkeys from './passkeys.ts'
import { requireRecentSignIn } from './recent-sign-in.ts'
import { firstRecoveryCodes, makeRecoveryCodes } from './recovery-codes.ts'
import { forgetUselessCodes } from './second-factors.ts'
import { tellUser } from './security-letters.ts'
import { setSignInRules as setRules, signInRules } from './sign-in-rules.ts'
import { signedIn } from './signed-in.ts'
import * as totp from './totp-secrets.ts'

async function securityOf(
  ctx: GlobalContext,
  userId: string,
): Promise<RouteReply<typeof getAccountSecurity>> {
  const found = await ctx.db.query<{
    has_password: boolean
    password_changed_at: Date | null
    app_added_at: Date | null
    codes_left: number
  }>(
    `select u.password_hash is not null as has_password, u.password_changed_at, t.confirmed_at as app_added_at,
            (select count(*)::int from iam.recovery_codes where user_id = u.id and used_at is null) as codes_left
     from iam.users u left join iam.totp_secrets t on t.user_id = u.id where u.id = $1`,
    [userId],
  )
  const row = found.rows[0]
  const addedAt = row?.app_added_at?.toISOString()
  return {
    hasPassword: row?.has_password === true,
    passwordChangedAt: row?.password_changed_at?.toISOString() ?? null,
    authenticatorApp: addedAt === undefined ? null : { addedAt },
    passkeys: await passkeys.listPasskeys(ctx.db, userId),
    recoveryCodesLeft: row?.codes_left ?? 0,
  }
}

/** The person behind a request who proved a short while ago who they are. */
async function recentlySignedIn(ctx: GlobalContext, http: Http): Promise<string> {
  const { userId } = signedIn(http)
  await requireRecentSignIn(ctx, http)
  return userId
}

async function tellRemoved(ctx: GlobalContext, userId: string, name: string): Promise<void> {
  await forgetUselessCodes(ctx, userId)
  await tellUser(ctx.db, ctx.kit, userId, { what: 'second_factor_removed', name })
}

export const securityRoutes: readonly Implemented[] = [
  implementForUser(getAccountSecurity, (ctx, _input, http) => securityOf(ctx, signedIn(http).userId)),

  implementForUser(startTotp, async (ctx, _input, http) => {
    const userId = await recentlySignedIn(ctx, http)
    return totp.startTotp(ctx, await accountOf(ctx.db, userId))
  }),

  implementForUser(confirmTotp, async (ctx, { body }, http) => {
    const userId = await recentlySignedIn(ctx, http)
    if (!(await totp.confirmTotp(ctx, userId, body.code))) throw iamErrors.proof_refused()
    return { recoveryCodes: await firstRecoveryCodes(ctx.db, ctx.kit, userId) }
  }),

  implementForUser(removeTotp, async (ctx, _input, http) => {
    const userId = await recentlySignedIn(ctx, http)
    if (await totp.removeTotp(ctx, userId)) await tellRemoved(ctx, userId, 'the authenticator app')
    return undefined
  }),

  implementForUser(renewRecoveryCodes, async (ctx, _input, http) => {
    const userId = await recentlySignedIn(ctx, http)
    return { recoveryCodes: await makeRecoveryCodes(ctx.db, ctx.kit, userId) }
  }),

  implementForUser(startPasskey, async (ctx, _input, http) => {
    const userId = await recentlySignedIn(ctx, http)
    return passkeys.offerPasskey(ctx, await accountOf(ctx.db, userId))
  }),

  implementForUser(addPasskey, async (ctx, { body }, http) => {
    const userId = await recentlySignedIn(ctx, http)
    const passkey = await passkeys.storePasskey(ctx, userId, body.name, body.passkey)
    if (!passkey) throw iamErrors.passkey_refused()
    return { passkey, recoveryCodes: await firstRecoveryCodes(ctx.db, ctx.kit, userId) }
  }),

  implementForUser(renamePasskey, (ctx, { params, body }, http) =>
    passkeys.renamePasskey(ctx, signedIn(http).userId, params.passkeyId, body.name),
  ),

  implementForUser(removePasskey, async (ctx, { params }, http) => {
    const userId = await recentlySignedIn(ctx, http)
    const name = await passkeys.removePasskey(ctx, userId, params.passkeyId)
    await tellRemoved(ctx, userId, `the passkey “${name}”`)
    return undefined
  }),

  implement(getSignInRules, ctx => signInRules(ctx)),

  implement(setSignInRules, async (ctx, { body }, http) => {
    await requireRecentSignIn(ctx, http)
    return setRules(ctx, signedIn(http).userId, body)
  }),
]
