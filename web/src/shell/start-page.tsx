import { createRoute, redirect } from '@tanstack/react-router'
import { may } from '#modules/iam/contract.ts'
import { visibleNavigation } from './navigation.ts'
import { appRoute } from './root-routes.tsx'
import { sessionQuery } from './session.ts'

/** The start page is the first page of the rail that the person may see, and before that the welcome of a new organization. */
export const homeRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/',
  beforeLoad: async ({ context }) => {
    const session = await context.queryClient.ensureQueryData(sessionQuery)
    if (session.organization?.onboarding === 'new' && may(session, 'organization:manage')) {
      throw redirect({ to: '/welcome', replace: true })
    }
    const first = visibleNavigation(session)[0]?.[0]
    throw redirect({ to: first?.to ?? '/settings' })
  },
})
