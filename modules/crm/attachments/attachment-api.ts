import { z } from 'zod'
import { defineEvent } from '#platform/contract/event.ts'
import { Id, PageQuery, pageOf, Timestamp } from '#platform/contract/fields.ts'
import { defineRoute } from '#platform/contract/route.ts'
import { RecordObject } from '../record-api.ts'

export const Attachment = z
  .object({
    id: Id,
    object: RecordObject,
    recordId: Id,
    name: z.string(),
    type: z.string().describe('What its first bytes say it is, whatever was said when it was sent.'),
    size: z.number().int().describe('In bytes.'),
    createdBy: Id.nullable(),
    createdAt: Timestamp,
  })
  .meta({ id: 'Attachment' })
export type Attachment = z.output<typeof Attachment>

const About = z.strictObject({ object: RecordObject, recordId: Id })
const AttachmentPath = z.strictObject({ attachmentId: Id })

export const listAttachments = defineRoute({
  id: 'crm.attachment.list',
  method: 'GET',
  path: '/v1/attachments',
  summary: 'List the files kept at a record, the newest first',
  access: 'activities:read',
  query: PageQuery.extend(About.shape),
  response: pageOf(Attachment),
})

export const addAttachment = defineRoute({
  id: 'crm.attachment.create',
  method: 'POST',
  path: '/v1/attachments',
  summary: 'Keep a file at a record',
  description:
    'The body is the file itself, of any type and at most 25 MB unless the installation says otherwise. It is kept whole or not at all.',
  access: 'activities:write',
  query: About.extend({ name: z.string().trim().min(1).max(1_000).describe('Its name, with its ending.') }),
  response: Attachment,
  status: 201,
  upload: true,
  errors: ['files.empty', 'files.too_large', 'files.interrupted'],
})

export const readAttachment = defineRoute({
  id: 'crm.attachment.read',
  method: 'GET',
  path: '/v1/attachments/:attachmentId/content',
  summary: 'Fetch a file',
  description:
    'To be saved; with `show` images and PDF are to be shown. Nothing in a file may run. What is not as it was when it came does not arrive whole.',
  access: 'activities:read',
  params: AttachmentPath,
  query: z.strictObject({ show: z.stringbool().default(false) }),
  // Of the type it was found to be when it came in.
  produces: '*/*',
  errors: ['files.damaged'],
})

export const removeAttachment = defineRoute({
  id: 'crm.attachment.delete',
  method: 'DELETE',
  path: '/v1/attachments/:attachmentId',
  summary: 'Remove a file from its record',
  description: 'It can be restored for 30 days.',
  access: 'activities:write',
  params: AttachmentPath,
})

export const restoreAttachment = defineRoute({
  id: 'crm.attachment.restore',
  method: 'POST',
  path: '/v1/attachments/:attachmentId/restore',
  summary: 'Bring a removed file back',
  access: 'activities:write',
  params: AttachmentPath,
  response: Attachment,
})

const told = z.strictObject({ attachmentId: Id, name: z.string() })

export const attachmentAdded = defineEvent({
  type: 'attachment.added',
  version: 1,
  payload: told,
  summary: 'A file was put to a record, or came back to it',
})

export const attachmentRemoved = defineEvent({
  type: 'attachment.removed',
  version: 1,
  payload: told,
  summary: 'A file was removed from a record',
})
