/** The routes of a form's draft, its versions and its fields, and what they answer. Browser-safe. */

import { z } from 'zod'
import { Id, PageQuery, pageOf, Timestamp } from '#platform/contract/fields.ts'
import { FieldProblem } from '#platform/contract/problem.ts'
import { defineRoute } from '#platform/contract/route.ts'
import { FormField, FormStatus } from '../form-definition.ts'
import { FormLanguage } from './form-settings.ts'

const WorkflowPath = z.strictObject({ workflowId: Id })
const VersionPath = z.strictObject({
  workflowId: Id,
  number: z.coerce.number().int().min(1).max(2_147_483_647),
})
const FieldPath = z.strictObject({ workflowId: Id, fieldKey: z.string().max(63) })

/** A member by name, as far as they still are one. */
const Who = z.object({ userId: Id, name: z.string() })

/** The largest draft, as JSON, in characters. */
export const DRAFT_MAX = 1_000_000

const text = (max: number) => z.string().max(max).default('')

/** A field as far as it has been written; what it may say more is what `FormField` says. */
export const DraftField = z
  .looseObject({
    type: z.string().min(1).max(40),
    key: text(63),
    label: text(200),
    page: z.number().int().min(0).max(1_000).default(0),
  })
  .meta({ id: 'FormDraftField' })
export type DraftField = z.output<typeof DraftField>

/** A form as far as it has been written: what it is published as is `FormContent`, and what it lacks for that are `problems`. */
export const DraftContent = z
  .looseObject({
    name: text(200),
    title: text(200),
    intro: text(5000),
    submitLabel: text(60),
    thankYouTitle: text(200),
    thankYouText: text(5000),
    redirectUrl: z.string().max(2000).nullable().default(null),
    language: FormLanguage.default('en'),
    pages: z
      .array(z.looseObject({ title: text(200), text: text(2000) }))
      .max(100)
      .default([]),
    fields: z.array(DraftField).max(500).default([]),
  })
  .refine(draft => JSON.stringify(draft).length <= DRAFT_MAX, 'This form is too long to be kept.')
  .meta({ id: 'FormDraftContent' })
export type DraftContent = z.output<typeof DraftContent>

export const FormDraft = z
  .object({
    workflowId: Id,
    formId: Id,
    key: z.string().describe('The random part of its public address.'),
    url: z.string(),
    status: FormStatus,
    revision: z.number().int().describe('Counts what happened to the draft; If-Match goes by it.'),
    definition: DraftContent,
    hasChanges: z.boolean().describe('Whether publishing would change what visitors see.'),
    problems: z
      .array(FieldProblem)
      .describe('What keeps it from being published; a pointer leads into the definition.'),
    publishedVersion: z.number().int().nullable(),
    publishedAt: Timestamp.nullable().describe(
      'When the version that visitors see, or saw last, was published.',
    ),
    changedBy: Who.nullable().describe('Who changed the draft last; null for a program.'),
    changedAt: Timestamp,
  })
  .meta({ id: 'FormDraft' })
export type FormDraft = z.output<typeof FormDraft>

export const getFormDraft = defineRoute({
  id: 'intake.form_draft.get',
  method: 'GET',
  path: '/v1/workflows/:workflowId/form/draft',
  summary: 'Read the draft of a form',
  description: 'Without changes of its own it is what visitors see.',
  access: 'forms:read',
  params: WorkflowPath,
  response: FormDraft,
  versioned: true,
})

export const saveFormDraft = defineRoute({
  id: 'intake.form_draft.save',
  method: 'PUT',
  path: '/v1/workflows/:workflowId/form/draft',
  summary: 'Save the draft of a form',
  description:
    'Visitors see nothing of it. It may be unfinished: the answer says what is missing. A workflow without a form gets one, that is not public, with the default columns of the board. If-Match guards against overwriting what somebody else saved; it is `"0"` where there is no form yet.',
  access: 'forms:write',
  params: WorkflowPath,
  body: DraftContent,
  bodyLimit: 2_000_000,
  response: FormDraft,
  versioned: true,
  example: { body: { name: 'Project enquiry', title: 'Tell us about your project', fields: [] } },
})

export const discardFormDraft = defineRoute({
  id: 'intake.form_draft.discard',
  method: 'DELETE',
  path: '/v1/workflows/:workflowId/form/draft',
  summary: 'Make the draft of a form what visitors see again',
  access: 'forms:write',
  params: WorkflowPath,
  response: FormDraft,
  errors: ['intake.form_unpublished'],
  versioned: true,
})

export const previewFormDraft = defineRoute({
  id: 'intake.form_draft.preview',
  method: 'GET',
  path: '/v1/workflows/:workflowId/form/preview',
  summary: 'The page of a form as its draft would make it',
  description: 'It looks and behaves like the public page, sends nothing, and may be framed by the app only.',
  access: 'forms:read',
  params: WorkflowPath,
  query: z.strictObject({
    thanks: z.enum(['true', 'false']).default('false'),
    page: z.coerce
      .number()
      .int()
      .min(0)
      .max(1_000)
      .optional()
      .describe('The part that is shown first, from 0.'),
  }),
  produces: 'text/html',
})

