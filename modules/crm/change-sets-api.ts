import { z } from 'zod'
import { defineEvent } from '#platform/contract/event.ts'
import { Id, PageQuery, pageOf, Timestamp } from '#platform/contract/fields.ts'
import { defineRoute } from '#platform/contract/route.ts'

export const ChangeSetKind = z.enum(['import', 'merge', 'bulk', 'delete', 'undo'])
export type ChangeSetKind = z.output<typeof ChangeSetKind>

export const ChangeSetStatus = z.enum(['running', 'done', 'failed', 'cancelled', 'undoing', 'undone'])
export type ChangeSetStatus = z.output<typeof ChangeSetStatus>

export const ChangeSetObject = z.enum(['company', 'person', 'deal', 'activity'])
export type ChangeSetObject = z.output<typeof ChangeSetObject>

/** One act over many records. */
export const ChangeSet = z
  .object({
    id: Id,
    kind: ChangeSetKind,
    object: ChangeSetObject,
    title: z.string(),
    status: ChangeSetStatus,
    total: z.int().nullable().describe('How many there are to do; null while that is not known.'),
    done: z.int(),
    failed: z.int().describe('How many were left as they are, with a reason each.'),
    byUserId: Id.nullable().describe('The member who began it; null for programs and the product itself.'),
    mayUndo: z.boolean().describe('Whether it can be taken back now.'),
    undoUntil: Timestamp,
    undoneBy: Id.nullable().describe('The change set that takes or took it back.'),
    reason: z.string().nullable().describe('Why it ended before it was done.'),
    createdAt: Timestamp,
    finishedAt: Timestamp.nullable(),
  })
  .meta({ id: 'ChangeSet' })
export type ChangeSet = z.output<typeof ChangeSet>

/** A record that an act left as it is. */
export const ChangeSetFailure = z
  .object({
    id: Id,
    recordId: Id,
    recordName: z.string().nullable().describe('Null for a record that is gone or not in sight.'),
    code: z.string(),
    message: z.string(),
  })
  .meta({ id: 'ChangeSetFailure' })
export type ChangeSetFailure = z.output<typeof ChangeSetFailure>

const params = z.strictObject({ changeSetId: Id })

export const listChangeSets = defineRoute({
  id: 'crm.change_set.list',
  method: 'GET',
  path: '/v1/change-sets',
  summary: 'List acts over many records, the newest first',
  description: 'Whoever sees a part of the records only is shown their own acts.',
  access: 'changes:read',
  query: PageQuery.extend({
    object: ChangeSetObject.optional(),
    status: ChangeSetStatus.optional(),
  }),
  response: pageOf(ChangeSet),
})

export const getChangeSet = defineRoute({
  id: 'crm.change_set.get',
  method: 'GET',
  path: '/v1/change-sets/:changeSetId',
  summary: 'Read one act over many records and how far it is',
  access: 'changes:read',
  params,
  response: ChangeSet,
})

export const listChangeSetFailures = defineRoute({
  id: 'crm.change_set.list_failures',
  method: 'GET',
  path: '/v1/change-sets/:changeSetId/failures',
  summary: 'List the records that an act left as they are, and why',
  access: 'changes:read',
  params,
  query: PageQuery,
  response: pageOf(ChangeSetFailure),
})

export const undoChangeSet = defineRoute({
  id: 'crm.change_set.undo',
  method: 'POST',
  path: '/v1/change-sets/:changeSetId/undo',
  summary: 'Take an act over many records back as a whole',
  description:
    'A value is put back where it is still what the act wrote; what was changed since is left and listed. Answers the act of taking back, which may still be running.',
  access: 'changes:write',
  params,
  response: ChangeSet,
  status: 202,
  errors: ['crm.not_undoable'],
})

export const cancelChangeSet = defineRoute({
  id: 'crm.change_set.cancel',
  method: 'POST',
  path: '/v1/change-sets/:changeSetId/cancel',
  summary: 'Stop an act over many records; what it did stays done and can be taken back',
  access: 'changes:write',
  params,
  response: ChangeSet,
  errors: ['crm.not_running'],
})

export const changeSetMoved = defineEvent({
  type: 'change_set.moved',
  version: 1,
  payload: z.strictObject({ changeSetId: Id, kind: ChangeSetKind, status: ChangeSetStatus }),
  summary: 'An act over many records began or ended',
})
