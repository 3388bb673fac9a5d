import { z } from 'zod'
import { defineEvent } from '#platform/contract/event.ts'
import { Id, Timestamp } from '#platform/contract/fields.ts'
import { defineRoute } from '#platform/contract/route.ts'
import { roles } from './permissions.ts'

export const AccessLevel = z
  .enum(['all', 'team', 'own', 'shared'])
  .describe('Which records are seen: all; those of the own teams; the own ones; only what is shared.')
export type AccessLevel = z.output<typeof AccessLevel>

const SettableRole = z.enum(['manager', 'member', 'viewer'])
const SettableLevel = z.enum(['all', 'team', 'own'])

export const AccessSettings = z
  .object({
    objects: z.array(z.object({ object: z.string(), label: z.string() })),
    roles: z.array(
      z.object({
        role: z.enum(roles),
        canChange: z.boolean().describe('Owners and admins see everything, guests what is shared with them.'),
        levels: z.record(z.string(), AccessLevel).describe('By object.'),
      }),
    ),
  })
  .meta({ id: 'AccessSettings' })
export type AccessSettings = z.output<typeof AccessSettings>

export const getAccessSettings = defineRoute({
  id: 'iam.access.get',
  method: 'GET',
  path: '/v1/access-settings',
  summary: 'What each role sees of each object',
  access: 'members:read',
  response: AccessSettings,
})

export const setAccessLevel = defineRoute({
  id: 'iam.access.set',
  method: 'PATCH',
  path: '/v1/access-settings',
  summary: 'Change what a role sees of an object',
  description: 'Holds from the next request of every member with the role.',
  access: 'organization:manage',
  body: z.strictObject({
    role: SettableRole,
    object: z.string().max(40).meta({ example: 'lead' }),
    level: SettableLevel,
  }),
  response: AccessSettings,
})

const SharePath = z.strictObject({ shareId: Id })

export const Share = z
  .object({
    id: Id,
    object: z.string(),
    recordId: Id,
    user: z.object({ id: Id, name: z.string(), email: z.string() }).nullable(),
    team: z.object({ id: Id, name: z.string() }).nullable(),
    access: z.enum(['read', 'write']),
    createdAt: Timestamp,
  })
  .meta({ id: 'Share' })
export type Share = z.output<typeof Share>

export const listShares = defineRoute({
  id: 'iam.share.list',
  method: 'GET',
  path: '/v1/shares',
  summary: 'List whom a record is shared with',
  access: 'shares:read',
  query: z.strictObject({ object: z.string().max(40).meta({ example: 'lead' }), recordId: Id }),
  response: z.object({ items: z.array(Share) }),
})

export const NewShare = z
  .strictObject({
    object: z.string().max(40).meta({ example: 'lead' }),
    recordId: Id,
    userId: Id.optional().describe('A member; either this or a team.'),
    teamId: Id.optional(),
    access: z.enum(['read', 'write']).describe('`write` may also change the record.'),
  })
  .refine(({ userId, teamId }) => (userId === undefined) !== (teamId === undefined), {
    message: 'Name either a member or a team.',
    path: ['userId'],
  })
export type NewShare = z.output<typeof NewShare>

export const shareRecord = defineRoute({
  id: 'iam.share.create',
  method: 'POST',
  path: '/v1/shares',
  summary: 'Share a record with a member or a team',
  description:
    'Sharing again with the same one changes what they may do. Who shares must be able to change the record.',
  access: 'shares:write',
  body: NewShare,
  response: Share,
  status: 201,
  errors: ['iam.shares_full'],
  example: {
    body: {
      object: 'lead',
      recordId: '019b0c4e-7a10-7c3e-9f00-3c2f1d4a5b6c',
      teamId: '019b0c4e-7a10-7c3e-9f00-3c2f1d4a5b6d',
      access: 'read',
    },
  },
})

export const unshareRecord = defineRoute({
  id: 'iam.share.delete',
  method: 'DELETE',
  path: '/v1/shares/:shareId',
  summary: 'Stop sharing a record',
  access: 'shares:write',
  params: SharePath,
})

export const Preview = z
  .object({
    target: z.string().describe('The value of the header `Millrace-View-As`.'),
    name: z.string().describe('The name of the member, or the role.'),
    role: z.enum(roles),
    expiresAt: Timestamp,
  })
  .meta({ id: 'Preview' })
export type Preview = z.output<typeof Preview>

/** Sent with a GET request to see its answer as a member or a role would. */
export const VIEW_AS_HEADER = 'millrace-view-as'

export const startPreview = defineRoute({
  id: 'iam.preview.create',
  method: 'POST',
  path: '/v1/previews',
  summary: 'Look at the organization as a member or a role would',
  description:
    'For one hour GET requests may carry the target in the header `Millrace-View-As`. They are answered with what it may see, never more than the caller may, and marked by `Millrace-Viewed-As`.',
  access: 'organization:manage',
  body: z.strictObject({
    target: z
      .union([Id, z.enum(['manager', 'member', 'viewer', 'guest'])])
      .describe('The id of a member, or a role.'),
  }),
  response: Preview,
  status: 201,
})

export const endPreviews = defineRoute({
  id: 'iam.preview.delete',
  method: 'DELETE',
  path: '/v1/previews',
  summary: 'End every look of mine as somebody else',
  access: 'organization:manage',
})

export const accessChanged = defineEvent({
  type: 'access.changed',
  version: 1,
  payload: z.strictObject({
    role: SettableRole,
    object: z.string(),
    before: AccessLevel,
    after: AccessLevel,
  }),
  summary: 'A role sees other records than before',
})

const shared = z.strictObject({
  object: z.string(),
  recordId: Id,
  userId: Id.nullable(),
  teamId: Id.nullable(),
  access: z.enum(['read', 'write']),
})

export const recordShared = defineEvent({
  type: 'record.shared',
  version: 1,
  payload: shared,
  summary: 'A record was shared with a member or a team',
})

export const recordUnshared = defineEvent({
  type: 'record.unshared',
  version: 1,
  payload: shared,
  summary: 'A record is no longer shared with a member or a team',
})
