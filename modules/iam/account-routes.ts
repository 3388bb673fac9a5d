import type { Http } from '#platform/http/handlers.ts'
import {
  type Implemented,
  implementForUser,
  implementPrepared,
  implementPublic,
} from '#platform/http/handlers.ts'
import {
  askPasswordReset,
  changeEmail,
  changePassword,
  confirmEmail,
  resetPassword,
  sendVerification,
} from './contract.ts'
import * as verification from './email-verification.ts'
import * as passwords from './password-change.ts'
import { requireRecentSignIn } from './recent-sign-in.ts'
import { beginAttempt } from './sign-in-limits.ts'
import { signedIn } from './signed-in.ts'

/** Every letter that a person can ask for counts, whoever it goes to. */
async function countLetter(http: Http): Promise<void> {
  const { userId } = signedIn(http)
  await beginAttempt(http.kit, 'verify', { email: userId, address: http.address })
}

export const accountRoutes: readonly Implemented[] = [
  implementPrepared(sendVerification, countLetter, async (ctx, _input, http) => {
    await verification.sendVerification(ctx.db, ctx.kit, signedIn(http).userId)
    return undefined
  }),

  implementPrepared(changeEmail, countLetter, async (ctx, { body }, http) => {
    await requireRecentSignIn(ctx, http)
    await verification.askToChangeEmail(ctx, signedIn(http).userId, body.email)
    return undefined
  }),

  implementForUser(confirmEmail, (ctx, { body }, http) =>
    verification.confirmEmail(ctx, signedIn(http).userId, body.token),
  ),

  implementPrepared(
    changePassword,
    (http, { body }) => passwords.preparePassword(http, signedIn(http).userId, body),
    async (ctx, _input, http, prepared) => {
      await passwords.changePassword(ctx, http, signedIn(http).userId, prepared)
      return undefined
    },
  ),

  implementPublic(askPasswordReset, async (http, { body }) => {
    await passwords.askPasswordReset(http.kit, { email: body.email, address: http.address })
    return undefined
  }),

  implementPublic(resetPassword, async (http, { body }) => {
    await passwords.resetPassword(http.kit, body)
    return undefined
  }),
]
