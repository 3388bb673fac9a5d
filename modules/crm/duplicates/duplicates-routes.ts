import { generalErrors } from '#platform/errors.ts'
import { type Http, type Implemented, implement } from '#platform/http/handlers.ts'
import type { RecordObject } from '../record-api.ts'
import { READ_PERMISSION, WRITE_PERMISSION } from '../record-permissions.ts'
import * as api from './duplicates-api.ts'
import { checkDuplicates, decidePair, listPairs, readScan, scanAll } from './pairs.ts'

/** One route serves all objects, so each is asked for by itself. Throws `request.forbidden`. */
function requireObject(http: Http, object: RecordObject, permissions: typeof READ_PERMISSION): void {
  if (!http.principal?.can(permissions[object])) throw generalErrors.forbidden()
}

/** What is answered about records that may be one. */
export const duplicateRoutes: readonly Implemented[] = [
  implement(api.checkDuplicates, async (ctx, { body }, http) => {
    requireObject(http, body.object, READ_PERMISSION)
    return { candidates: await checkDuplicates(ctx, body.object, body.values, body.exceptId) }
  }),
  implement(api.listDuplicates, (ctx, { query }, http) => {
    requireObject(http, query.object, READ_PERMISSION)
    return listPairs(ctx, query.object, query)
  }),
  implement(api.dismissDuplicate, (ctx, { body }, http) => {
    requireObject(http, body.object, WRITE_PERMISSION)
    return decidePair(ctx, body, true)
  }),
  implement(api.undismissDuplicate, (ctx, { body }, http) => {
    requireObject(http, body.object, WRITE_PERMISSION)
    return decidePair(ctx, body, false)
  }),
  implement(api.getDuplicateScan, (ctx, { query }, http) => {
    requireObject(http, query.object, READ_PERMISSION)
    return readScan(ctx, query.object)
  }),
  implement(api.startDuplicateScan, (ctx, { body }, http) => {
    requireObject(http, body.object, WRITE_PERMISSION)
    return scanAll(ctx, body.object)
  }),
]
