import { z } from 'zod'
import { defineEvent } from '#platform/contract/event.ts'
import { EmailAddress, Id, line, PageQuery, pageOf, Timestamp } from '#platform/contract/fields.ts'
import { defineRoute } from '#platform/contract/route.ts'
import { can, roles } from './permissions.ts'

export { can, isPermission, type PermissionOverrides, type Role, roles } from './permissions.ts'

/** Fewest and most characters of a password; what else is asked of it is said in `password-rules.ts`. */
export const PASSWORD_MIN = 12
export const PASSWORD_MAX = 200

export const User = z
  .object({ id: Id, email: z.string(), name: z.string(), locale: z.string() })
  .meta({ id: 'User' })
export type User = z.output<typeof User>

export const Organization = z
  .object({
    id: Id,
    name: z.string(),
    slug: z.string(),
    status: z.enum(['trial', 'active', 'past_due', 'suspended', 'cancelled']),
    trialEndsAt: Timestamp.nullable(),
    timeZone: z.string(),
    language: z.string(),
    branding: z.record(z.string(), z.unknown()),
    createdAt: Timestamp,
  })
  .meta({ id: 'Organization' })
export type Organization = z.output<typeof Organization>

/** What an organization can switch on. */
export const Features = z
  .object({ code: z.boolean().describe('Whether workflows may run JavaScript that members wrote.') })
  .meta({ id: 'Features' })
export type Features = z.output<typeof Features>

/** Who speaks, in which organization, and what they may do there. */
export const Session = z
  .object({
    user: User,
    /** The organization the person works in now; null for one who belongs to none. */
    organization: Organization.nullable(),
    role: z.enum(roles).nullable(),
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

export const Notification = z
  .object({
    id: Id,
    title: z.string(),
    body: z.string(),
    link: z.string().nullable().describe('A path of the app.'),
    readAt: Timestamp.nullable(),
    createdAt: Timestamp,
  })
  .meta({ id: 'Notification' })
export type Notification = z.output<typeof Notification>

const password = z.string().min(1).max(PASSWORD_MAX)
const tooManyTries = 'iam.too_many_tries'
const credentialErrors = ['iam.credentials_refused', tooManyTries, 'iam.busy']

export const signUp = defineRoute({
  id: 'iam.account.create',
  method: 'POST',
  path: '/v1/auth/sign-up',
  summary: 'Create an account and its first organization',
  description: 'Answers with the new session and sets its cookie. An account that exists is never changed.',
  access: 'public',
  body: z.strictObject({
    name: line(),
    email: EmailAddress,
    password: z.string().min(PASSWORD_MIN, `Use at least ${PASSWORD_MIN} characters.`).max(PASSWORD_MAX),
    organizationName: line(),
  }),
  response: Session,
  status: 201,
  errors: ['iam.sign_up_refused', tooManyTries, 'iam.busy'],
  idempotent: false,
})

export const signIn = defineRoute({
  id: 'iam.session.create',
  method: 'POST',
  path: '/v1/auth/sign-in',
  summary: 'Sign in with e-mail and password',
  description: 'Answers with the session and sets its cookie. The organization is the one used last.',
  access: 'public',
  body: z.strictObject({ email: EmailAddress, password }),
  response: Session,
  errors: credentialErrors,
  idempotent: false,
})

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
  idempotent: false,
})

export const getSession = defineRoute({
  id: 'iam.session.get',
  method: 'GET',
  path: '/v1/session',
  summary: 'Who is signed in, where, and what they may do',
  access: 'user',
  response: Session,
})

export const switchOrganization = defineRoute({
  id: 'iam.session.switch-organization',
  method: 'POST',
  path: '/v1/session/organization',
  summary: 'Go on in another organization',
  description: 'The session gets a new token. An access token belongs to one organization and cannot switch.',
  access: 'user',
  body: z.strictObject({ organizationId: Id }),
  response: Session,
  errors: ['iam.session_needed'],
  idempotent: false,
})

