import { createRoute, lazyRouteComponent, redirect } from '@tanstack/react-router'
import type { SsoOutcome } from '#modules/iam/contract.ts'
import { needSession, rootRoute } from '../../shell/root-routes.tsx'
import { sessionQuery } from '../../shell/session.ts'
import { safeNext } from './safe-next.ts'
import { settingsRoutes } from './settings/routes.tsx'
import { outcomeOf } from './sso/sso-words.ts'

interface NextSearch {
  /** Where to go after signing in; always a path of this app. */
  next?: string | undefined
}

interface SignInSearch extends NextSearch {
  /** How a sign-in by a provider ended. */
  sso?: SsoOutcome | undefined
}

const validateSearch = (search: Record<string, unknown>): NextSearch => {
  const next = safeNext(search.next)
  return next ? { next } : {}
}

const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in',
  validateSearch: (search: Record<string, unknown>): SignInSearch => {
    const sso = outcomeOf(search.sso)
    return { ...validateSearch(search), ...(sso ? { sso } : {}) }
  },
  beforeLoad: ({ context, search }) => {
    if (context.queryClient.getQueryData(sessionQuery.queryKey)) throw redirect({ to: search.next ?? '/' })
  },
  component: lazyRouteComponent(() => import('./sign-in.tsx'), 'SignInPage'),
})

const signUpRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-up',
  validateSearch,
  component: lazyRouteComponent(() => import('./sign-up.tsx'), 'SignUpPage'),
})

const invitationRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/invitation/$token',
  component: lazyRouteComponent(() => import('./invitation/invitation-page.tsx'), 'InvitationPage'),
})

const forgotPasswordRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/forgot-password',
  component: lazyRouteComponent(() => import('./forgot-password.tsx'), 'ForgotPasswordPage'),
})

const resetPasswordRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/reset-password',
  component: lazyRouteComponent(() => import('./reset-password.tsx'), 'ResetPasswordPage'),
})

/** Outside the frame, but for a signed-in person: whose address it is only their own session can say. */
const verifyEmailRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/verify-email',
  beforeLoad: needSession,
  component: lazyRouteComponent(() => import('./verify-email.tsx'), 'VerifyEmailPage'),
})

/** Where a person says that it is them whom a provider means. */
const connectSignInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/connect-sign-in',
  beforeLoad: needSession,
  component: lazyRouteComponent(() => import('./sso/connect-sign-in.tsx'), 'ConnectSignInPage'),
})

export const iamPublicRoutes = [
  connectSignInRoute,
  forgotPasswordRoute,
  resetPasswordRoute,
  verifyEmailRoute,
  signInRoute,
  signUpRoute,
  invitationRoute,
]
export const iamRoutes = [settingsRoutes]
