import type { Implemented } from '#platform/http/handlers.ts'
import { activityRoutes } from './activities/activity-routes.ts'
import { attachmentRoutes } from './attachments/attachment-routes.ts'
import { bulkRoutes } from './bulk-routes.ts'
import { companyRoutes } from './company-routes.ts'
import { fieldRoutes } from './custom-field-routes.ts'
import { dealRoutes } from './deals/deal-routes.ts'
import { pipelineRoutes } from './deals/pipeline-routes.ts'
import { deletedRoutes } from './deleted/deleted-routes.ts'
import { duplicateRoutes } from './duplicates/duplicates-routes.ts'
import { enrichmentRoutes } from './enrichment/enrichment-routes.ts'
import { exportRoutes } from './export/export-routes.ts'
import { historyRoutes } from './history-routes.ts'
import { importRoutes } from './import/import-routes.ts'
import { mergeRoutes } from './merge/merge-routes.ts'
import { personRoutes } from './person-routes.ts'
import { privacyRoutes } from './privacy/privacy-routes.ts'
import { tagRoutes } from './tags/tag-routes.ts'
import { timelineRoutes } from './timeline/timeline-routes.ts'
import { totalsRoutes } from './totals-routes.ts'
import { viewRoutes } from './views-routes.ts'

/** What the crm module answers over HTTP. */
export const crmRoutes: readonly Implemented[] = [
  ...personRoutes,
  ...companyRoutes,
  ...deletedRoutes,
  ...tagRoutes,
  ...fieldRoutes,
  ...historyRoutes,
  ...dealRoutes,
  ...pipelineRoutes,
  ...privacyRoutes,
  ...enrichmentRoutes,
  ...bulkRoutes,
  ...mergeRoutes,
  ...duplicateRoutes,
  ...viewRoutes,
  ...totalsRoutes,
  ...activityRoutes,
  ...attachmentRoutes,
  ...timelineRoutes,
  ...importRoutes,
  ...exportRoutes,
]
