import { z } from 'zod'
import type { JsonObject } from '#platform/contract/plain-data.ts'
import { type Implemented, implement } from '#platform/http/handlers.ts'
import * as api from './api.ts'
import { controlRoutes } from './control-routes.ts'
import { draftRoutes } from './draft-routes.ts'
import { graphOf } from './linear.ts'
import { metricsRoutes } from './metrics-routes.ts'
import { n8nRoutes } from './n8n/n8n-routes.ts'
import { nodeTypes } from './nodes/catalogue.ts'
import { rateRoutes } from './rate-routes.ts'
import { getRun, listRuns } from './run-reads.ts'
import { startRun } from './runs.ts'
import { scheduleRoutes } from './schedule-routes.ts'
import { startingPointRoutes } from './starting-points-routes.ts'
import { templateRoutes } from './templates-routes.ts'
import { trialRoutes } from './trial/trial-routes.ts'
import { webhookRoutes } from './webhook-routes.ts'
import {
  atRevision,
  createWorkflow,
  getWorkflow,
  listWorkflows,
  publishWorkflow,
  saveDraft,
} from './workflows.ts'

const nodeTypeList = [...nodeTypes.values()].map(type => ({
  type: type.type,
  kind: type.kind,
  title: type.title,
  description: type.description,
  icon: type.icon,
  config: z.toJSONSchema(type.config, { io: 'input', unrepresentable: 'any' }),
}))

export const flowRoutes: readonly Implemented[] = [
  implement(api.listWorkflows, (ctx, { query }) => listWorkflows(ctx, query)),
  implement(api.getWorkflow, async (ctx, { params }) =>
    atRevision(await getWorkflow(ctx, params.workflowId)),
  ),
  implement(api.createWorkflow, async (ctx, { body }) => {
    const id = await createWorkflow(ctx, {
      name: body.name,
      ...(body.description === undefined ? {} : { description: body.description }),
    })
    return body.linear === undefined
      ? getWorkflow(ctx, id)
      : saveDraft(ctx, id, { graph: graphOf(body.linear), revision: 0 })
  }),
  implement(api.saveDraft, async (ctx, { params, body }, http) =>
    atRevision(await saveDraft(ctx, params.workflowId, body, http.expected)),
  ),
  implement(api.publishWorkflow, async (ctx, { params }, http) =>
    atRevision(await publishWorkflow(ctx, params.workflowId, http.expected)),
  ),
  implement(api.startWorkflow, (ctx, { params, body }) =>
    startRun(ctx, {
      workflowId: params.workflowId,
      trigger: 'manual',
      input: body.input as JsonObject,
      ...(body.idempotencyKey === undefined ? {} : { idempotencyKey: body.idempotencyKey }),
    }),
  ),
  implement(api.listRuns, (ctx, { params, query }) => listRuns(ctx, params.workflowId, query)),
  implement(api.getRun, (ctx, { params }) => getRun(ctx, params.runId)),
  ...webhookRoutes,
  implement(api.listNodeTypes, async () => ({ items: nodeTypeList })),
  ...controlRoutes,
  ...draftRoutes,
  ...metricsRoutes,
  ...n8nRoutes,
  ...rateRoutes,
  ...scheduleRoutes,
  ...startingPointRoutes,
  ...templateRoutes,
  ...trialRoutes,
]
