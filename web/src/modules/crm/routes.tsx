import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { getPerson } from '#modules/crm/contract.ts'
import { routeQuery } from '../../shell/api.ts'
import { appRoute } from '../../shell/root-routes.tsx'
import { type RecordTab, recordTabs } from './record/record-tabs.ts'

interface RecordSearch {
  /** What of the record is shown; what happened when it is left out. */
  tab?: RecordTab | undefined
}

const validateSearch = (search: Record<string, unknown>): RecordSearch => ({
  tab: recordTabs.find(tab => tab === search.tab),
})

const component = (name: 'PersonPage' | 'CompanyPage' | 'DealPage') =>
  lazyRouteComponent(() => import('./record/record-pages.tsx'), name)

const personRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/people/$personId',
  validateSearch,
  loader: ({ context, params: { personId } }) =>
    void context.queryClient.prefetchQuery(routeQuery(getPerson, { params: { personId } })),
  component: component('PersonPage'),
})

const companyRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/companies/$companyId',
  validateSearch,
  component: component('CompanyPage'),
})

const dealRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/deals/$dealId',
  validateSearch,
  component: component('DealPage'),
})

export const crmRoutes = [personRoute, companyRoute, dealRoute]
