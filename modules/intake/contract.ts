import { z } from 'zod'
import { Contact, PERSON_FIELDS } from '#modules/crm/contract.ts'
import { Id, PageQuery, pageOf, Timestamp } from '#platform/contract/fields.ts'
import { FILTER_TEXT_MAX, type FilterField, type FilterFields, listQuery } from '#platform/contract/filter.ts'
import { sparseQuery } from '#platform/contract/include.ts'
import { defineRoute } from '#platform/contract/route.ts'
import { LeadStatus } from './columns-api.ts'
import { FormLanguage, FormPart } from './definition/form-settings.ts'
import { ANSWER_MAX, FieldType, Form, FormDefinition, FormField } from './form-definition.ts'
import { Lead } from './lead-shape.ts'

export { FormAnalytics, getFormAnalytics, reportProgress } from './analytics/analytics-api.ts'
export { type AnswerAmount, amountOfAnswer } from './answer-amount.ts'
export {
  Assignment,
  AssignmentMember,
  AssignmentRule,
  AssignmentSettings,
  getAssignment,
  saveAssignment,
} from './assignment/assignment-api.ts'
export { changeLeads, type LeadChange, type LeadOutcome } from './bulk-api.ts'
export {
  changeLeadColumn,
  createLeadColumn,
  deleteLeadColumn,
  LeadStatus,
  listLeadColumns,
} from './columns-api.ts'
export { convertLead, LeadConversion } from './conversion-api.ts'
export {
  closeForm,
  DraftContent,
  DraftField,
  deleteFormField,
  discardFormDraft,
  FormDraft,
  FormFieldLife,
  FormVersion,
  getFormDraft,
  getFormVersion,
  listFormFields,
  listFormVersions,
  previewFormDraft,
  publishForm,
  reopenForm,
  restoreFormField,
  restoreFormVersion,
  saveFormDraft,
} from './definition/draft-api.ts'
export { FormEmbed, FormLanguage, FormTheme } from './definition/form-settings.ts'
export { PAGE_INKS, themeProblems } from './definition/theme.ts'
export { checkPage, getEmbedScript } from './embed/delivery-api.ts'
export { type EmbedCodes, embedCodes } from './embed/embed-codes.ts'
export {
  bookingCanceled,
  bookingCreated,
  formAbandoned,
  formSubmitted,
  leadAssigned,
  leadCreated,
  leadDeleted,
  leadEmailReceived,
  leadRestored,
  leadStatusChanged,
} from './events.ts'
export { FieldKey } from './field-key.ts'
export { FieldOperator, operatorsOf } from './field-visibility.ts'
export { FieldType, Form, FormContent, FormDefinition, FormField, FormStatus } from './form-definition.ts'
export {
  cancelLeadAct,
  getLeadAct,
  LeadAct,
  LeadActProblem,
  type LeadSelection,
  listLeadActProblems,
  listLeadActs,
  startLeadAct,
  undoLeadAct,
  type WhatIsDone,
} from './lead-acts/lead-acts-api.ts'
export { Lead } from './lead-shape.ts'
export { exportLeads } from './leads/export-api.ts'
export { DeletedLead, deleteLead, listDeletedLeads, restoreLead } from './leads/removal-api.ts'
export {
  blockMailSender,
  changeMailAccount,
  createMailAccount,
  deleteMailAccount,
  deleteMailTag,
  deleteReceivedMail,
  getMailInbox,
  getReceivedMail,
  listLeadMailFiles,
  listMailAccounts,
  listReceivedMails,
  MAIL_REASONS,
  MailAccount,
  MailDecision,
  MailInbox,
  ReceivedMail,
  readMailFile,
  readMailSource,
  releaseMail,
  renewMailAddress,
  saveMailInbox,
  saveMailTag,
} from './mail-in/mail-in-api.ts'
export { deletePartial, listPartials, PartialSubmission } from './partials/partials-api.ts'
export {
  CalendlyConnection,
  CalendlySourceSettings,
  changeSource,
  checkCalendly,
  connectCalendly,
  createSource,
  DeliveryStatus,
  deleteSource,
  disconnectCalendly,
  getLeadDelivery,
  getSource,
  LeadDelivery,
  LeadDeliveryDetail,
  listLeadDeliveries,
  listSources,
  MappedLead,
  previewMapping,
  retryLeadDeliveries,
  retryLeadDelivery,
  rotateSourceSecret,
  Source,
  SourceKind,
  SourceMapping,
  WebhookSourceSettings,
} from './sources/source-api.ts'
export {
  CaptchaProvider,
  CaptchaService,
  FormProtection,
  getFormProtection,
  ProtectionLevel,
  setFormProtection,
} from './spam/protection-api.ts'
export {
  blockSender,
  changeQuarantine,
  countQuarantine,
  createSenderRule,
  deleteQuarantined,
  deleteSenderRule,
  listQuarantine,
  listSenderRules,
  QuarantinedSubmission,
  ReleaseOutcome,
  releaseQuarantined,
  SenderKind,
  SenderRule,
  SenderVerdict,
} from './spam/quarantine-api.ts'
export { acceptOf, FILES_MAX, FileKind, FileRules } from './uploads/file-rules.ts'
export { deleteLeadUpload, LeadUpload, listLeadUploads, readLeadUpload } from './uploads/upload-api.ts'

