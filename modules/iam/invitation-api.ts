import { z } from 'zod'
import { Id, line, PageQuery, pageOf, Timestamp } from '#platform/contract/fields.ts'
import { defineRoute } from '#platform/contract/route.ts'
import { grantableRoles, Member, Overrides } from './member-api.ts'
import { Session } from './session-api.ts'
import { NewPassword } from './sign-in-api.ts'

export const Invitation = z
  .object({
    id: Id,
    email: z.string(),
    role: z.enum(grantableRoles),
    permissionOverrides: z.record(z.string(), z.boolean()),
    state: z.enum(['open', 'expired']),
    invitedBy: z.string().nullable().describe('The name of who sent it.'),
    invitedAt: Timestamp,
    sentAt: Timestamp,
    expiresAt: Timestamp,
  })
  .meta({ id: 'Invitation' })
export type Invitation = z.output<typeof Invitation>

const Link = z
  .string()
  .nullable()
  .describe('Where it is accepted; only here, and only on an installation that sends no e-mail.')

const params = z.object({ invitationId: Id })

export const listInvitations = defineRoute({
  id: 'iam.invitation.list',
  method: 'GET',
  path: '/v1/invitations',
  summary: 'Invitations that nobody has accepted yet, newest first',
  access: 'members:manage',
  query: PageQuery,
  response: pageOf(Invitation),
})

export const invite = defineRoute({
  id: 'iam.invitation.create',
  method: 'POST',
  path: '/v1/invitations',
  summary: 'Invite people by e-mail',
  description:
    'Each address has its own result, in the order given. The result never tells whether somebody has an account. An invitation is good for 7 days and once.',
  access: 'members:manage',
  body: z.strictObject({
    emails: z.array(z.string().max(1000)).min(1).max(50),
    role: z.enum(grantableRoles),
    permissionOverrides: Overrides.default({}),
  }),
  response: z.object({
    items: z.array(
      z.object({
        email: z.string(),
        result: z.enum(['invited', 'already_invited', 'already_member', 'not_an_address']),
        invitation: Invitation.nullable(),
        link: Link,
      }),
    ),
  }),
  errors: ['iam.outranked', 'iam.beyond_own_rights', 'iam.too_many_invitations', 'iam.email_not_verified'],
  example: { body: { emails: ['ada@example.com'], role: 'member' } },
})

export const resendInvitation = defineRoute({
  id: 'iam.invitation.resend',
  method: 'POST',
  path: '/v1/invitations/:invitationId/resend',
  summary: 'Send an invitation once more',
  description: 'For another 7 days. Links of earlier letters end.',
  access: 'members:manage',
  params,
  response: z.object({ invitation: Invitation, link: Link }),
  errors: [
    'iam.outranked',
    'iam.beyond_own_rights',
    'iam.invitation_sent_just_now',
    'iam.too_many_invitations',
    'iam.email_not_verified',
  ],
})

export const revokeInvitation = defineRoute({
  id: 'iam.invitation.revoke',
  method: 'DELETE',
  path: '/v1/invitations/:invitationId',
  summary: 'Take an invitation back',
  access: 'members:manage',
  params,
  errors: ['iam.outranked'],
})

const Token = z.string().min(1).max(200).describe('From the link of the letter.')
const closed = [
  'iam.invitation_expired',
  'iam.invitation_used',
  'iam.invitation_revoked',
  'iam.membership_suspended',
]

export const showInvitation = defineRoute({
  id: 'iam.invitation.show',
  method: 'POST',
  path: '/v1/auth/invitation',
  summary: 'What an invitation is for',
  description: 'For whoever holds its link. The link goes into the body, so that it is in no log.',
  access: 'public',
  body: z.strictObject({ token: Token }),
  response: z.object({
    state: z.enum(['open', 'expired', 'used', 'revoked']),
    organizationName: z.string(),
    invitedBy: z.string().nullable(),
    email: z.string(),
    role: z.enum(grantableRoles),
    expiresAt: Timestamp,
  }),
  idempotent: false,
})

export const signUpByInvitation = defineRoute({
  id: 'iam.invitation.sign-up',
  method: 'POST',
  path: '/v1/auth/invitation/sign-up',
  summary: 'Accept an invitation as a new user',
  description: 'Answers with the new session and sets its cookie. An account that exists is never changed.',
  access: 'public',
  body: z.strictObject({ token: Token, name: line(), password: NewPassword }),
  response: Session,
  status: 201,
  errors: [...closed, 'iam.sign_up_refused', 'iam.too_many_tries', 'iam.busy'],
  idempotent: false,
})

export const acceptInvitation = defineRoute({
  id: 'iam.invitation.accept',
  method: 'POST',
  path: '/v1/auth/invitation/accept',
  summary: 'Accept an invitation to your own e-mail address',
  description: 'Switch to the organization afterwards. Doing it again changes nothing.',
  access: 'user',
  body: z.strictObject({ token: Token }),
  response: z.object({ organizationId: Id, member: Member }),
  errors: [...closed, 'iam.invitation_for_another'],
})
