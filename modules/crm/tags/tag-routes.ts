import { type Implemented, implement } from '#platform/http/handlers.ts'
import { READ_PERMISSION, requirePermission, WRITE_PERMISSION } from '../record-permissions.ts'
import * as api from './tag-api.ts'
import { listTags, renameTag } from './tags.ts'

/** Tags over HTTP. */
export const tagRoutes: readonly Implemented[] = [
  implement(api.listTags, async (ctx, { query }, http) => {
    requirePermission(http, READ_PERMISSION, query.object)
    return { items: await listTags(ctx, query.object, query.search) }
  }),
  implement(api.renameTag, (ctx, { body }, http) => {
    requirePermission(http, WRITE_PERMISSION, body.object)
    return renameTag(ctx, body)
  }),
]