const WorkflowPath = z.strictObject({ workflowId: Id })
const LeadPath = z.strictObject({ leadId: Id })
// A key that is none names nothing, so it is no error of its own.
const FormPath = z.strictObject({ formKey: z.string().max(200) })

export const getForm = defineRoute({
  id: 'intake.form.get',
  method: 'GET',
  path: '/v1/workflows/:workflowId/form',
  summary: 'Read the form of a workflow',
  access: 'forms:read',
  params: WorkflowPath,
  response: Form,
  versioned: true,
})

export const saveForm = defineRoute({
  id: 'intake.form.save',
  method: 'PUT',
  path: '/v1/workflows/:workflowId/form',
  summary: 'Save the form of a workflow',
  description:
    'Replaces the form, or makes it with the default columns of the board. A field that is left out is archived: its answers stay, and it comes back with them when its key is used again.',
  access: 'forms:write',
  params: WorkflowPath,
  body: FormDefinition,
  response: Form,
  errors: ['intake.field_has_answers'],
  versioned: true,
  example: {
    body: {
      name: 'Project enquiry',
      title: 'Tell us about your project',
      status: 'published',
      fields: [
        { type: 'TEXT', key: 'name', label: 'Your name', required: true },
        { type: 'EMAIL', key: 'email', label: 'Your e-mail address', required: true },
        { type: 'DROPDOWN', key: 'budget', label: 'Budget', options: ['Up to 5,000', 'More'] },
      ],
    },
  },
})

export const PublicForm = z
  .object({
    key: z.string(),
    title: z.string(),
    intro: z.string(),
    submitLabel: z.string(),
    language: FormLanguage,
    pages: z.array(FormPart),
    version: z.number().int(),
    fields: z.array(FormField),
    submissionId: Id.describe('A fresh id to send the answers under.'),
    token: z.string().describe('Proves when this form was asked for. It is good for a day.'),
  })
  .meta({ id: 'PublicForm' })
export type PublicForm = z.output<typeof PublicForm>

export const getPublicForm = defineRoute({
  id: 'intake.form.read_public',
  method: 'GET',
  path: '/v1/public/forms/:formKey',
  summary: 'Read a published form, to show it somewhere else',
  access: 'public',
  params: FormPath,
  response: PublicForm,
  errors: ['intake.form_closed'],
})

