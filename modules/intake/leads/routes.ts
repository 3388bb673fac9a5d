import { generalErrors } from '#platform/errors.ts'
import { Answer, type Implemented, implement, implementInTwo } from '#platform/http/handlers.ts'
import { admitExport, writeLeads } from './export.ts'
import { exportLeads } from './export-api.ts'
import { deleteLead, listDeletedLeads, restoreLead } from './removal.ts'
import {
  deleteLead as deleteLeadRoute,
  listDeletedLeads as listDeletedLeadsRoute,
  restoreLead as restoreLeadRoute,
} from './removal-api.ts'

export const leadRoutes: readonly Implemented[] = [
  implement(deleteLeadRoute, async (ctx, { params }) => {
    await deleteLead(ctx, params.leadId)
    return undefined
  }),
  implement(restoreLeadRoute, (ctx, { params }) => restoreLead(ctx, params.leadId)),
  implement(listDeletedLeadsRoute, (ctx, { params, query }) =>
    listDeletedLeads(ctx, params.workflowId, query),
  ),
  implementInTwo(
    exportLeads,
    async (ctx, { params, query }, { principal }) => {
      const asked = { ...query, workflowId: params.workflowId }
      // What is not there is not there for anybody, whatever they may do.
      const who = await admitExport(ctx, asked)
      if (!principal?.can('leads:read')) throw generalErrors.forbidden()
      return { asked, who }
    },
    async ({ asked, who }, { kit }) => {
      const { rows, bytes, body } = await writeLeads(kit, who, asked)
      return new Answer(200, body, {
        'content-type': 'text/csv; charset=utf-8',
        'content-length': String(bytes),
        'content-disposition': `attachment; filename="leads-${kit.clock.now().toISOString().slice(0, 10)}.csv"`,
        'row-count': String(rows),
      })
    },
  ),
]