export const publishForm = defineRoute({
  id: 'intake.form.publish',
  method: 'POST',
  path: '/v1/workflows/:workflowId/form/publication',
  summary: 'Publish the draft of a form',
  description:
    'Checks everything, keeps what is published as the next version and opens the form. Fields that are left out are archived. Without changes no version is made.',
  access: 'forms:write',
  params: WorkflowPath,
  response: FormDraft,
  errors: ['intake.field_has_answers'],
  versioned: true,
})

export const closeForm = defineRoute({
  id: 'intake.form.close',
  method: 'POST',
  path: '/v1/workflows/:workflowId/form/closing',
  summary: 'Take no more answers',
  description: 'Its page says so. Nothing else changes.',
  access: 'forms:write',
  params: WorkflowPath,
  response: FormDraft,
  errors: ['intake.form_unpublished'],
  versioned: true,
})

export const reopenForm = defineRoute({
  id: 'intake.form.reopen',
  method: 'POST',
  path: '/v1/workflows/:workflowId/form/reopening',
  summary: 'Take answers again',
  description: 'As it was published last.',
  access: 'forms:write',
  params: WorkflowPath,
  response: FormDraft,
  errors: ['intake.form_unpublished'],
  versioned: true,
})

export const FormVersion = z
  .object({
    number: z.number().int(),
    isCurrent: z.boolean().describe('Whether it is the one that visitors see, or saw last.'),
    fields: z.number().int(),
    publishedBy: Who.nullable().describe('Null for a program.'),
    publishedAt: Timestamp,
  })
  .meta({ id: 'FormVersion' })
export type FormVersion = z.output<typeof FormVersion>

export const listFormVersions = defineRoute({
  id: 'intake.form_version.list',
  method: 'GET',
  path: '/v1/workflows/:workflowId/form/versions',
  summary: 'List the versions of a form, the newest first',
  access: 'forms:read',
  params: WorkflowPath,
  query: PageQuery,
  response: pageOf(FormVersion),
})

export const getFormVersion = defineRoute({
  id: 'intake.form_version.get',
  method: 'GET',
  path: '/v1/workflows/:workflowId/form/versions/:number',
  summary: 'Read a version of a form',
  access: 'forms:read',
  params: VersionPath,
  response: FormVersion.extend({ definition: DraftContent }).meta({ id: 'FormVersionDetail' }),
})

export const restoreFormVersion = defineRoute({
  id: 'intake.form_version.restore',
  method: 'POST',
  path: '/v1/workflows/:workflowId/form/versions/:number/restoration',
  summary: 'Make a version of a form the draft',
  description: 'Nothing is published.',
  access: 'forms:write',
  params: VersionPath,
  response: FormDraft,
  versioned: true,
})

export const FormFieldLife = z
  .object({
    key: z.string(),
    label: z.string(),
    field: FormField,
    isArchived: z.boolean().describe('Whether the published form no longer asks for it.'),
    archivedAt: Timestamp.nullable(),
    answers: z.number().int().describe('How many leads have answered it.'),
  })
  .meta({ id: 'FormFieldLife' })
export type FormFieldLife = z.output<typeof FormFieldLife>

export const listFormFields = defineRoute({
  id: 'intake.form_field.list',
  method: 'GET',
  path: '/v1/workflows/:workflowId/form/fields',
  summary: 'List the fields a form asks for or has asked for',
  description: 'In the order of the form, then the archived ones, the last archived first.',
  access: 'forms:read',
  cost: 5,
  params: WorkflowPath,
  response: z.object({ items: z.array(FormFieldLife) }),
})

export const restoreFormField = defineRoute({
  id: 'intake.form_field.restore',
  method: 'POST',
  path: '/v1/workflows/:workflowId/form/fields/:fieldKey/restoration',
  summary: 'Put an archived field back into the draft',
  description: 'At the end, with its answers; it is asked again once the draft is published.',
  access: 'forms:write',
  params: FieldPath,
  response: FormDraft,
  versioned: true,
})

export const deleteFormField = defineRoute({
  id: 'intake.form_field.delete',
  method: 'DELETE',
  path: '/v1/workflows/:workflowId/form/fields/:fieldKey',
  summary: 'Delete an archived field with its answers for good',
  description:
    'The answers of all leads go, and nothing brings them back; the histories of the leads keep what was sent. `confirm` is the number of answers that go; without it, or with another number, nothing happens and the answer says the number.',
  access: 'forms:write',
  cost: 5,
  params: FieldPath,
  query: z.strictObject({ confirm: z.coerce.number().int().min(0).optional() }),
  errors: ['intake.field_in_use', 'intake.answers_would_go'],
})