export const Submission = z
  .strictObject({
    submissionId: Id.describe(
      'A random UUID of this act of sending, like an Idempotency-Key: sent again with the same answers, nothing happens twice.',
    ),
    token: z
      .string()
      .max(500)
      .optional()
      .describe('The token of the form, with the submissionId it came with. Programs may leave it out.'),
    proof: z
      .string()
      .max(500)
      .optional()
      .describe('The proof of work for the token, after `intake.proof_needed` asked for one.'),
    captcha: z
      .string()
      .max(5000)
      .optional()
      .describe("What the widget of the form's captcha gave, where it has one."),
    answers: z
      .record(
        z.string(),
        z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.string()).max(200)]),
      )
      .describe(
        `One answer for each field by its key: text of at most ${ANSWER_MAX} characters. A number field also takes a number, a checkbox true or false, a field of several choices a list of them; null is no answer. An answer to a field that is not asked, by its conditions, is left out.`,
      ),
  })
  .meta({ id: 'Submission' })
export type Submission = z.output<typeof Submission>

export const SubmissionReceipt = z
  .object({
    submissionId: Id,
    thankYou: z.object({ title: z.string(), text: z.string() }),
    redirectUrl: z.string().nullable().describe('The page to go to instead of the thanks.'),
  })
  .meta({ id: 'SubmissionReceipt' })
export type SubmissionReceipt = z.output<typeof SubmissionReceipt>

export const submitForm = defineRoute({
  id: 'intake.submission.create',
  method: 'POST',
  path: '/v1/public/forms/:formKey/submissions',
  summary: 'Send a form',
  description:
    'Answered once lead, answers and workflow run are stored. The answer is the same whether the address is new or known: a form tells nobody who else has sent it. Wrong answers are named by a pointer, `/answers/<key>`.',
  access: 'public',
  params: FormPath,
  body: Submission,
  response: SubmissionReceipt,
  status: 201,
  errors: [
    'intake.form_closed',
    'intake.sent_too_fast',
    'intake.page_expired',
    'intake.token_invalid',
    'intake.submission_reused',
    'intake.proof_needed',
    'request.too_many',
  ],
})

export const showFormPage = defineRoute({
  id: 'intake.page.show',
  method: 'GET',
  path: '/f/:formKey',
  summary: 'The page of a form',
  description:
    'Parameters of the address fill in the fields: the one a field names, else the one called like its key. A checkbox is never filled in.',
  access: 'public',
  params: FormPath,
  query: z.looseObject({}),
  produces: 'text/html',
})

export const postFormPage = defineRoute({
  id: 'intake.page.post',
  method: 'POST',
  path: '/f/:formKey',
  summary: 'Send the page of a form without JavaScript',
  access: 'public',
  params: FormPath,
  body: z.record(z.string(), z.union([z.string(), z.array(z.string())])),
  form: true,
  produces: 'text/html',
})

export const showThanksPage = defineRoute({
  id: 'intake.page.thank',
  method: 'GET',
  path: '/f/:formKey/thanks',
  summary: 'The page after a form was sent',
  access: 'public',
  params: FormPath,
  produces: 'text/html',
})

export const getFormAsset = defineRoute({
  id: 'intake.page.asset',
  method: 'GET',
  path: '/f/assets/:name',
  summary: 'Script and style sheet of form pages',
  access: 'public',
  params: z.strictObject({ name: z.string().max(100) }),
  produces: 'text/javascript',
})

export const LeadCard = Lead.extend({
  highlights: z
    .array(z.object({ label: z.string(), value: z.string() }))
    .describe('The first two short answers, such as a choice or a number.'),
}).meta({ id: 'LeadCard' })
export type LeadCard = z.output<typeof LeadCard>

export const BoardColumn = LeadStatus.extend({
  count: z.number().int().describe('All leads of the column; the cards are the first of them.'),
  newThisWeek: z.number().int().describe('Those that came in during the last seven days.'),
  cards: z.array(LeadCard),
}).meta({ id: 'LeadBoardColumn' })
export type BoardColumn = z.output<typeof BoardColumn>

