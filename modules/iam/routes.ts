import { generalErrors } from '#platform/errors.ts'
import { type Implemented, implement, implementForUser, implementPublic } from '#platform/http/handlers.ts'
import { isId } from '#platform/ids.ts'
import { accessRoutes } from './access-routes.ts'
import { accountRoutes } from './account-routes.ts'
import { apiKeyRoutes } from './api-key-routes.ts'
import { auditRoutes } from './audit-routes.ts'
import { brandingRoutes } from './branding-routes.ts'
import {
  getFeatures,
  getSession,
  listNotifications,
  markNotificationsRead,
  refreshTokens,
  revokeTokens,
  signOut,
  signOutEverywhere,
  switchFeatures,
  switchOrganization,
} from './contract.ts'
import * as features from './features.ts'
import { identityProviderRoutes } from './identity-providers-routes.ts'
import { invitationRoutes } from './invitation-routes.ts'
import { memberRoutes } from './member-routes.ts'
import { notificationSettingsRoutes } from './notification-settings-routes.ts'
import { markRead, pageOfNotifications } from './notifications.ts'
import { organizationRoutes } from './organization-routes.ts'
import { describeSession } from './organizations.ts'
import { platformAdminRoutes } from './platform-admin-routes.ts'
import { sessionAs } from './previews.ts'
import { sampleRoutes } from './samples-routes.ts'
import { securityRoutes } from './security-routes.ts'
import {
  endEverySession,
  endSession,
  giveCookie,
  SESSION_COOKIE,
  switchSession,
  takeCookie,
} from './sessions.ts'
import { auditSignIn } from './sign-in-log.ts'
import { signInRoutes } from './sign-in-routes.ts'
import { signInsRoutes } from './sign-ins-routes.ts'
import { signedIn } from './signed-in.ts'
import { ssoRoutes } from './sso-routes.ts'
import { refresh, revoke } from './tokens.ts'

export const iamRoutes: readonly Implemented[] = [
  ...signInRoutes,
  ...accountRoutes,
  ...securityRoutes,
  ...signInsRoutes,
  ...notificationSettingsRoutes,
  ...apiKeyRoutes,
  ...auditRoutes,
  ...memberRoutes,
  ...invitationRoutes,
  ...organizationRoutes,
  ...brandingRoutes,
  ...platformAdminRoutes,
  ...sampleRoutes,
  ...identityProviderRoutes,
  ...ssoRoutes,
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

  implementForUser(getSession, async (ctx, _input, http) => {
    const { userId, orgId, confinedTo, viewedAs } = signedIn(http)
    const session = await describeSession(ctx.db, userId, orgId, confinedTo)
    return viewedAs ? sessionAs(session, viewedAs) : session
  }),

  implementForUser(switchOrganization, async (ctx, { body }, http) => {
    const principal = signedIn(http)
    const token = await switchSession(ctx, principal, body.organizationId)
    ctx.db.afterCommit(() => giveCookie(http, token))
    const session = await describeSession(ctx.db, principal.userId, token.orgId, principal.confinedTo)
    await auditSignIn(ctx.db, http, { userId: principal.userId, orgId: token.orgId, client: 'browser' })
    return session
  }),

  implementPublic(refreshTokens, (http, { body }) => refresh(http.kit, body.refreshToken, http.address)),

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
