import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { getLead } from '#modules/intake/contract.ts'
import { routeQuery } from '../../shell/api.ts'
import { appRoute } from '../../shell/root-routes.tsx'
import { type LeadsSearch, leadsSearch } from './lists/leads-search.ts'
import { renewLeadsOnLive } from './live-renewal.ts'

declare module '@tanstack/react-router' {
  interface HistoryState {
    /** The record was opened from its list and is shown in a panel over it; otherwise it is a page. */
    peek?: boolean
  }
}

renewLeadsOnLive()

const leadsRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/leads',
  validateSearch: (search: Record<string, unknown>): LeadsSearch => leadsSearch(search),
  component: lazyRouteComponent(() => import('./leads-page.tsx'), 'LeadsPage'),
})

const boardRoute = createRoute({ getParentRoute: () => leadsRoute, path: '/' })

const leadRoute = createRoute({
  getParentRoute: () => leadsRoute,
  path: '$leadId',
  loader: ({ context, params }) => {
    context.queryClient.prefetchQuery(routeQuery(getLead, { params }))
  },
  component: lazyRouteComponent(() => import('./lead/lead-page.tsx'), 'LeadPage'),
})

interface QuarantineSearch {
  view?: 'senders' | 'protection'
}

const quarantineRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/quarantine',
  validateSearch: ({ view }: Record<string, unknown>): QuarantineSearch =>
    view === 'senders' || view === 'protection' ? { view } : {},
  component: lazyRouteComponent(() => import('./quarantine/quarantine-page.tsx'), 'QuarantinePage'),
})

export const intakeRoutes = [leadsRoute.addChildren([boardRoute, leadRoute]), quarantineRoute]
