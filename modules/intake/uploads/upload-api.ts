/** Files of forms: taken in while a form is filled in, and kept at leads. Browser-safe. */

import { z } from 'zod'
import { Id, Timestamp } from '#platform/contract/fields.ts'
import { defineRoute } from '#platform/contract/route.ts'

const FormPath = z.strictObject({ formKey: z.string().max(200) })

export const FormUpload = z
  .object({
    upload: z.string().describe('What the answer to the field names it by: a list of these.'),
    name: z.string(),
    type: z.string().describe('What its first bytes say it is.'),
    size: z.number().int().describe('In bytes.'),
  })
  .meta({ id: 'FormUpload' })
export type FormUpload = z.output<typeof FormUpload>

export const uploadToForm = defineRoute({
  id: 'intake.upload.create',
  method: 'POST',
  path: '/v1/public/forms/:formKey/uploads',
  summary: 'Take in a file for a form that is being filled in',
  description:
    'The body is the file itself. It is nobody’s until the form is sent with its name among the answers, and goes after a day.',
  access: 'public',
  params: FormPath,
  query: z.strictObject({
    field: z.string().max(63).describe('The key of the field.'),
    name: z.string().trim().min(1).max(1_000).describe('Its name, with its ending.'),
    token: z.string().max(500).optional().describe('The token of the form. Programs may leave it out.'),
  }),
  response: FormUpload,
  status: 201,
  upload: true,
  errors: [
    'intake.form_closed',
    'intake.page_expired',
    'intake.token_invalid',
    'request.too_many',
    'files.interrupted',
  ],
})

export const dropFromForm = defineRoute({
  id: 'intake.upload.delete',
  method: 'DELETE',
  path: '/v1/public/forms/:formKey/uploads/:upload',
  summary: 'Take away a file that was not sent',
  description: 'Answered alike whether it was there or not.',
  access: 'public',
  params: FormPath.extend({ upload: z.string().max(200) }),
})

export const postFormWithFiles = defineRoute({
  id: 'intake.page.post_files',
  method: 'POST',
  path: '/f/:formKey/files',
  summary: 'Send the page of a form with files without JavaScript',
  access: 'public',
  params: FormPath,
  upload: true,
  form: true,
  produces: 'text/html',
})

export const LeadUpload = z
  .object({
    id: Id,
    leadId: Id,
    fieldKey: z.string().nullable(),
    label: z.string().nullable(),
    name: z.string(),
    type: z.string(),
    size: z.number().int(),
    state: z
      .enum(['ready', 'waiting', 'refused'])
      .describe('`waiting` is held back until it was scanned; in one that is `refused` something was found.'),
    createdAt: Timestamp,
  })
  .meta({ id: 'LeadUpload' })
export type LeadUpload = z.output<typeof LeadUpload>

export const listLeadUploads = defineRoute({
  id: 'intake.lead_upload.list',
  method: 'GET',
  path: '/v1/leads/:leadId/uploads',
  summary: 'List the files that came in with a lead, the newest first',
  access: 'leads:read',
  params: z.strictObject({ leadId: Id }),
  response: z.object({ items: z.array(LeadUpload) }),
})

const LeadUploadPath = z.strictObject({ leadUploadId: Id })

export const readLeadUpload = defineRoute({
  id: 'intake.lead_upload.read',
  method: 'GET',
  path: '/v1/lead-uploads/:leadUploadId/content',
  summary: 'Fetch a file of a lead',
  description: 'To be saved; with `show` images and PDF are to be shown. Nothing in a file may run.',
  access: 'leads:read',
  params: LeadUploadPath,
  query: z.strictObject({ show: z.stringbool().default(false) }),
  produces: '*/*',
  errors: ['intake.file_held_back', 'files.damaged'],
})

export const deleteLeadUpload = defineRoute({
  id: 'intake.lead_upload.delete',
  method: 'DELETE',
  path: '/v1/lead-uploads/:leadUploadId',
  summary: 'Take a file of a lead away for good',
  access: 'leads:write',
  params: LeadUploadPath,
})
