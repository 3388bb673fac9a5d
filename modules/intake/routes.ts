import type { Http } from '#platform/http/handlers.ts'
import { type Implemented, implement, implementPublic, Versioned } from '#platform/http/handlers.ts'
import { analyticsRoutes } from './analytics/analytics-routes.ts'
import { assignmentRoutes } from './assignment/routes.ts'
import { getBoard, getPipelineSummary } from './board.ts'
import { changeColumn, createColumn, deleteColumn, listColumns } from './column-changes.ts'
import {
  assignLead as assignLeadRoute,
  changeLeadColumn,
  changeLeads as changeLeadsRoute,
  convertLead as convertLeadRoute,
  createLeadColumn,
  deleteLeadColumn,
  getBoard as getBoardRoute,
  getForm as getFormRoute,
  getLead as getLeadRoute,
  getPipelineSummary as getPipelineSummaryRoute,
  getPublicForm,
  listLeadColumns,
  listLeadEvents as listLeadEventsRoute,
  listLeads as listLeadsRoute,
  moveLead as moveLeadRoute,
  type PublicForm,
  type Submission,
  type SubmissionReceipt,
  saveForm as saveFormRoute,
  submitForm as submitFormRoute,
} from './contract.ts'
import { convertLead } from './conversion.ts'
import { draftRoutes } from './definition/draft-routes.ts'
import { admitsSite } from './embed/allowed-sites.ts'
import { deliveryRoutes } from './embed/delivery-routes.ts'
import { intakeErrors } from './errors.ts'
import type { Form } from './form-definition.ts'
import { checkFormToken, issueFormToken } from './form-token.ts'
import { getForm, saveForm } from './forms.ts'
import { leadActRoutes } from './lead-acts/routes.ts'
import { changeLeads } from './lead-bulk.ts'
import { listLeadEvents } from './lead-events.ts'
import { moveLead } from './lead-moves.ts'
import { assignLead } from './lead-owner.ts'
import { leadRoutes } from './leads/routes.ts'
import { getLead, leadVersion, listLeads } from './leads.ts'
import { mailInRoutes } from './mail-in/mail-in-routes.ts'
import { assertReachableHere } from './page/form-brand.ts'
import { pageRoutes } from './page/page-routes.ts'
import { partialRoutes } from './partials/partials-routes.ts'
import { currentForm, openForm, recallForm } from './published-forms.ts'
import { sourceRoutes } from './sources/source-routes.ts'
import { mannerOfCall } from './spam/manner.ts'
import { quarantineRoutes } from './spam/quarantine-routes.ts'
import { submitForm } from './submissions.ts'
import { uploadRoutes } from './uploads/upload-routes.ts'
import { takeVisit } from './visits.ts'

/** A published form for a program that shows it itself, with a token for one submission. */
async function describePublicForm(http: Http, formKey: string): Promise<PublicForm> {
  const form = openForm(await currentForm(http.kit, formKey))
  await assertReachableHere(http, form)
  const { key, title, intro, submitLabel, language, pages, version } = form
  const fields = form.fields.map(({ id: _, ...field }) => field)
  const token = issueFormToken(http.kit, form.formId)
  return { key, title, intro, submitLabel, language, pages: [...pages], version, fields, ...token }
}

async function acceptSubmission(
  http: Http,
  formKey: string,
  { submissionId, token, answers, proof, captcha }: Submission,
): Promise<SubmissionReceipt> {
  const { kit, address, requestId } = http
  const known = await recallForm(kit, formKey)
  if (known) {
    await assertReachableHere(http, known)
    takeVisit(kit, known.formId, address)
    if (token !== undefined && checkFormToken(kit, known.formId, token) !== submissionId) {
      throw intakeErrors.token_invalid()
    }
  }
  const { form } = await submitForm(kit, {
    formKey,
    submissionId,
    answers,
    address,
    requestId,
    page: token === undefined ? undefined : { source: '' },
    manner: mannerOfCall(http, known?.formId, { token, proof, captcha }),
  })
  const thankYou = { title: form.thankYouTitle, text: form.thankYouText }
  return { submissionId, thankYou, redirectUrl: form.redirectUrl }
}

function atVersion(form: Form): Versioned<Form> {
  return new Versioned(form, String(form.version))
}

/** What the intake module answers over HTTP. */
export const intakeRoutes: readonly Implemented[] = [
  implement(getFormRoute, async (ctx, { params }) => atVersion(await getForm(ctx, params.workflowId))),
  implement(saveFormRoute, async (ctx, { params, body }, http) =>
    atVersion(await saveForm(ctx, params.workflowId, body, http.expected)),
  ),
  implement(getBoardRoute, (ctx, { params, query }) => getBoard(ctx, params.workflowId, query)),
  implement(listLeadColumns, (ctx, { params }) => listColumns(ctx, params.workflowId)),
  implement(createLeadColumn, (ctx, { params, body }) => createColumn(ctx, params.workflowId, body)),
  implement(changeLeadColumn, (ctx, { params, body }) =>
    changeColumn(ctx, params.workflowId, params.status, body),
  ),
  implement(deleteLeadColumn, (ctx, { params, query }) =>
    deleteColumn(ctx, params.workflowId, params.status, query.moveTo),
  ),
  implement(getPipelineSummaryRoute, (ctx, { query }) => getPipelineSummary(ctx, query.workflowId)),
  implement(listLeadsRoute, (ctx, { query }) => listLeads(ctx, query)),
  implement(getLeadRoute, async (ctx, { params }) => {
    // The version is read first: whatever changes after it makes an edit fail that could have been made, never the reverse.
    const [version, lead] = await Promise.all([leadVersion(ctx, params.leadId), getLead(ctx, params.leadId)])
    return new Versioned(lead, version)
  }),
  implement(listLeadEventsRoute, (ctx, { params, query }) => listLeadEvents(ctx, params.leadId, query)),
  implement(moveLeadRoute, async (ctx, { params, body }, http) => {
    const lead = await moveLead(ctx, params.leadId, body, http.expected)
    return new Versioned(lead, await leadVersion(ctx, params.leadId))
  }),
  implement(assignLeadRoute, (ctx, { params, body }, http) =>
    assignLead(ctx, params.leadId, body.ownerUserId, http.expected),
  ),
  implement(convertLeadRoute, (ctx, { params, body }, { principal }) =>
    convertLead(ctx, params.leadId, body, principal?.can('deals:write') === true),
  ),
  implement(changeLeadsRoute, (ctx, { body }) => changeLeads(ctx, body.items)),
  implementPublic(getPublicForm, (http, { params }) => describePublicForm(http, params.formKey), {
    admits: admitsSite,
  }),
  implementPublic(submitFormRoute, (http, { params, body }) => acceptSubmission(http, params.formKey, body), {
    admits: admitsSite,
  }),
  ...deliveryRoutes,
  ...pageRoutes,
  ...draftRoutes,
  ...sourceRoutes,
  ...uploadRoutes,
  ...mailInRoutes,
  ...quarantineRoutes,
  ...analyticsRoutes,
  ...partialRoutes,
  ...assignmentRoutes,
  ...leadRoutes,
  ...leadActRoutes,
]
