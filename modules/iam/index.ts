import { fileURLToPath } from 'node:url'
import type { Module } from '#platform/module.ts'
import { letterLoop } from './letter-delivery.ts'
import { iamRoutes } from './routes.ts'

export { authenticate } from './authenticate.ts'
export { forgetExpiredSignIns } from './expiry.ts'
export { organizationFeatures } from './features.ts'
export { forgetLetters } from './letter-delivery.ts'
export { listMemberUserIds, type NotificationForRoles, notifyMembers } from './notifications.ts'
export { forEachOrganization, organizationName } from './organizations.ts'
export { type SignUp, signUpOrganization } from './sign-up.ts'

export const iamModule: Module = {
  name: 'iam',
  migrations: fileURLToPath(new URL('./migrations', import.meta.url)),
  routes: iamRoutes,
  loops: [letterLoop],
}
