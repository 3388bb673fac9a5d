import { generalErrors } from '#platform/errors.ts'
import { type Http, type Implemented, implement } from '#platform/http/handlers.ts'
import type { RecordObject } from '../record-api.ts'
import { READ_PERMISSION, WRITE_PERMISSION } from '../record-permissions.ts'
import * as api from './tag-api.ts'
import { listTags, renameTag } from './tags.ts'

/** Tags over HTTP. */
export const tagRoutes: readonly Implemented[] = [
  implement(api.listTags, async (ctx, { query }, http) => {
    demand(http, READ_PERMISSION, query.object)
    return { items: await listTags(ctx, query.object, query.search) }
  }),
  implement(api.renameTag, (ctx, { body }, http) => {
    demand(http, WRITE_PERMISSION, body.object)
    return renameTag(ctx, body)
  }),
]

function demand({ principal }: Http, permissions: typeof WRITE_PERMISSION, object: RecordObject): void {
  if (!principal?.can(permissions[object])) throw generalErrors.forbidden()
}