export const createTokens = defineRoute({
  id: 'iam.tokens.create',
  method: 'POST',
  path: '/v1/auth/tokens',
  summary: 'Get an access and a refresh token',
  description:
    'With e-mail and password, or without both from a signed-in browser. The access token goes into the Authorization header as `Bearer`; the refresh token works once.',
  access: 'public',
  body: z
    .strictObject({
      email: EmailAddress.optional(),
      password: password.optional(),
      organizationId: Id.optional(),
    })
    .superRefine((body, check) => {
      const missing = body.email === undefined ? 'email' : 'password'
      if ((body.email === undefined) === (body.password === undefined)) return
      check.addIssue({ code: 'custom', path: [missing], message: 'E-mail and password go together.' })
    }),
  response: Tokens,
  status: 201,
  errors: credentialErrors,
  idempotent: false,
})

const refreshBody = z.strictObject({ refreshToken: z.string().min(1).max(200) })

export const refreshTokens = defineRoute({
  id: 'iam.tokens.refresh',
  method: 'POST',
  path: '/v1/auth/tokens/refresh',
  summary: 'Exchange a refresh token for new tokens',
  description:
    'Each refresh token works once. Using one again revokes all tokens that came from the same sign-in; within 10 seconds it is taken for a retry and answered with the same successor.',
  access: 'public',
  body: refreshBody,
  response: Tokens,
  errors: ['iam.token_refused'],
  idempotent: false,
})

export const revokeTokens = defineRoute({
  id: 'iam.tokens.revoke',
  method: 'POST',
  path: '/v1/auth/tokens/revoke',
  summary: 'Revoke a refresh token and all tokens of the same sign-in',
  description: 'Answers the same whether the token existed or not.',
  access: 'public',
  body: refreshBody,
  idempotent: false,
})

export const listNotifications = defineRoute({
  id: 'iam.notification.list',
  method: 'GET',
  path: '/v1/notifications',
  summary: 'What the product told you, newest first',
  access: 'notifications:read',
  query: PageQuery.extend({ unread: z.stringbool().optional().describe('Only those not read yet.') }),
  response: pageOf(Notification).extend({ unreadCount: z.number().int() }),
})

export const markNotificationsRead = defineRoute({
  id: 'iam.notification.mark-read',
  method: 'POST',
  path: '/v1/notifications/read',
  summary: 'Mark your notifications as read',
  description:
    'Either the named ones, or all up to and including one, so that none is marked that was not seen.',
  // It changes nothing but the reader's own marks, so reading is enough.
  access: 'notifications:read',
  body: z
    .strictObject({ ids: z.array(Id).min(1).max(100).optional(), upTo: Id.optional() })
    .refine(body => (body.ids === undefined) !== (body.upTo === undefined), 'Name either ids or upTo.'),
  response: z.object({ unreadCount: z.number().int() }),
})

export const getFeatures = defineRoute({
  id: 'iam.features.get',
  method: 'GET',
  path: '/v1/organization/features',
  summary: 'What the organization has switched on',
  access: 'organization:read',
  response: Features,
})

export const switchFeatures = defineRoute({
  id: 'iam.features.switch',
  method: 'PATCH',
  path: '/v1/organization/features',
  summary: 'Switch features of the organization on or off',
  description: 'Features that are not named stay as they are.',
  access: 'organization:manage',
  body: z.strictObject({ code: z.boolean().optional() }),
  response: Features,
})

export const memberJoined = defineEvent({
  type: 'member.joined',
  version: 1,
  payload: z.object({ memberId: Id, userId: Id, role: z.enum(roles) }),
  summary: 'A person became a member of the organization.',
})

export const notificationCreated = defineEvent({
  type: 'notification.created',
  version: 1,
  payload: z.object({ key: z.string(), notifications: z.array(z.object({ id: Id, userId: Id })) }),
  summary: 'Members were notified inside the app.',
})

export const featuresChanged = defineEvent({
  type: 'organization.features_changed',
  version: 1,
  payload: z.object({ before: Features, after: Features }),
  summary: 'Somebody switched features of the organization on or off.',
})
