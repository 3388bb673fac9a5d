import { z } from 'zod'
import { Id, PageQuery, pageOf, Timestamp } from '#platform/contract/fields.ts'
import { defineRoute } from '#platform/contract/route.ts'
import { type Role, roles } from './permissions.ts'

/** What a member can be made by others; an owner comes of a transfer alone. */
export const grantableRoles = ['admin', 'manager', 'member', 'viewer', 'guest'] as const satisfies Role[]
export type GrantableRole = (typeof grantableRoles)[number]

export const Overrides = z
  .record(z.string().max(100), z.boolean())
  .refine(overrides => Object.keys(overrides).length <= 200, 'Name at most 200 permissions.')
  .describe('What differs from the role: permission → allowed or not. It replaces what was there.')

export const Member = z
  .object({
    id: Id,
    userId: Id,
    name: z.string(),
    email: z.string(),
    role: z.enum(roles),
    status: z.enum(['active', 'suspended', 'removed']),
    permissionOverrides: z.record(z.string(), z.boolean()),
    invitedAt: Timestamp.nullable(),
    joinedAt: Timestamp.nullable(),
    lastUsedAt: Timestamp.nullable().describe('When the member last entered this organization.'),
    removedAt: Timestamp.nullable(),
  })
  .meta({ id: 'Member' })
export type Member = z.output<typeof Member>

const params = z.object({ memberId: Id })
const managing = ['iam.outranked', 'iam.own_membership', 'iam.owner_stays']

export const listMembers = defineRoute({
  id: 'iam.member.list',
  method: 'GET',
  path: '/v1/members',
  summary: 'The members of the organization, by name',
  description: 'Active and suspended ones, unless a status is asked for.',
  access: 'members:read',
  query: PageQuery.extend({
    status: z.enum(['active', 'suspended', 'removed']).optional(),
    role: z.enum(roles).optional(),
    search: z.string().trim().max(200).optional().describe('Part of the name or of the e-mail address.'),
  }),
  response: pageOf(Member),
})

export const getMember = defineRoute({
  id: 'iam.member.get',
  method: 'GET',
  path: '/v1/members/:memberId',
  summary: 'One member',
  access: 'members:read',
  params,
  response: Member,
})

export const nameMembers = defineRoute({
  id: 'iam.member.names',
  method: 'GET',
  path: '/v1/members/names',
  summary: 'What people of the organization are called',
  description:
    'For user ids on records, up to 100 at a time. People who are no longer members are named as well; ids of nobody here are left out.',
  access: 'members:read',
  query: z.strictObject({
    ids: z
      .string()
      .max(3699)
      .regex(/^[0-9a-f-]{36}(,[0-9a-f-]{36})*$/, 'Put user ids here with commas between them.')
      .refine(text => text.split(',').every(id => Id.safeParse(id).success), 'Every one must be an id.')
      .meta({
        description: 'User ids with commas between them, at most 100.',
        example: '019b0c4e-7a10-7c3e-9f00-3c2f1d4a5b6c',
      }),
  }),
  response: z.object({
    items: z.array(
      z.object({ userId: Id, name: z.string(), status: z.enum(['active', 'suspended', 'removed']) }),
    ),
  }),
})

export const listPermissions = defineRoute({
  id: 'iam.permission.list',
  method: 'GET',
  path: '/v1/permissions',
  summary: 'Every permission there is',
  access: 'members:read',
  response: z.object({ items: z.array(z.string()) }),
})

export const changeMember = defineRoute({
  id: 'iam.member.update',
  method: 'PATCH',
  path: '/v1/members/:memberId',
  summary: 'Change the role or the permissions of a member',
  description:
    'Only of members with a lower role than your own, only to a lower role than your own, and nothing that you may not do yourself.',
  access: 'members:manage',
  params,
  body: z.strictObject({
    role: z.enum(grantableRoles).optional(),
    permissionOverrides: Overrides.optional(),
  }),
  response: Member,
  errors: [...managing, 'iam.beyond_own_rights'],
})

export const suspendMember = defineRoute({
  id: 'iam.member.suspend',
  method: 'POST',
  path: '/v1/members/:memberId/suspend',
  summary: 'Suspend a member',
  description: 'Their next request is refused. Invitations of theirs that are still open end.',
  access: 'members:manage',
  params,
  response: Member,
  errors: managing,
})

export const reactivateMember = defineRoute({
  id: 'iam.member.reactivate',
  method: 'POST',
  path: '/v1/members/:memberId/reactivate',
  summary: 'Let a suspended member in again',
  description: 'Also takes the removal of a member back, within 10 minutes.',
  access: 'members:manage',
  params,
  response: Member,
  errors: [...managing, 'iam.beyond_own_rights'],
})

export const removeMember = defineRoute({
  id: 'iam.member.remove',
  method: 'DELETE',
  path: '/v1/members/:memberId',
  summary: 'Remove a member',
  description: 'Their next request is refused. What they own stays and is shown with their name.',
  access: 'members:manage',
  params,
  errors: managing,
})

export const leaveOrganization = defineRoute({
  id: 'iam.membership.leave',
  method: 'POST',
  path: '/v1/organization/leave',
  summary: 'Leave the organization',
  description: 'Ends your session and tokens in it. Its owner transfers the ownership first.',
  access: 'user',
  errors: ['iam.owner_stays'],
})

export const transferOwnership = defineRoute({
  id: 'iam.organization.transfer',
  method: 'POST',
  path: '/v1/organization/ownership',
  summary: 'Make another member the owner',
  description: 'For the owner, who is an administrator afterwards.',
  access: 'organization:manage',
  body: z.strictObject({ memberId: Id }),
  response: Member,
  errors: ['iam.owner_only', 'iam.member_not_active', 'iam.sign_in_again'],
})

export const deleteAccount = defineRoute({
  id: 'iam.account.delete',
  method: 'DELETE',
  path: '/v1/account',
  summary: 'Delete your account',
  description:
    'Leaves every organization and erases the account at once. Refused as long as it owns an organization.',
  access: 'user',
  errors: ['iam.owns_organizations', 'iam.sign_in_again'],
  idempotent: false,
})
