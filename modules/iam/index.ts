import { fileURLToPath } from 'node:url'
import type { Module } from '#platform/module.ts'
import { letterLoop } from './letter-delivery.ts'
import { iamPersonal } from './personal.ts'
import { iamRoutes } from './routes.ts'

export { activeMembers } from './active-members.ts'
export { authenticate } from './authenticate.ts'
export { organizationBranding } from './branding.ts'
export { forgetExpiredSignIns } from './expiry.ts'
export { organizationFeatures } from './features.ts'
export { organizationAt } from './hosts.ts'
export { forgetLetters } from './letter-delivery.ts'
export { nameMembers } from './members.ts'
export { listMemberUserIds, type NotificationForRoles, notifyMembers } from './notifications.ts'
export {
  forEachOrganization,
  isOrganizationClosed,
  organizationName,
  organizationTimeZone,
} from './organizations.ts'
export { grantNamedAdmin } from './platform-admins.ts'
export { requireRecentSignIn } from './recent-sign-in.ts'
export { noteSamples } from './samples.ts'
export { forgetShares } from './shares.ts'
export { type SignUp, signUpOrganization } from './sign-up.ts'
export { type Standing, standingOf } from './standing.ts'

export const iamModule: Module = {
  name: 'iam',
  migrations: fileURLToPath(new URL('./migrations', import.meta.url)),
  routes: iamRoutes,
  personal: iamPersonal,
  loops: [letterLoop],
}
