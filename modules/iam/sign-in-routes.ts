import type { GlobalTx } from '#platform/db/database.ts'
import { generalErrors } from '#platform/errors.ts'
import {
  type Http,
  type Implemented,
  implementForUser,
  implementPrepared,
  implementPublic,
} from '#platform/http/handlers.ts'
import { authenticate } from './authenticate.ts'
import { checkIdentity, confirmMethods } from './confirm-identity.ts'
import {
  askOwnPasskey,
  askPasskey,
  confirmIdentity,
  createTokens,
  getConfirmMethods,
  sendSecondFactor,
  sendSecondFactorForTokens,
  signIn,
  signInWithPasskey,
  signUp,
} from './contract.ts'
import { sendVerification } from './email-verification.ts'
import { iamErrors } from './errors.ts'
import { noteApiClient } from './known-devices.ts'
import { enterOrganization } from './organizations.ts'
import { askForPasskey } from './passkey-challenges.ts'
import { acceptPasskey } from './passkeys.ts'
import { checkCredentials } from './passwords.ts'
import { markProved } from './recent-sign-in.ts'
import { userAgentOf } from './sessions.ts'
import { askPasskeyForStep, askSecondFactor, takeSecondStep } from './sign-in-challenges.ts'
import { beginAttempt, waitAtDoor } from './sign-in-limits.ts'
import { auditSignIn } from './sign-in-log.ts'
import { signUpOrganization } from './sign-up.ts'
import { signedIn } from './signed-in.ts'
import { beginSession, type Entrant, holdEntrant, startSession } from './start-session.ts'
import { issueTokens } from './tokens.ts'

/** Somebody who asks for tokens; a session of theirs has passed every step already. */
interface TokenOwner extends Entrant {
  readonly orgId: string | null
  readonly sessionId: string | null
  /** The one organization that the session is confined to. */
  readonly confinedTo: string | null
}

/** Who asks for tokens: by e-mail and password, or the session of the cookie when neither was given. */
async function tokenOwner(
  http: Http,
  body: { email?: string | undefined; password?: string | undefined },
): Promise<TokenOwner> {
  const { email, password } = body
  if (email !== undefined && password !== undefined) {
    const proven = await checkCredentials(http.kit, { email, password, address: http.address })
    return { ...proven, orgId: null, sessionId: null, confinedTo: null }
  }
  const principal = await authenticate(http.kit, {
    cookie: http.cookie,
    authorization: undefined,
    method: 'POST',
    viewAs: undefined,
  })
  if (!principal || principal.userId === null) throw generalErrors.not_signed_in()
  const { userId, orgId, sessionId, confinedTo = null } = principal
  return { userId, orgId, sessionId, confinedTo }
}

async function beginTokens(tx: GlobalTx, http: Http, owner: TokenOwner) {
  const { userId, sessionId } = owner
  await holdEntrant(tx, owner)
  const orgId = await enterOrganization(tx, userId, owner.orgId ?? undefined, owner.confinedTo)
  await noteApiClient(tx, http, userId)
  const tokens = await issueTokens(tx, {
    userId,
    orgId,
    sessionId,
    userAgent: userAgentOf(http),
    address: http.address,
  })
  await auditSignIn(tx, http, { userId, orgId, client: 'api' })
  return tokens
}

export const signInRoutes: readonly Implemented[] = [
  implementPublic(signUp, async (http, { body }) => {
    await beginAttempt(http.kit, 'sign_up', { email: body.email, address: http.address })
    const { userId } = await signUpOrganization(http.kit, { ...body, isGuided: true })
    return http.kit.db.withGlobal(async tx => {
      await sendVerification(tx, http.kit, userId)
      return beginSession(tx, http, { userId })
    })
  }),

  implementPublic(signIn, async (http, { body }) => {
    const entrant = await checkCredentials(http.kit, { ...body, address: http.address })
    return http.kit.db.withGlobal(async tx => {
      await holdEntrant(tx, entrant)
      const asked = await askSecondFactor(tx, { userId: entrant.userId, purpose: 'session', orgId: null })
      return asked ?? beginSession(tx, http, entrant)
    })
  }),

  implementPublic(sendSecondFactor, (http, { body: { token, ...proof } }) =>
    takeSecondStep(http.kit, { token, purpose: 'session', address: http.address, proof }, (tx, { userId }) =>
      beginSession(tx, http, { userId }),
    ),
  ),

  implementPublic(askPasskey, async (http, { body: { token } }) => {
    const retryAfterS = waitAtDoor(http)
    if (retryAfterS > 0) throw generalErrors.too_many({ retryAfterS })
    return token === undefined
      ? http.kit.db.withGlobal(tx => askForPasskey(tx, http.kit, 'sign_in', null))
      : askPasskeyForStep(http.kit, token)
  }),

  implementPublic(signInWithPasskey, async (http, { body: { passkey } }) => {
    const { kit, address } = http
    // Whose it is shows only afterwards; the passkey stands for its account.
    const attempt = await beginAttempt(kit, 'second_factor', { email: `passkey ${passkey.id}`, address })
    const asked = { purpose: 'sign_in', userId: null } as const
    const userId = await kit.db.withGlobal(tx => acceptPasskey(tx, kit, asked, passkey))
    if (userId === null) throw iamErrors.second_factor_refused()
    await attempt.takeBack()
    return startSession(http, { userId })
  }),

  implementForUser(getConfirmMethods, async (ctx, _input, http) => {
    const { userId, confinedTo } = signedIn(http)
    return { methods: confinedTo ? [] : await confirmMethods(ctx, userId) }
  }),

  implementForUser(askOwnPasskey, (ctx, _input, http) =>
    askForPasskey(ctx.db, ctx.kit, 'confirm', signedIn(http).userId),
  ),

  implementPrepared(
    confirmIdentity,
    (http, { body }) => checkIdentity(http, signedIn(http).userId, body),
    async (ctx, _input, http) => {
      await markProved(ctx, http)
      return undefined
    },
  ),

  implementPublic(createTokens, async (http, { body }) => {
    const owner = await tokenOwner(http, body)
    const orgId = body.organizationId ?? owner.orgId
    return http.kit.db.withGlobal(async tx => {
      await holdEntrant(tx, owner)
      const { userId } = owner
      const asked =
        owner.sessionId === null ? await askSecondFactor(tx, { userId, purpose: 'tokens', orgId }) : null
      return asked ?? beginTokens(tx, http, { ...owner, orgId })
    })
  }),

  implementPublic(sendSecondFactorForTokens, (http, { body: { token, ...proof } }) =>
    takeSecondStep(
      http.kit,
      { token, purpose: 'tokens', address: http.address, proof },
      (tx, { userId, orgId }) => beginTokens(tx, http, { userId, orgId, sessionId: null, confinedTo: null }),
    ),
  ),
]
