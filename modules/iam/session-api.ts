import { z } from 'zod'
import { Id, Timestamp } from '#platform/contract/fields.ts'
import { defineRoute } from '#platform/contract/route.ts'
import { Branding } from './branding-api.ts'
import { can, roles } from './permissions.ts'

export const User = z
  .object({
    id: Id,
    email: z.string(),
    emailVerified: z.boolean().describe('Whether the person opened the link that was sent to the address.'),
    name: z.string(),
    locale: z.string(),
    isPlatformAdmin: z.boolean().describe('Whether the person looks after the installation.'),
  })
  .meta({ id: 'User' })
export type User = z.output<typeof User>

export const Organization = z
  .object({
    id: Id,
    name: z.string(),
    slug: z.string(),
    status: z
      .enum(['trial', 'active', 'past_due', 'suspended', 'cancelled', 'deleting'])
      .describe('In a suspended or cancelled organization everything can be read and nothing changed.'),
    trialEndsAt: Timestamp.nullable(),
    timeZone: z.string(),
    language: z.string(),
    branding: Branding,
    onboarding: z.enum(['new', 'open', 'done']).describe('Where its first steps are.'),
    createdAt: Timestamp,
    updatedAt: Timestamp,
  })
  .meta({ id: 'Organization' })
export type Organization = z.output<typeof Organization>

/** Who speaks, in which organization, and what they may do there. */
export const Session = z
  .object({
    user: User,
    /** The organization the person works in now; null for one who belongs to none. */
    organization: Organization.nullable(),
    role: z.enum(roles).nullable(),
    secondFactorNeeded: z
      .boolean()
      .describe('The organization asks for a second factor and the person has none: set one up to go on.'),
    permissionOverrides: z.record(z.string(), z.boolean()),
    /** Every organization of the person, the one used last first. */
    organizations: z.array(z.object({ id: Id, name: z.string(), slug: z.string(), role: z.enum(roles) })),
  })
  .meta({ id: 'Session' })
export type Session = z.output<typeof Session>

/** Whether the session may do something, for example `leads:write`. The server decides by the same rule. */
export function may(session: Session, permission: string): boolean {
  return session.role !== null && can(session.role, session.permissionOverrides, permission)
}

export const Tokens = z
  .object({
    tokenType: z.literal('Bearer'),
    accessToken: z.string(),
    accessTokenExpiresAt: Timestamp,
    refreshToken: z.string(),
    refreshTokenExpiresAt: Timestamp,
  })
  .meta({ id: 'Tokens' })
export type Tokens = z.output<typeof Tokens>

export const signOut = defineRoute({
  id: 'iam.session.delete',
  method: 'POST',
  path: '/v1/auth/sign-out',
  summary: 'Sign out of this browser',
  description: 'Ends the session of the cookie. Doing it again, or without a session, changes nothing.',
  access: 'public',
  idempotent: false,
})

export const signOutEverywhere = defineRoute({
  id: 'iam.session.delete-all',
  method: 'POST',
  path: '/v1/auth/sign-out-everywhere',
  summary: 'Sign out of every browser and API client',
  access: 'user',
  confined: true,
  idempotent: false,
})

export const getSession = defineRoute({
  id: 'iam.session.get',
  method: 'GET',
  path: '/v1/session',
  summary: 'Who is signed in, where, and what they may do',
  access: 'user',
  confined: true,
  response: Session,
})

export const switchOrganization = defineRoute({
  id: 'iam.session.switch-organization',
  method: 'POST',
  path: '/v1/session/organization',
  summary: 'Go on in another organization',
  description: 'The session gets a new token. An access token belongs to one organization and cannot switch.',
  access: 'user',
  confined: true,
  body: z.strictObject({ organizationId: Id }),
  response: Session,
  errors: ['iam.session_needed', 'iam.provider_required'],
  idempotent: false,
})
