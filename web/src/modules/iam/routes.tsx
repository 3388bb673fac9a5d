import { createRoute, lazyRouteComponent, redirect } from '@tanstack/react-router'
import { rootRoute } from '../../shell/root-routes.tsx'
import { sessionQuery } from '../../shell/session.ts'
import { safeNext } from './safe-next.ts'
import { settingsRoutes } from './settings/routes.tsx'

interface NextSearch {
  /** Where to go after signing in; always a path of this app. */
  next?: string | undefined
}

const validateSearch = (search: Record<string, unknown>): NextSearch => {
  const next = safeNext(search.next)
  return next ? { next } : {}
}

const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in',
  validateSearch,
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

export const iamPublicRoutes = [signInRoute, signUpRoute]
export const iamRoutes = [settingsRoutes]