export const Board = z
  .object({
    workflowId: Id,
    count: z.number().int(),
    newThisWeek: z.number().int(),
    newWeekBefore: z.number().int().describe('Those that came in during the seven days before.'),
    columns: z.array(BoardColumn),
  })
  .meta({ id: 'LeadBoard' })
export type Board = z.output<typeof Board>

export const getBoard = defineRoute({
  id: 'intake.board.get',
  method: 'GET',
  path: '/v1/workflows/:workflowId/leads-board',
  summary: 'Read the board of a workflow',
  access: 'leads:read',
  params: WorkflowPath,
  query: z.strictObject({
    cards: z.coerce.number().int().min(1).max(200).default(50).describe('Cards in each column, at most.'),
    ownerUserId: Id.optional().describe('Leads of this user only; the counts are theirs too.'),
    filter: z
      .string()
      .max(FILTER_TEXT_MAX)
      .optional()
      .describe(
        'Conditions as in the list of leads, and on answers: `answers.budget:is:$5000`. The counts are of what it lets through.',
      ),
  }),
  response: Board,
})

export const PipelineSummary = z
  .object({
    statuses: z.array(
      z.object({
        status: z.string(),
        count: z.number().int(),
        newThisWeek: z.number().int(),
        newWeekBefore: z.number().int(),
      }),
    ),
    count: z.number().int(),
    newThisWeek: z.number().int().describe('Those that came in during the last seven days.'),
    newWeekBefore: z.number().int().describe('Those that came in during the seven days before.'),
  })
  .meta({ id: 'PipelineSummary' })
export type PipelineSummary = z.output<typeof PipelineSummary>

export const getPipelineSummary = defineRoute({
  id: 'intake.lead.summarize',
  method: 'GET',
  path: '/v1/leads/summary',
  summary: 'Count leads by status, of all workflows or of one',
  access: 'leads:read',
  query: z.strictObject({ workflowId: Id.optional() }),
  response: PipelineSummary,
})

const personFields = Object.fromEntries(
  Object.entries(PERSON_FIELDS).map(([name, field]) => [`person.${name}`, withoutSort(field)]),
)

function withoutSort({ sort: _, ...field }: FilterField): FilterField {
  return field
}

export const LEAD_FIELDS: FilterFields = {
  name: { type: 'text', sort: true },
  email: { type: 'text', sort: true },
  status: { type: 'text', sort: true },
  source: { type: 'text' },
  workflowId: { type: 'id' },
  personId: { type: 'id' },
  ownerUserId: { type: 'id' },
  createdAt: { type: 'time', sort: true },
  updatedAt: { type: 'time', sort: true },
  lastSubmittedAt: { type: 'time', sort: true },
  statusChangedAt: { type: 'time', sort: true },
  ...personFields,
}

/** What a list of leads can bring along, and what that costs. */
export const LEAD_INCLUDES = { person: 2, values: 2 } as const

export const ListedLead = Lead.extend({
  person: Contact.nullable().optional().describe('With `include=person`; null when the person was deleted.'),
  values: z
    .record(z.string(), z.string())
    .optional()
    .describe('With `include=values`: the answers by the keys of their fields.'),
}).meta({ id: 'ListedLead' })
export type ListedLead = z.output<typeof ListedLead>

export const listLeads = defineRoute({
  id: 'intake.lead.list',
  method: 'GET',
  path: '/v1/leads',
  summary: 'List leads, the newest first',
  access: 'leads:read',
  query: listQuery(LEAD_FIELDS).extend({
    workflowId: Id.optional().describe(
      'Leads of this workflow only; the filter can ask for their answers then, `answers.<key>`.',
    ),
    status: z.string().max(40).optional(),
    personId: Id.optional(),
    ...sparseQuery(LEAD_INCLUDES),
    ownerUserId: Id.optional().describe('Leads of this user only.'),
  }),
  response: pageOf(ListedLead),
  sparse: true,
})

