import { Answer, type Implemented, implement } from '#platform/http/handlers.ts'
import { READ_PERMISSION, requirePermission } from '../record-permissions.ts'
import { createExport, exportFile, getExport as getExportRoute } from './export-api.ts'
import { getExport, openExport, requestExport } from './exports.ts'

export const exportRoutes: readonly Implemented[] = [
  implement(createExport, (ctx, { body }, http) => {
    requirePermission(http, READ_PERMISSION, body.object)
    return requestExport(ctx, body)
  }),
  implement(getExportRoute, (ctx, { params }) => getExport(ctx, params.exportId)),
  implement(exportFile, async (ctx, { params }) => {
    const { name, bytes, body } = await openExport(ctx, params.exportId)
    return new Answer(200, body, {
      'content-type': 'text/csv; charset=utf-8',
      'content-length': String(bytes),
      'content-disposition': `attachment; filename="${name}"`,
    })
  }),
]
