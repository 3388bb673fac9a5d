import { createRoute, redirect } from '@tanstack/react-router'
import { visibleNavigation } from './navigation.ts'
import { appRoute } from './root-routes.tsx'
import { sessionQuery } from './session.ts'

/** The start page is the first page of the rail that the person may see. */
export const homeRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/',
  beforeLoad: async ({ context }) => {
    const session = await context.queryClient.ensureQueryData(sessionQuery)
    const first = visibleNavigation(session)[0]?.[0]
    throw redirect({ to: first?.to ?? '/settings' })
  },
})