export const LeadEventKind = z.enum([
  'FORM_SUBMITTED',
  'EMAIL_SENT',
  'EMAIL_FAILED',
  'EMAIL_UNKNOWN',
  'EMAIL_SUPPRESSED',
  'EMAIL_RECEIVED',
  'STATUS_CHANGED',
  'OWNER_CHANGED',
  'CONVERTED',
  'NOTE_ADDED',
  'BOOKING_CREATED',
  'BOOKING_CANCELED',
  'WEBHOOK_RECEIVED',
  'FILE_REFUSED',
  'FILE_REMOVED',
  'DELETED',
  'RESTORED',
  'RUN_STARTED',
  'RUN_COMPLETED',
  'RUN_FAILED',
])
export type LeadEventKind = z.output<typeof LeadEventKind>

export const LeadEvent = z
  .object({
    id: Id,
    kind: LeadEventKind,
    description: z.string(),
    metadata: z.record(z.string(), z.unknown()),
    actor: z.enum(['user', 'apiKey', 'plugin', 'run', 'system', 'visitor']),
    userId: Id.nullable(),
    runId: Id.nullable(),
    createdAt: Timestamp,
  })
  .meta({ id: 'LeadEvent' })
export type LeadEvent = z.output<typeof LeadEvent>

export const LeadDetail = Lead.extend({
  answers: z.array(
    z.object({
      key: z.string(),
      label: z.string(),
      type: FieldType,
      value: z.string(),
      archived: z.boolean().describe('Whether the form no longer asks for it.'),
      textVersion: z
        .number()
        .int()
        .nullable()
        .describe('For a consent the version of the form whose text was agreed to.'),
    }),
  ),
  person: Contact.nullable().describe('Null when the person was deleted.'),
  dealId: Id.nullable().describe('The deal it was made into, which may be deleted or out of sight.'),
  statuses: z.array(LeadStatus).describe('The columns of the board, in their order.'),
  events: z.array(LeadEvent).describe('The newest hundred, the newest first.'),
}).meta({ id: 'LeadDetail' })
export type LeadDetail = z.output<typeof LeadDetail>

export const getLead = defineRoute({
  id: 'intake.lead.get',
  method: 'GET',
  path: '/v1/leads/:leadId',
  summary: 'Read one lead with answers, person and events',
  access: 'leads:read',
  params: LeadPath,
  response: LeadDetail,
  versioned: true,
})

export const listLeadEvents = defineRoute({
  id: 'intake.lead_event.list',
  method: 'GET',
  path: '/v1/leads/:leadId/events',
  summary: 'List everything that happened to a lead, the newest first',
  access: 'leads:read',
  params: LeadPath,
  query: PageQuery,
  response: pageOf(LeadEvent),
})

export const LeadMove = z
  .strictObject({
    status: z.string().max(40),
    below: Id.optional().describe(
      'The lead of that column it comes to stand under. Left out, it goes to the top of another column and stays where it is in its own.',
    ),
  })
  .meta({ id: 'LeadMove' })
export type LeadMove = z.output<typeof LeadMove>

export const moveLead = defineRoute({
  id: 'intake.lead.move',
  method: 'PATCH',
  path: '/v1/leads/:leadId',
  summary: 'Move a lead on the board',
  access: 'leads:write',
  params: LeadPath,
  body: LeadMove,
  response: Lead,
  versioned: true,
})

export const assignLead = defineRoute({
  id: 'intake.lead.assign',
  method: 'PUT',
  path: '/v1/leads/:leadId/owner',
  summary: 'Give a lead to a member',
  description: 'One who sees only leads of their own no longer sees it after giving it away.',
  access: 'leads:write',
  params: LeadPath,
  body: z.strictObject({ ownerUserId: Id.nullable().describe('The user it belongs to; null for nobody.') }),
  response: Lead,
  versioned: true,
})
