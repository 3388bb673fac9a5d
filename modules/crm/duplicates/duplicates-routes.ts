import { type Implemented, implement } from '#platform/http/handlers.ts'
import { READ_PERMISSION, requirePermission, WRITE_PERMISSION } from '../record-permissions.ts'
import * as api from './duplicates-api.ts'
import { checkDuplicates, decidePair, listPairs, readScan, scanAll } from './pairs.ts'

/** What is answered about records that may be one. */
export const duplicateRoutes: readonly Implemented[] = [
  implement(api.checkDuplicates, async (ctx, { body }, http) => {
    requirePermission(http, READ_PERMISSION, body.object)
    return { candidates: await checkDuplicates(ctx, body.object, body.values, body.exceptId) }
  }),
  implement(api.listDuplicates, (ctx, { query }, http) => {
    requirePermission(http, READ_PERMISSION, query.object)
    return listPairs(ctx, query.object, query)
  }),
  implement(api.dismissDuplicate, (ctx, { body }, http) => {
    requirePermission(http, WRITE_PERMISSION, body.object)
    return decidePair(ctx, body, true)
  }),
  implement(api.undismissDuplicate, (ctx, { body }, http) => {
    requirePermission(http, WRITE_PERMISSION, body.object)
    return decidePair(ctx, body, false)
  }),
  implement(api.getDuplicateScan, (ctx, { query }, http) => {
    requirePermission(http, READ_PERMISSION, query.object)
    return readScan(ctx, query.object)
  }),
  implement(api.startDuplicateScan, (ctx, { body }, http) => {
    requirePermission(http, WRITE_PERMISSION, body.object)
    return scanAll(ctx, body.object)
  }),
]
