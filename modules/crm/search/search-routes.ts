import { type Implemented, implement } from '#platform/http/handlers.ts'
import { RecordObject } from '../record-api.ts'
import { READ_PERMISSION } from '../record-permissions.ts'
import { searchRecords } from './search.ts'
import * as api from './search-api.ts'

/** What is answered about searches. */
export const searchRoutes: readonly Implemented[] = [
  implement(api.searchRecords, (ctx, { query }, http) => {
    const asked = query.objects ?? RecordObject.options
    const objects = asked.filter(object => http.principal?.can(READ_PERMISSION[object]) ?? false)
    return searchRecords(ctx, { ...query, objects })
  }),
]
