import type { QueryClient } from '@tanstack/react-query'
import { createRootRouteWithContext, createRoute, lazyRouteComponent, redirect } from '@tanstack/react-router'
import { ProblemError } from '#platform/contract/problem.ts'
import { PageError } from './page-error.tsx'
import { PageMissing } from './page-missing.tsx'
import { Root } from './root.tsx'
import { sessionQuery } from './session.ts'

export interface RouterContext {
  queryClient: QueryClient
}

export const rootRoute = createRootRouteWithContext<RouterContext>()({
  component: Root,
  errorComponent: PageError,
  notFoundComponent: PageMissing,
})

/** Before a page for a signed-in person: whoever is not is led to signing in, and back. */
export async function needSession({
  context,
  location,
}: {
  context: RouterContext
  location: { readonly href: string }
}): Promise<void> {
  try {
    await context.queryClient.ensureQueryData(sessionQuery)
  } catch (error) {
    if (error instanceof ProblemError && error.status === 401) {
      throw redirect({
        to: '/sign-in',
        search: { next: location.href === '/' ? undefined : location.href },
      })
    }
    throw error
  }
}

/** The parent of every page that needs a signed-in person: the frame around them. */
export const appRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'app',
  beforeLoad: needSession,
  component: lazyRouteComponent(() => import('./app-shell.tsx'), 'AppShell'),
  errorComponent: PageError,
  notFoundComponent: PageMissing,
})
