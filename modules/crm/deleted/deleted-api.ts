import { z } from 'zod'
import { Id, PageQuery, pageOf, Timestamp } from '#platform/contract/fields.ts'
import { defineRoute } from '#platform/contract/route.ts'
import { ChangeActor } from '../history-api.ts'
import { RecordObject } from '../record-api.ts'

/** For so many days a deleted record can be brought back. */
export const KEPT_DAYS = 90

export const DeletedRecord = z
  .object({
    id: Id,
    object: RecordObject,
    name: z.string(),
    hint: z
      .string()
      .nullable()
      .describe('What tells it from others of its name: an e-mail address, a domain.'),
    deletedAt: Timestamp,
    deletedBy: ChangeActor.nullable().describe('Null where it is not known.'),
    purgedAt: Timestamp.describe('When it goes for good.'),
  })
  .meta({ id: 'DeletedRecord' })
export type DeletedRecord = z.output<typeof DeletedRecord>

export const listDeletedRecords = defineRoute({
  id: 'crm.deleted-record.list',
  method: 'GET',
  path: '/v1/deleted-records',
  summary: 'List deleted records that can be brought back, the last one deleted first',
  description: 'Needs the permission to read records of the object.',
  access: 'changes:read',
  query: PageQuery.extend({ object: RecordObject }),
  response: pageOf(DeletedRecord),
})

const Selection = z.strictObject({ object: RecordObject, ids: z.array(Id).min(1).max(100) })

export const restoreDeletedRecords = defineRoute({
  id: 'crm.deleted-record.restore',
  method: 'POST',
  path: '/v1/deleted-records/restore',
  summary: 'Bring deleted records back',
  description:
    'Answers the ids of those that came back. A person stays deleted while somebody else has one of their e-mail addresses. Needs the permission to change records of the object.',
  access: 'changes:write',
  body: Selection,
  response: z.object({ restored: z.array(Id) }),
})

export const purgeDeletedRecords = defineRoute({
  id: 'crm.deleted-record.purge',
  method: 'POST',
  path: '/v1/deleted-records/purge',
  summary: 'Take deleted records away for good',
  description:
    'For owners and administrators. Nothing of the records is kept: positions, history, activities and files of theirs alone go with them. Answers the ids of those that are gone; a person whom a lead is about stays deleted until the lead is gone.',
  access: 'organization:manage',
  body: Selection,
  response: z.object({ purged: z.array(Id) }),
})
