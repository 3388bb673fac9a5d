import { generalErrors } from '#platform/errors.ts'
import {
  type Http,
  type Implemented,
  implement,
  implementForUser,
  implementPublic,
} from '#platform/http/handlers.ts'
import { isId } from '#platform/ids.ts'
import { accessRoutes } from './access-routes.ts'
import { authenticate } from './authenticate.ts'
import { brandingRoutes } from './branding-routes.ts'
import {
  createTokens,
  getFeatures,
  getSession,
  listNotifications,
  markNotificationsRead,
  refreshTokens,
  revokeTokens,
  signIn,
  signOut,
  signOutEverywhere,
  signUp,
  switchFeatures,
  switchOrganization,
} from './contract.ts'
import * as features from './features.ts'
import { markRead, pageOfNotifications } from './notifications.ts'
import { organizationRoutes } from './organization-routes.ts'
import { describeSession, enterOrganization } from './organizations.ts'
import { checkCredentials } from './passwords.ts'
import { platformAdminRoutes } from './platform-admin-routes.ts'
import {
  endEverySession,
  endSession,
  giveCookie,
  openSession,
  SESSION_COOKIE,
  switchSession,
  takeCookie,
  userAgentOf,
} from './sessions.ts'
import { beginAttempt } from './sign-in-limits.ts'
import { signUpOrganization } from './sign-up.ts'
import { signedIn } from './signed-in.ts'
import { issueTokens, refresh, revoke } from './tokens.ts'

/** Signs a person in whose identity is established, replacing whatever session the browser had. */
async function startSession(http: Http, userId: string) {
  const { session, token } = await http.kit.db.withGlobal(async tx => {
    await endSession(tx, http.cookie(SESSION_COOKIE))
    const orgId = await enterOrganization(tx, userId)
    const token = await openSession(tx, { userId, orgId, userAgent: userAgentOf(http) })
    return { session: await describeSession(tx, userId, orgId), token }
  })
  giveCookie(http, token)
  return session
}

/** Who asks for tokens: by e-mail and password, or the session of the cookie when neither was given. */
async function tokenOwner(
  http: Http,
  body: { email?: string | undefined; password?: string | undefined },
): Promise<{ userId: string; orgId: string | null }> {
  const { email, password } = body
  if (email !== undefined && password !== undefined) {
    return {
      userId: await checkCredentials(http.kit, { email, password, address: http.address }),
      orgId: null,
    }
  }
  const principal = await authenticate(http.kit, {
    cookie: http.cookie,
    authorization: undefined,
    method: 'POST',
    viewAs: undefined,
  })
  if (!principal || principal.userId === null) throw generalErrors.not_signed_in()
  return { userId: principal.userId, orgId: principal.orgId }
}

export const iamRoutes: readonly Implemented[] = [
  ...organizationRoutes,
  ...brandingRoutes,
  ...platformAdminRoutes,
  implementPublic(signUp, async (http, { body }) => {
    await beginAttempt(http.kit, 'sign_up', { email: body.email, address: http.address })
    const { userId } = await signUpOrganization(http.kit, { ...body, isGuided: true })
    return startSession(http, userId)
  }),

  implementPublic(signIn, async (http, { body }) => {
    const userId = await checkCredentials(http.kit, { ...body, address: http.address })
    return startSession(http, userId)
  }),

  implementPublic(signOut, async http => {
    await http.kit.db.withGlobal(tx => endSession(tx, http.cookie(SESSION_COOKIE)))
    takeCookie(http)
    return undefined
  }),

  implementForUser(signOutEverywhere, async (ctx, _input, http) => {
    await endEverySession(ctx.db, signedIn(http).userId)
    ctx.db.afterCommit(() => takeCookie(http))
    return undefined
  }),

  implementForUser(getSession, (ctx, _input, http) => {
    const { userId, orgId } = signedIn(http)
    return describeSession(ctx.db, userId, orgId)
  }),

  implementForUser(switchOrganization, async (ctx, { body }, http) => {
    const principal = signedIn(http)
    const token = await switchSession(ctx, principal, body.organizationId)
    ctx.db.afterCommit(() => giveCookie(http, token))
    return describeSession(ctx.db, principal.userId, token.orgId)
  }),

  implementPublic(createTokens, async (http, { body }) => {
    const owner = await tokenOwner(http, body)
    return http.kit.db.withGlobal(async tx => {
      const wanted = body.organizationId ?? owner.orgId ?? undefined
      const orgId = await enterOrganization(tx, owner.userId, wanted)
      return issueTokens(tx, { userId: owner.userId, orgId, userAgent: userAgentOf(http) })
    })
  }),

  implementPublic(refreshTokens, (http, { body }) => refresh(http.kit, body.refreshToken)),

  implementPublic(revokeTokens, async (http, { body }) => {
    await revoke(http.kit, body.refreshToken)
    return undefined
  }),

  implement(getFeatures, ctx => features.organizationFeatures(ctx)),

  implement(switchFeatures, (ctx, { body }) => features.switchFeatures(ctx, body)),

  implement(listNotifications, (ctx, { query }, http) => {
    const { limit, cursor, unread } = query
    if (cursor !== undefined && !isId(cursor)) throw generalErrors.invalid({ errors: [badCursor] })
    return pageOfNotifications(ctx, signedIn(http).userId, { limit, before: cursor, unread })
  }),

  implement(markNotificationsRead, async (ctx, { body }, http) => ({
    unreadCount: await markRead(ctx, signedIn(http).userId, body),
  })),
  ...accessRoutes,
]

const badCursor = {
  in: 'query',
  pointer: '/cursor',
  code: 'invalid',
  message: 'Use the nextCursor of the page before.',
} as const
