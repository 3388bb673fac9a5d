import { fileURLToPath } from 'node:url'
import type { Module } from '#platform/module.ts'
import { runChangeSet } from './bulk/job.ts'
import { takeValuesAway } from './custom-fields/deletion.ts'
import { scanDuplicates } from './duplicates/scan.ts'
import { enrichRecord } from './enrichment/waterfall.ts'
import { writeExport } from './export/exports.ts'
import { checkImport } from './import/check-import.ts'
import { runImport } from './import/run-import.ts'
import { runUndo } from './import/undo-import.ts'
import { crmReferences } from './merge/references.ts'
import { crmPersonal } from './privacy/personal.ts'
import { crmRoutes } from './routes.ts'
import { crmSamples } from './samples.ts'

export { getActivity, listActivities } from './activities/activities.ts'
export { completeActivity } from './activities/activity-states.ts'
export { createActivity } from './activities/activity-writes.ts'
export { forgetActivities } from './activities/forget.ts'
export { forgetAttachments } from './attachments/attachments.ts'
export { findCompanies } from './companies.ts'
export { changeCompany, companyByName, findCompanyByName } from './company-writes.ts'
export { customFieldsOf } from './custom-fields/values.ts'
export { changeDeal, createDeal } from './deals/deal-changes.ts'
export { getDeal, isDealThere } from './deals/deals.ts'
export { listLostReasons } from './deals/lost-reasons.ts'
export { listPipelines } from './deals/pipelines.ts'
export { foldRevenue } from './deals/revenue.ts'
export { purgeDeleted } from './deleted/purge.ts'
export { findNewDuplicates } from './duplicates/scan.ts'
export { csvLine } from './export/csv.ts'
export { forgetImportFiles } from './import/forget-files.ts'
export { createImport } from './import/imports.ts'
export { receivePart } from './import/upload.ts'
export { findContact, findContactByEmail, findContacts } from './people.ts'
export { changePerson } from './person-changes.ts'
export { personSql } from './person-fields.ts'
export { type MetPerson, upsertPersonByEmail } from './person-upsert.ts'
export type { PersonChanges } from './person-values.ts'
export { recordConsent } from './privacy/consents.ts'
export { refusalsOf, refuseContact } from './privacy/do-not-contact.ts'
export { refreshIndexes } from './record-index.ts'
export { recordKinds } from './record-kinds.ts'
export { searchRoutes } from './search/search-routes.ts'
export type { SearchSource } from './search/search-source.ts'
export { backfillTimeline } from './timeline/backfill.ts'
export { followCompany } from './timeline/company-of-entries.ts'
export { timelineSql } from './timeline/timeline.ts'
export { type TimelineDraft, tellOnTimeline } from './timeline/timeline-entries.ts'
export type { UpcomingSource } from './upcoming/upcoming.ts'
export { upcomingRoutes } from './upcoming/upcoming-routes.ts'

export const crmModule: Module = {
  name: 'crm',
  migrations: fileURLToPath(new URL('./migrations', import.meta.url)),
  routes: crmRoutes,
  personal: crmPersonal,
  samples: crmSamples,
  jobs: [
    enrichRecord,
    runChangeSet,
    takeValuesAway,
    checkImport,
    runImport,
    runUndo,
    writeExport,
    scanDuplicates,
  ],
  owned: [
    { object: 'person', label: 'People', table: 'crm.people', owner: 'owner_user_id' },
    { object: 'company', label: 'Companies', table: 'crm.companies', owner: 'owner_user_id' },
    { object: 'deal', label: 'Deals', table: 'crm.deals', owner: 'owner_user_id' },
  ],
  references: crmReferences,
}
