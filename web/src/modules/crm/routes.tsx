import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import type { RecordObject } from '#modules/crm/contract.ts'
import { queryClient } from '../../shell/query.ts'
import { appRoute } from '../../shell/root-routes.tsx'
import { renewActivityOnLive } from './activity/live-renewal.ts'
import { renewDealsOnLive } from './deals/live-renewal.ts'
import { recordFieldsQuery } from './fields/use-record-fields.ts'
import { renewListsOnLive } from './list/list-renewal.ts'
import { listSearch } from './list/list-state.ts'
import { renewRecordsOnLive } from './record/live-renewal.ts'
import { recordQuery } from './record/record-access.ts'
import { type RecordTab, recordTabs } from './record/record-tabs.ts'

renewRecordsOnLive()
renewDealsOnLive()
renewListsOnLive()
renewActivityOnLive()

interface RecordSearch {
  /** What of the record is shown; what happened when it is left out. */
  tab?: RecordTab | undefined
}

const validateSearch = (search: Record<string, unknown>): RecordSearch => ({
  tab: recordTabs.find(tab => tab === search.tab),
})

/** Begins to read a record and its fields while its page is on the way. */
function prefetch(object: RecordObject, id: string): void {
  void queryClient.prefetchQuery(recordQuery({ object, id }))
  void queryClient.prefetchQuery(recordFieldsQuery(object))
}

const component = (name: 'PersonPage' | 'CompanyPage' | 'DealPage') =>
  lazyRouteComponent(() => import('./record/record-pages.tsx'), name)

const personRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/people/$personId',
  validateSearch,
  loader: ({ params: { personId } }) => prefetch('person', personId),
  component: component('PersonPage'),
})

const companyRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/companies/$companyId',
  validateSearch,
  loader: ({ params: { companyId } }) => prefetch('company', companyId),
  component: component('CompanyPage'),
})

const dealRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/deals/$dealId',
  validateSearch,
  loader: ({ params: { dealId } }) => prefetch('deal', dealId),
  component: component('DealPage'),
})

const duplicatesRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/duplicates',
  validateSearch: ({ object }: Record<string, unknown>): { object?: 'company' | 'deal' } =>
    object === 'company' || object === 'deal' ? { object } : {},
  component: lazyRouteComponent(() => import('./duplicates/duplicates-page.tsx'), 'DuplicatesPage'),
})

const contactsRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/contacts',
  validateSearch: listSearch,
  component: lazyRouteComponent(() => import('./list/list-page.tsx'), 'ContactsPage'),
})

const companiesRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/companies',
  validateSearch: listSearch,
  component: lazyRouteComponent(() => import('./list/list-page.tsx'), 'CompaniesPage'),
})

const dealsRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/deals',
  validateSearch: listSearch,
  component: lazyRouteComponent(() => import('./list/list-page.tsx'), 'DealsPage'),
})

const changesRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/changes',
  component: lazyRouteComponent(() => import('./bulk/changes-page.tsx'), 'ChangesPage'),
})

const importsRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/imports',
  component: lazyRouteComponent(() => import('./import/imports-page.tsx'), 'ImportsPage'),
})

interface NewImportSearch {
  /** What a row of the file is; a person when it is left out. */
  object?: 'company' | undefined
}

const newImportRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/imports/new',
  validateSearch: ({ object }: Record<string, unknown>): NewImportSearch =>
    object === 'company' ? { object } : {},
  component: lazyRouteComponent(() => import('./import/new-import-page.tsx'), 'NewImportPage'),
})

const importRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/imports/$importId',
  component: lazyRouteComponent(() => import('./import/import-page.tsx'), 'ImportPage'),
})

interface DeletedSearch {
  /** The kind of records; people when it is left out. */
  object?: 'company' | 'deal' | undefined
}

const deletedRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/deleted',
  validateSearch: ({ object }: Record<string, unknown>): DeletedSearch =>
    object === 'company' || object === 'deal' ? { object } : {},
  component: lazyRouteComponent(() => import('./deleted/deleted-page.tsx'), 'DeletedPage'),
})

const forecastRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/deals/forecast',
  component: lazyRouteComponent(() => import('./deals/forecast-page.tsx'), 'ForecastPage'),
})

const tasksRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/tasks',
  component: lazyRouteComponent(() => import('./activity/tasks-page.tsx'), 'TasksPage'),
})

export const crmRoutes = [
  tasksRoute,
  forecastRoute,

  contactsRoute,
  duplicatesRoute,
  companiesRoute,
  dealsRoute,
  changesRoute,
  importsRoute,
  newImportRoute,
  importRoute,
  deletedRoute,
  personRoute,
  companyRoute,
  dealRoute,
]
