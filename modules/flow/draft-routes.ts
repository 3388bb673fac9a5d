import { Answer, type Implemented, implement } from '#platform/http/handlers.ts'
import { copyWorkflow } from './copies.ts'
import * as api from './draft-api.ts'
import { endPresence, notePresence, readPresence } from './presence.ts'
import { getVersion, listVersions, restoreVersion } from './versions.ts'
import { exportWorkflow, importWorkflow } from './workflow-files.ts'
import { atRevision } from './workflows.ts'

/** Versions, copies and files of workflows, and who has one open. */
export const draftRoutes: readonly Implemented[] = [
  implement(api.listVersions, (ctx, { params, query }) => listVersions(ctx, params.workflowId, query)),
  implement(api.getVersion, (ctx, { params }) => getVersion(ctx, params.workflowId, params.number)),
  implement(api.restoreVersion, async (ctx, { params, body }, http) =>
    atRevision(await restoreVersion(ctx, params, body.revision, http.expected)),
  ),
  implement(api.copyWorkflow, (ctx, { params, body }) => copyWorkflow(ctx, params.workflowId, body.name)),
  implement(api.getPresence, (ctx, { params }) => readPresence(ctx, params.workflowId)),
  implement(api.setPresence, (ctx, { params, body }) =>
    notePresence(ctx, params.workflowId, body.nodeId ?? null),
  ),
  implement(api.endPresence, async (ctx, { params }) => {
    await endPresence(ctx, params.workflowId)
    return undefined
  }),
  implement(api.getWorkflowFile, async (ctx, { params, query }) => {
    const { name, text } = await exportWorkflow(ctx, params.workflowId, query.format)
    return new Answer(200, text, {
      'content-type': `application/${query.format}; charset=utf-8`,
      'content-disposition': `attachment; filename="${name}"`,
    })
  }),
  implement(api.importWorkflow, (ctx, { body }) => importWorkflow(ctx, body.text, body.name)),
]
