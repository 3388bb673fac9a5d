import { createRoute, lazyRouteComponent, redirect } from '@tanstack/react-router'
import type { SsoOutcome } from '#modules/iam/contract.ts'
import { appRoute, needSession, rootRoute } from '../../shell/root-routes.tsx'
import { sessionQuery } from '../../shell/session.ts'
import { safeNext } from './safe-next.ts'
import { settingsRoutes } from './settings/routes.tsx'
import { outcomeOf } from './sso/sso-words.ts'

interface NextSearch {
  /** Where to go after signing in; always a path of this app. */
  next?: string | undefined
}

interface SignInSearch extends NextSearch {
  /** The address of the organization whose look the page wears. */
  organization?: string | undefined
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
    const { organization } = search
    return {
      ...validateSearch(search),
      ...(sso ? { sso } : {}),
      ...(typeof organization === 'string' ? { organization } : {}),
    }
  },
  beforeLoad: ({ context, search }) => {
    if (context.queryClient.getQueryData(sessionQuery.queryKey)) throw redirect({ to: search.next ?? '/' })
  },
  component: lazyRouteComponent(() => import('./sign-in.tsx'), 'SignInPage'),
})

/** The sign-in page of an organization, where it has no host name of its own. */
const organizationSignInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/o/$slug/sign-in',
  beforeLoad: ({ params }) => {
    throw redirect({ to: '/sign-in', search: { organization: params.slug }, replace: true })
  },
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

const welcomeRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/welcome',
  component: lazyRouteComponent(() => import('./welcome/welcome-page.tsx'), 'WelcomePage'),
})

const startRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/start',
  component: lazyRouteComponent(() => import('./welcome/start-page.tsx'), 'StartPage'),
})

const adminRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/admin',
  beforeLoad: needSession,
  component: lazyRouteComponent(() => import('./admin/admin-page.tsx'), 'AdminPage'),
})

export const iamPublicRoutes = [
  adminRoute,
  connectSignInRoute,
  forgotPasswordRoute,
  resetPasswordRoute,
  verifyEmailRoute,
  signInRoute,
  organizationSignInRoute,
  signUpRoute,
  invitationRoute,
]
export const iamRoutes = [settingsRoutes, startRoute, welcomeRoute]
