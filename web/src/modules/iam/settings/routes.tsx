import { createRoute, lazyRouteComponent, redirect } from '@tanstack/react-router'
import type { RecordObject } from '#modules/crm/contract.ts'
import { appRoute } from '../../../shell/root-routes.tsx'
import { auditSearch } from './audit-log/use-audit-log.ts'

const settingsRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/settings',
  component: lazyRouteComponent(() => import('./settings-page.tsx'), 'SettingsPage'),
})

const indexRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/settings/profile', replace: true })
  },
})

const profileRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/profile',
  component: lazyRouteComponent(() => import('./profile.tsx'), 'ProfileSettings'),
})

const organizationRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/organization',
  component: lazyRouteComponent(() => import('./organization.tsx'), 'OrganizationSettings'),
})

const brandingRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/branding',
  component: lazyRouteComponent(() => import('./branding/branding-page.tsx'), 'BrandingPage'),
})

const membersRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/members',
  component: lazyRouteComponent(() => import('./members/members-page.tsx'), 'MembersPage'),
})

const invitationsRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/members/invitations',
  component: lazyRouteComponent(() => import('./members/members-page.tsx'), 'InvitationsPage'),
})

const securityRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/security',
  component: lazyRouteComponent(() => import('./security.tsx'), 'SecuritySettings'),
})

const notificationsRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/notifications',
  component: lazyRouteComponent(() => import('./notifications.tsx'), 'NotificationSettings'),
})

const signInRulesRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/sign-in',
  component: lazyRouteComponent(() => import('./sign-in-rules.tsx'), 'SignInRulesSettings'),
})

const teamsRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/teams',
  component: lazyRouteComponent(() => import('./teams.tsx'), 'TeamsPage'),
})

const accessRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/access',
  component: lazyRouteComponent(() => import('./access.tsx'), 'AccessPage'),
})

const singleSignOnRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/single-sign-on',
  component: lazyRouteComponent(() => import('./single-sign-on.tsx'), 'SingleSignOnSettings'),
})

const apiKeysRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/api-keys',
  component: lazyRouteComponent(() => import('./api-keys/api-keys-page.tsx'), 'ApiKeysPage'),
})

const auditLogRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/audit-log',
  validateSearch: auditSearch,
  component: lazyRouteComponent(() => import('./audit-log/audit-log-page.tsx'), 'AuditLogPage'),
})

const pipelinesRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/pipelines',
  component: lazyRouteComponent(() => import('../../crm/deals/pipelines-page.tsx'), 'PipelinesPage'),
})

const enrichmentRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/enrichment',
  component: lazyRouteComponent(() => import('../../crm/enrichment/enrichment-page.tsx'), 'EnrichmentPage'),
})

const doNotContactRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/do-not-contact',
  component: lazyRouteComponent(
    () => import('../../crm/privacy/do-not-contact-page.tsx'),
    'DoNotContactPage',
  ),
})

const intakeMailRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/intake-mail',
  component: lazyRouteComponent(() => import('../../intake/mail-in/intake-mail-page.tsx'), 'IntakeMailPage'),
})

const receivedMailRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/intake-mail/messages',
  component: lazyRouteComponent(
    () => import('../../intake/mail-in/intake-mail-page.tsx'),
    'ReceivedMailPage',
  ),
})

const fieldsRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/fields',
  validateSearch: (search: Record<string, unknown>): { object?: RecordObject | undefined } => ({
    object: (['company', 'deal'] as const).find(object => object === search.object),
  }),
  component: lazyRouteComponent(() => import('../../crm/custom-fields/fields-page.tsx'), 'FieldsPage'),
})

export const settingsRoutes = settingsRoute.addChildren([
  indexRoute,
  apiKeysRoute,
  auditLogRoute,
  doNotContactRoute,
  intakeMailRoute,
  receivedMailRoute,
  enrichmentRoute,
  pipelinesRoute,
  fieldsRoute,
  profileRoute,
  securityRoute,
  notificationsRoute,
  signInRulesRoute,
  singleSignOnRoute,
  organizationRoute,
  brandingRoute,
  membersRoute,
  invitationsRoute,
  teamsRoute,
  accessRoute,
])
