import { type Implemented, implement } from '#platform/http/handlers.ts'
import { recordKinds } from '../record-kinds.ts'
import { READ_PERMISSION, requirePermission, WRITE_PERMISSION } from '../record-permissions.ts'
import * as api from './deleted-api.ts'
import { listDeleted } from './deleted-records.ts'
import { purgeRecords } from './purge.ts'

/** Deleted records over HTTP. */
export const deletedRoutes: readonly Implemented[] = [
  implement(api.listDeletedRecords, (ctx, { query }, http) => {
    requirePermission(http, READ_PERMISSION, query.object)
    return listDeleted(ctx, query.object, query)
  }),
  implement(api.restoreDeletedRecords, async (ctx, { body }, http) => {
    requirePermission(http, WRITE_PERMISSION, body.object)
    return { restored: await recordKinds[body.object].restore(ctx, body.ids) }
  }),
  implement(api.purgeDeletedRecords, async (ctx, { body }) => ({
    purged: await purgeRecords(ctx, body.object, body.ids),
  })),
]
