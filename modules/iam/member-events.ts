import { z } from 'zod'
import { defineEvent } from '#platform/contract/event.ts'
import { Id } from '#platform/contract/fields.ts'
import { roles } from './permissions.ts'

const Who = z.object({ memberId: Id, userId: Id })
const Rights = z.object({ role: z.enum(roles), permissionOverrides: z.record(z.string(), z.boolean()) })

export const memberInvited = defineEvent({
  type: 'member.invited',
  version: 1,
  payload: z.object({ invitationId: Id, role: z.enum(roles) }),
  summary: 'Somebody was invited to the organization, for the first time or again.',
})

export const memberJoined = defineEvent({
  type: 'member.joined',
  version: 1,
  payload: z.object({ memberId: Id, userId: Id, role: z.enum(roles) }),
  summary: 'A person became a member of the organization.',
})

export const memberRoleChanged = defineEvent({
  type: 'member.role_changed',
  version: 1,
  payload: Who.extend({ before: Rights, after: Rights }),
  summary: 'The role or the permissions of a member were changed.',
})

export const memberSuspended = defineEvent({
  type: 'member.suspended',
  version: 1,
  payload: Who,
  summary: 'A member was suspended.',
})

export const memberReactivated = defineEvent({
  type: 'member.reactivated',
  version: 1,
  payload: Who,
  summary: 'A suspended or just removed member was let in again.',
})

export const memberRemoved = defineEvent({
  type: 'member.removed',
  version: 1,
  payload: Who.extend({ left: z.boolean() }),
  summary: 'A member was removed or left.',
})

export const ownershipTransferred = defineEvent({
  type: 'organization.ownership_transferred',
  version: 1,
  payload: z.object({ from: Who, to: Who }),
  summary: 'The organization has another owner.',
})
