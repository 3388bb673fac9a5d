import { z } from 'zod'
import { EmailAddress, Id, PageQuery, pageOf, Timestamp } from '#platform/contract/fields.ts'
import { defineRoute } from '#platform/contract/route.ts'

/** What those who look after the installation see of an organization: nothing that is in it. */
export const ManagedOrganization = z
  .object({
    id: Id,
    name: z.string(),
    slug: z.string(),
    status: z.enum(['trial', 'active', 'past_due', 'suspended', 'cancelled', 'deleting']),
    members: z.number().int(),
    ownerEmail: z.string().nullable(),
    createdAt: Timestamp,
  })
  .meta({ id: 'ManagedOrganization' })
export type ManagedOrganization = z.output<typeof ManagedOrganization>

export const ManagedUser = z
  .object({
    id: Id,
    name: z.string(),
    email: z.string(),
    status: z.enum(['active', 'inactive', 'suspended']),
    organizations: z.number().int(),
    isPlatformAdmin: z.boolean(),
    hasSecondFactor: z.boolean(),
    createdAt: Timestamp,
    lastSignedInAt: Timestamp.nullable(),
  })
  .meta({ id: 'ManagedUser' })
export type ManagedUser = z.output<typeof ManagedUser>

export const PlatformAct = z
  .object({
    id: Id,
    at: Timestamp,
    actor: z.string().nullable().describe('Who did it; null for the installation itself.'),
    action: z.string(),
    subjectType: z.enum(['organization', 'user']),
    subjectId: Id,
    reason: z.string(),
    address: z.string(),
  })
  .meta({ id: 'PlatformAct' })
export type PlatformAct = z.output<typeof PlatformAct>

const about =
  'For those who look after the installation, who have signed in within the last 10 minutes. To everybody else there is nothing here.'
const reason = z.strictObject({ reason: z.string().trim().min(1).max(500) })
const errors = ['iam.sign_in_again'] as const

/** What acts on an organization, and those on a user, have in common. */
const onOrganization = {
  method: 'POST',
  access: 'user',
  params: z.strictObject({ organizationId: Id }),
  body: reason,
  response: ManagedOrganization,
  errors: [...errors, 'iam.being_deleted'],
  idempotent: false,
} as const
const onUser = {
  method: 'POST',
  access: 'user',
  params: z.strictObject({ userId: Id }),
  body: reason,
  response: ManagedUser,
  errors,
  idempotent: false,
} as const

export const listManagedOrganizations = defineRoute({
  id: 'iam.managed-organization.list',
  method: 'GET',
  path: '/v1/platform/organizations',
  summary: 'Organizations of the installation',
  description: about,
  access: 'user',
  query: PageQuery.extend({
    search: z.string().trim().toLowerCase().max(63).optional().describe('How its address begins.'),
  }),
  response: pageOf(ManagedOrganization),
  errors,
})

export const suspendOrganization = defineRoute({
  ...onOrganization,
  id: 'iam.managed-organization.suspend',
  path: '/v1/platform/organizations/:organizationId/suspend',
  summary: 'Suspend an organization',
  description: `${about} Its members go on reading and nobody changes anything; its forms close.`,
})

export const reactivateOrganization = defineRoute({
  ...onOrganization,
  id: 'iam.managed-organization.reactivate',
  path: '/v1/platform/organizations/:organizationId/reactivate',
  summary: 'Lift the suspension of an organization',
  description: about,
})

export const findManagedUsers = defineRoute({
  id: 'iam.managed-user.list',
  method: 'GET',
  path: '/v1/platform/users',
  summary: 'The user with an e-mail address, or all who look after the installation',
  description: about,
  access: 'user',
  query: z.strictObject({ email: EmailAddress.optional() }),
  response: pageOf(ManagedUser),
  errors,
})

export const suspendUser = defineRoute({
  ...onUser,
  id: 'iam.managed-user.suspend',
  path: '/v1/platform/users/:userId/suspend',
  summary: 'Suspend a user everywhere',
  description: `${about} The user is signed out at once and cannot sign in.`,
  errors: [...errors, 'iam.admin_protected'],
})

export const reactivateUser = defineRoute({
  ...onUser,
  id: 'iam.managed-user.reactivate',
  path: '/v1/platform/users/:userId/reactivate',
  summary: 'Lift the suspension of a user',
  description: about,
})

export const resetSecondFactors = defineRoute({
  ...onUser,
  id: 'iam.managed-user.reset-second-factors',
  path: '/v1/platform/users/:userId/reset-second-factors',
  summary: 'Take the second factors of a user who has lost them away',
  description: `${about} Authenticator app, passkeys and recovery codes go, every session ends, and the user is told by e-mail. Make sure first that it is them who ask.`,
  errors: [...errors, 'iam.admin_protected'],
})

export const setPlatformAdmin = defineRoute({
  ...onUser,
  id: 'iam.managed-user.set-admin',
  method: 'PUT',
  path: '/v1/platform/users/:userId/admin',
  summary: 'Let a user look after the installation, or no longer',
  description: `${about} The last one cannot be taken away.`,
  body: reason.extend({ isPlatformAdmin: z.boolean() }),
  errors: [...errors, 'iam.last_admin', 'iam.address_not_confirmed'],
})

export const listPlatformActs = defineRoute({
  id: 'iam.platform-act.list',
  method: 'GET',
  path: '/v1/platform/acts',
  summary: 'What was done to organizations and users from outside, newest first',
  description: about,
  access: 'user',
  query: PageQuery,
  response: pageOf(PlatformAct),
  errors,
})
