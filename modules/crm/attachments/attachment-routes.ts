import { type Implemented, implement, implementUpload } from '#platform/http/handlers.ts'
import {
  addAttachment,
  listAttachments,
  readAttachment,
  removeAttachment,
  restoreAttachment,
} from './attachment-api.ts'
import * as verbs from './attachments.ts'

/** The routes of files at records. */
export const attachmentRoutes: readonly Implemented[] = [
  implement(listAttachments, (ctx, { query }) => verbs.listAttachments(ctx, query)),
  implementUpload(
    addAttachment,
    (ctx, { query }) => verbs.admitAttachment(ctx, query),
    (ctx, { query }, file) => verbs.addAttachment(ctx, query, file),
  ),
  implement(readAttachment, (ctx, { params, query }) =>
    verbs.readAttachment(ctx, params.attachmentId, query.show),
  ),
  implement(removeAttachment, async (ctx, { params }) => {
    await verbs.removeAttachment(ctx, params.attachmentId)
    return undefined
  }),
  implement(restoreAttachment, (ctx, { params }) => verbs.restoreAttachment(ctx, params.attachmentId)),
]
