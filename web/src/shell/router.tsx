import { createRouter } from '@tanstack/react-router'
import { crmRoutes } from '../modules/crm/routes.tsx'
import { flowRoutes } from '../modules/flow/routes.tsx'
import { iamPublicRoutes, iamRoutes } from '../modules/iam/routes.tsx'
import { intakeRoutes } from '../modules/intake/routes.tsx'
import { mailRoutes } from '../modules/mail/routes.tsx'
import { galleryRoute } from '../ui-gallery/routes.tsx'
import { queryClient, whenSignedOut } from './query.ts'
import { appRoute, rootRoute } from './root-routes.tsx'
import { homeRoute } from './start-page.tsx'

const routeTree = rootRoute.addChildren([
  appRoute.addChildren([
    homeRoute,
    ...crmRoutes,
    ...intakeRoutes,
    ...flowRoutes,
    ...mailRoutes,
    ...iamRoutes,
  ]),
  ...iamPublicRoutes,
  galleryRoute,
])

export const router = createRouter({
  routeTree,
  context: { queryClient },
  defaultPreload: 'intent',
  defaultPreloadDelay: 40,
  // React Query decides what is fresh.
  defaultPreloadStaleTime: 0,
  defaultPendingMs: 150,
  defaultPendingMinMs: 0,
  scrollRestoration: true,
})

/** Pages that need nobody to be signed in. */
const withoutSession = new Set(['/sign-in', '/sign-up', '/forgot-password', '/reset-password'])

whenSignedOut(() => {
  const { pathname, href } = router.state.location
  if (withoutSession.has(pathname)) return
  queryClient.clear()
  router.navigate({ to: '/sign-in', search: { next: href } })
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
