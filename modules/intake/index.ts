import { fileURLToPath } from 'node:url'
import type { Module } from '#platform/module.ts'
import { runLeadAct } from './lead-acts/run-act.ts'
import { lookIntoMailbox } from './mail-in/look-into-mailbox.ts'
import { scanMailFile } from './mail-in/mail-files.ts'
import { decideMailJob } from './mail-in/process-mail.ts'
import { tellAbandoned } from './partials/abandonment.ts'
import { intakePersonal } from './personal.ts'
import { intakeRoutes } from './routes.ts'
import { checkCalendlyJob } from './sources/calendly-connection.ts'
import { takeDelivery } from './sources/delivery-job.ts'
import { scanUpload } from './uploads/scan-upload.ts'

export { foldShowings } from './analytics/fold.ts'
export { getForm, saveForm } from './forms.ts'
export { forgetLeadActs } from './lead-acts/acts.ts'
export { type LeadEventDraft, recordEmailOnLead, recordLeadEvent } from './lead-events.ts'
export { moveLead } from './lead-moves.ts'
export { leadsOfPeople, nameStatuses, personsOfLeads } from './lead-people.ts'
export { findLeads } from './lead-search.ts'
export { findStatusOfLead } from './lead-statuses.ts'
export { purgeDeletedLeads } from './leads/purge.ts'
export { getLeadForTemplates, type LeadForTemplates } from './leads.ts'
export { forgetMails } from './mail-in/mail-log.ts'
export { startMailReceiver } from './mail-in/receive-mail.ts'
export { forgetOldPartials } from './partials/abandonment.ts'
export { forgetDeliveries } from './sources/delivery-log.ts'
export { forgetQuarantined } from './spam/forget-quarantined.ts'
export { type AcceptedSubmission, type FormSubmission, submitForm } from './submissions.ts'
export { forgetUploads } from './uploads/uploads.ts'

export const intakeModule: Module = {
  name: 'intake',
  migrations: fileURLToPath(new URL('./migrations', import.meta.url)),
  routes: intakeRoutes,
  personal: intakePersonal,
  jobs: [
    takeDelivery,
    checkCalendlyJob,
    scanUpload,
    scanMailFile,
    decideMailJob,
    lookIntoMailbox,
    tellAbandoned,
    runLeadAct,
  ],
  references: [
    { table: 'intake.leads', column: 'person_id', object: 'person', key: ['id'], isTouched: true },
    { table: 'intake.leads', column: 'deal_id', object: 'deal', key: ['id'], isTouched: true },
  ],
  owned: [{ object: 'lead', label: 'Leads', table: 'intake.leads', owner: 'owner_user_id' }],
}
